"""Values as a clinic would write them down: within what can be, in agreement with one another, rounded.

Creatinine and eGFR are one thing (CKD-EPI 2021 in adults, the bedside Schwartz equation in children); neutrophils
are white cells; cholesterol is the sum of its parts (Friedewald); pH, pCO2 and bicarbonate obey Henderson and
Hasselbalch; a pulse has a pressure.
"""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import numpy as np

from wardround.clinical import Sex, ckd_epi_2021
from wardround.knowledge import KnowledgeBase
from wardround.simulation.expectations import GROWN, Floats, layout
from wardround.simulation.population import population
from wardround.simulation.vital_signs import DIASTOLIC, EGFR, PULSE, SYSTOLIC, healthy_filtration, height

CREATININE: Final = "analyte.creatinine"
SLOPE: Final = 1.2
"""How much steeper than the creatinine the eGFR falls, on the scale of logarithms (CKD-EPI 2021)."""
WHOLE: Final = frozenset(("{score}", "/min", "mm[Hg]", "%"))
"""Units in which nobody writes decimals at the bedside."""
DIGITS: Final = 3
"""Significant digits of a laboratory's value."""
UMOL_PER_MG: Final = 88.4
NOTABLE: Final = 0.4
"""Of ln creatinine above the normal mean: less than that is scatter, which the eGFR has of its own."""
FAILING: Final = 20.0
"""Below this eGFR what was drawn is drawn together, for few walk about with less than 5."""
LEAST: Final = 35.0
"""Creatinine of an adult, umol/L, below which none is drawn."""
BENDS: Final[dict[Sex, float]] = {"female": 0.7, "male": 0.9}
SLOPES: Final[dict[Sex, float]] = {"female": -0.241, "male": -0.302}
"""Where the line of CKD-EPI 2021 bends (mg/dL), and its slope below (see `wardround.clinical`)."""


def values_of(
    base: KnowledgeBase, drawn_Q: Floats, age: float, sex: Sex
) -> tuple[dict[str, float], dict[str, float]]:
    """Measured findings and analytes from what was drawn."""
    at = layout(base)
    plain_Q = np.where(at.is_log_Q, np.exp(np.clip(drawn_Q, -700.0, 700.0)), drawn_Q)
    held = np.clip(plain_Q, at.low_Q, at.high_Q).tolist()
    named = dict(zip(at.quantities, held, strict=True))
    measured = {
        slug: as_measured(base, slug, value) for slug, value in named.items() if slug in base.findings
    }
    keep_pulse(measured)
    analytes = {slug: value for slug, value in named.items() if slug in base.analytes}
    return measured, in_agreement(base, analytes, age, sex)


def in_agreement(
    base: KnowledgeBase, drawn: Mapping[str, float], age: float | None, sex: Sex
) -> dict[str, float]:
    """Analytes that were drawn apart, made to agree, and as a laboratory prints them."""
    analytes = dict(drawn)
    if age is not None and CREATININE in analytes and EGFR in analytes:
        _kidneys(base, analytes, age, sex)
    _blood_count(analytes)
    _lipids(analytes)
    _blood_gas(base, analytes)
    return {slug: as_reported(base, slug, value) for slug, value in analytes.items()}


def as_measured(base: KnowledgeBase, finding: str, value: float) -> float:
    """Scores, rates, pressures and percentages in whole numbers; temperature and weight to one decimal."""
    return float(round(value)) if base.findings[finding].unit in WHOLE else round(value, 1)


def as_reported(base: KnowledgeBase, analyte: str, value: float) -> float:
    """As a laboratory prints it: scores whole, the rest in three digits, within what is plausible."""
    entry = base.analytes[analyte]
    written = float(round(value)) if entry.unit == "{score}" else float(f"{value:.{DIGITS}g}")
    return min(max(written, entry.plausible[0]), entry.plausible[1])


def keep_pulse(measured: MutableMapping[str, Any]) -> None:
    """Pressures are drawn apart: a diastolic one too near the systolic one is put at two thirds of it."""
    high, low = measured.get(SYSTOLIC), measured.get(DIASTOLIC)
    if high is not None and low is not None and low > high - PULSE:
        measured[DIASTOLIC] = float(round(high * 2 / 3))


def _kidneys(base: KnowledgeBase, analytes: dict[str, float], age: float, sex: Sex) -> None:
    """The eGFR as drawn, or lower where only the creatinine was shifted; the creatinine that belongs to it."""
    extra = math.log(analytes[CREATININE]) - base.analytes[CREATININE].typical[0]
    wanted = analytes[EGFR]
    if age >= GROWN and extra > NOTABLE:
        wanted = min(wanted, healthy_filtration(population(), age) * math.exp(-SLOPE * extra))
    if wanted < FAILING:
        wanted = FAILING * math.exp(wanted / FAILING - 1.0)
    creatinine = creatinine_for(wanted, age, sex)
    analytes[CREATININE] = as_reported(base, CREATININE, creatinine)
    analytes[EGFR] = filtration(analytes[CREATININE], age, sex)


def creatinine_for(egfr: float, age: float, sex: Sex) -> float:
    """The creatinine, umol/L, at which somebody has this eGFR."""
    whole = ckd_epi_2021(UMOL_PER_MG * BENDS.get(sex, 0.8), age, sex)
    if whole is None:
        return population().schwartz.value * height(population(), age) / egfr
    slope = -SLOPE if egfr < whole else SLOPES.get(sex, -0.27)
    return max(UMOL_PER_MG * BENDS.get(sex, 0.8) * float((egfr / whole) ** (1 / slope)), LEAST)


def filtration(creatinine: float, age: float, sex: Sex) -> float:
    """eGFR, mL/min/1.73 m2, from creatinine in umol/L."""
    adult = ckd_epi_2021(creatinine, age, sex)
    return (
        adult if adult is not None else population().schwartz.value * height(population(), age) / creatinine
    )


def _blood_count(analytes: dict[str, float]) -> None:
    white, neutrophils = analytes.get("analyte.white_cells"), analytes.get("analyte.neutrophils")
    if white is not None and neutrophils is not None:
        analytes["analyte.neutrophils"] = min(neutrophils, 0.95 * white)


def _lipids(analytes: dict[str, float]) -> None:
    """mmol/L: total = LDL + HDL + triglycerides / 2.2, as far as triglycerides are below 4.5."""
    parts = [analytes.get(f"analyte.{name}") for name in ("ldl", "hdl", "triglycerides")]
    if "analyte.total_cholesterol" in analytes and None not in parts:
        ldl, hdl, fat = (float(part or 0.0) for part in parts)
        analytes["analyte.total_cholesterol"] = ldl + hdl + min(fat, 4.5) / 2.2


def _blood_gas(base: KnowledgeBase, analytes: dict[str, float]) -> None:
    """Bicarbonate (mmol/L) from pH and pCO2 (kPa); where it was shifted itself, breathing has made up for it."""
    acid, gas, buffer = (analytes.get(f"analyte.{name}") for name in ("ph", "pco2", "bicarbonate"))
    if acid is None or gas is None or buffer is None:
        return
    ratio = 0.23 * 10 ** (acid - 6.1)
    mean, sd = base.analytes["analyte.bicarbonate"].typical
    changed, value = (
        ("analyte.pco2", buffer / ratio)
        if abs(buffer - mean) > 2 * sd
        else ("analyte.bicarbonate", gas * ratio)
    )
    low, high = base.analytes[changed].plausible
    analytes[changed] = min(max(value, low), high)
