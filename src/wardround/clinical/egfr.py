"""Estimated glomerular filtration from serum creatinine, for adults: the CKD-EPI equation of 2021, without race.

Inker LA et al., N Engl J Med 2021 (385: 1737-1749); coefficients as the National Kidney Foundation prints them
(kidney.org, CKD-EPI Creatinine Equation 2021).
"""

from __future__ import annotations

from math import isfinite

from wardround.clinical.patient import Sex

ADULT = 18
"""The equation was made in adults and says nothing of children."""
_UMOL_PER_MG = 88.4
_FORM = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}
"""Of each sex: the creatinine (mg/dL) at which the line bends, the slope below it, and the factor."""


def ckd_epi_2021(creatinine: float, age: float, sex: Sex | None) -> float | None:
    """mL/min/1.73 m2 from creatinine in umol/L; None for children, an unknown sex, and what is no creatinine."""
    form = _FORM.get(sex or "")
    if form is None or not age >= ADULT or not (isfinite(creatinine) and creatinine > 0):
        return None
    bend, slope, factor = form
    share = creatinine / _UMOL_PER_MG / bend
    return float(142 * min(share, 1.0) ** slope * max(share, 1.0) ** -1.2 * 0.9938**age * factor)
