"""Scores: criteria that are met or not, and the points they give."""

from __future__ import annotations

from wardround.calculators.calculator import Calculator
from wardround.calculators.scores import (
    clots,
    comorbidity,
    critically_ill,
    liver_and_bleeding,
    lungs_and_throat,
    on_the_ward,
    questionnaires,
    rhythm_and_heart,
)

SCORES: tuple[Calculator, ...] = (
    *clots.CALCULATORS,
    *comorbidity.CALCULATORS,
    *critically_ill.CALCULATORS,
    *liver_and_bleeding.CALCULATORS,
    *lungs_and_throat.CALCULATORS,
    *on_the_ward.CALCULATORS,
    *questionnaires.CALCULATORS,
    *rhythm_and_heart.CALCULATORS,
)
