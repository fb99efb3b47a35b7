"""Equations: measured numbers in, a number or a day out."""

from __future__ import annotations

from wardround.calculators.calculator import Calculator
from wardround.calculators.equations.body import BODY
from wardround.calculators.equations.conversions import CONVERSIONS
from wardround.calculators.equations.fluids import FLUIDS
from wardround.calculators.equations.heart import HEART
from wardround.calculators.equations.kidney import KIDNEY
from wardround.calculators.equations.liver_sugar import LIVER_SUGAR
from wardround.calculators.equations.lungs import LUNGS
from wardround.calculators.equations.pregnancy import PREGNANCY
from wardround.calculators.equations.salts import SALTS

EQUATIONS: tuple[Calculator, ...] = (
    *BODY,
    *KIDNEY,
    *SALTS,
    *HEART,
    *LIVER_SUGAR,
    *LUNGS,
    *PREGNANCY,
    *FLUIDS,
    *CONVERSIONS,
)
