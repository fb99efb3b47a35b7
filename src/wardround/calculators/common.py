"""Inputs that many calculators share, with bounds that no living patient leaves, and how numbers are written in a working."""

from __future__ import annotations

from wardround.calculators.inputs import Input, quantity

CELLS = "10*9/L"
ADULT = 18


def n(value: float) -> str:
    """A number in a working: six significant digits, no trailing zeros."""
    return f"{value:.6g}"


def weight(low: float = 0.3, high: float = 500) -> Input:
    """Body weight in kg."""
    return quantity("weight", "body weight", "kg", low, high, units=("[lb_av]", "g"))


def height(low: float = 20, high: float = 260) -> Input:
    """Height or length in cm."""
    return quantity("height", "height", "cm", low, high, units=("m", "[in_i]"))


def heart_rate() -> Input:
    """Beats a minute."""
    return quantity(
        "heart_rate", "heart rate", "/min", 10, 350, bare=True, also=("Heart Rate or Pulse", "pulse")
    )


def systolic() -> Input:
    """Systolic blood pressure in mm Hg."""
    return quantity(
        "systolic_bp",
        "systolic blood pressure",
        "mm[Hg]",
        20,
        320,
        bare=True,
        also=("Systolic Blood Pressure",),
    )


def diastolic() -> Input:
    """Diastolic blood pressure in mm Hg."""
    return quantity(
        "diastolic_bp",
        "diastolic blood pressure",
        "mm[Hg]",
        5,
        220,
        bare=True,
        also=("Diastolic Blood Pressure",),
    )


def creatinine() -> Input:
    """Serum creatinine in mg/dL."""
    return quantity(
        "creatinine", "serum creatinine", "mg/dL", 0.05, 50, analyte="analyte.creatinine", units=("umol/L",)
    )


def sodium() -> Input:
    """Serum sodium in mmol/L."""
    return quantity(
        "sodium",
        "serum sodium",
        "mmol/L",
        80,
        220,
        analyte="analyte.sodium",
        units=("meq/L",),
        also=("Sodium",),
    )


def chloride() -> Input:
    """Serum chloride in mmol/L."""
    return quantity(
        "chloride", "serum chloride", "mmol/L", 40, 190, analyte="analyte.chloride", units=("meq/L",)
    )


def bicarbonate() -> Input:
    """Serum bicarbonate in mmol/L."""
    return quantity(
        "bicarbonate", "serum bicarbonate", "mmol/L", 0.5, 70, analyte="analyte.bicarbonate", units=("meq/L",)
    )


def albumin() -> Input:
    """Serum albumin in g/dL."""
    return quantity("albumin", "serum albumin", "g/dL", 0.3, 7.5, units=("g/L",))


def glucose() -> Input:
    """Blood glucose in mg/dL."""
    return quantity(
        "glucose", "blood glucose", "mg/dL", 3, 3000, analyte="analyte.glucose", units=("mmol/L",)
    )


def urea_nitrogen() -> Input:
    """Blood urea nitrogen in mg/dL. In mmol/L, urea and its nitrogen are the same number."""
    return quantity(
        "bun",
        "blood urea nitrogen",
        "mg/dL",
        0.5,
        400,
        analyte="analyte.urea_nitrogen",
        units=("mmol/L",),
        also=("Blood Urea Nitrogen (BUN)", "BUN", "urea"),
    )


def bilirubin() -> Input:
    """Total bilirubin in mg/dL."""
    return quantity(
        "bilirubin", "total bilirubin", "mg/dL", 0.02, 90, analyte="analyte.bilirubin", units=("umol/L",)
    )


def platelets() -> Input:
    """Platelets in 10*9/L."""
    return quantity("platelets", "platelet count", CELLS, 0.5, 5000, units=("/uL",), also=("Platelet count",))


def total_cholesterol() -> Input:
    """Total cholesterol in mg/dL."""
    return quantity(
        "total_cholesterol",
        "total cholesterol",
        "mg/dL",
        20,
        1500,
        analyte="analyte.total_cholesterol",
        units=("mmol/L",),
    )


def hdl_cholesterol() -> Input:
    """HDL cholesterol in mg/dL."""
    return quantity(
        "hdl",
        "HDL cholesterol",
        "mg/dL",
        2,
        250,
        analyte="analyte.hdl",
        units=("mmol/L",),
        also=("high-density lipoprotein cholesterol", "HDL cholesterol"),
    )


def inr() -> Input:
    """International normalised ratio."""
    return quantity("inr", "INR", "1", 0.5, 25, bare=True, also=("international normalized ratio",))
