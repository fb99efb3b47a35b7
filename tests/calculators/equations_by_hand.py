"""Cases that were worked with pen and paper: inputs, and what comes out. The working stands beside each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import e
from typing import Final

Case = tuple[str, Mapping[str, object], float | int | date]

_GAP: Final = {
    "sodium": "140 mmol/L",
    "chloride": "100 mmol/L",
    "bicarbonate": "14 mmol/L",
}  # 140 - 100 - 14 = 26
_MAN: Final = {"sex": "male"}
_WOMAN: Final = {"sex": "female"}

CASES: Final[tuple[Case, ...]] = (
    # 178 cm is 70.08 in, ideal 73.2 kg: the actual 72 is less; 80 x 72 / 72
    (
        "cockcroft-gault",
        {"age": 60, **_MAN, "weight": "72 kg", "height": "178 cm", "creatinine": "1 mg/dL"},
        80.0,
    ),
    # body mass index 15.6: the actual weight; 100 x 45 x 0.85 / (72 x 0.85)
    (
        "cockcroft-gault",
        {"age": 40, **_WOMAN, "weight": "45 kg", "height": "170 cm", "creatinine": "0.85 mg/dL"},
        62.5,
    ),
    # 60 in: ideal 50 kg, adjusted 50 + 0.4 x 50 = 70; 72 x 70 / 72
    (
        "cockcroft-gault",
        {"age": 68, **_MAN, "weight": "100 kg", "height": "60 [in_i]", "creatinine": "1 mg/dL"},
        70.0,
    ),
    # at the bend both powers are 1: 142 x 0.9938^50 (0.73274) x 1.012
    ("ckd-epi-2021", {"age": 50, **_WOMAN, "creatinine": "0.7 mg/dL"}, 105.30),
    # 175 x 50^-0.203 (0.45197)
    ("mdrd", {"age": 50, **_MAN, "creatinine": "1 mg/dL"}, 79.09),
    ("mdrd", {"age": 50, **_WOMAN, "creatinine": "1 mg/dL", "race": "black"}, 79.09 * 0.742 * 1.212),
    # 100 x 40 x 2 / (140 x 100)
    (
        "fractional-excretion-of-sodium",
        {"sodium": "140 mmol/L", "creatinine": "2 mg/dL", "urine_sodium": "40 mmol/L", "urine_creatinine": "100 mg/dL"},
        0.571429,
    ),
    ("body-mass-index", {"weight": "80 kg", "height": "2 m"}, 20.0),
    ("body-surface-area", {"weight": "100 kg", "height": "144 cm"}, 2.0),
    ("ideal-body-weight", {"height": "70 [in_i]", **_MAN}, 73.0),
    ("ideal-body-weight", {"height": "70 [in_i]", **_WOMAN}, 68.5),
    ("adjusted-body-weight", {"height": "70 [in_i]", **_MAN, "weight": "93 kg"}, 81.0),
    ("target-weight", {"height": "2 m", "bmi": 25}, 100.0),
    ("paediatric-weight", {"age": "6 months"}, 7.0),
    ("paediatric-weight", {"age": 4}, 16.0),
    ("paediatric-weight", {"age": 10}, 37.0),
    ("anion-gap", {"sodium": "140 meq/L", "chloride": "104 mmol/L", "bicarbonate": "24 meq/L"}, 12.0),
    ("delta-gap", _GAP, 4.0),  # (26 - 12) - (24 - 14)
    ("delta-ratio", _GAP, 1.4),
    ("albumin-corrected-anion-gap", {**_GAP, "albumin": "20 g/L"}, 31.0),  # 26 + 2.5 x 2
    ("albumin-corrected-delta-gap", {**_GAP, "albumin": "2 g/dL"}, 19.0),
    ("albumin-corrected-delta-ratio", {**_GAP, "albumin": "2 g/dL"}, 1.9),
    ("corrected-calcium", {"calcium": "8 mg/dL", "albumin": "2 g/dL"}, 9.6),
    ("corrected-sodium", {"sodium": "130 mmol/L", "glucose": "600 mg/dL"}, 138.0),
    ("corrected-sodium", {"sodium": "135 mmol/L", "glucose": "80 mg/dL"}, 135.0),
    ("serum-osmolality", {"sodium": "140 mmol/L", "bun": "14 mg/dL", "glucose": "90 mg/dL"}, 290.0),
    ("free-water-deficit", {"age": 50, **_MAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 6.0),  # 42 / 7
    ("free-water-deficit", {"age": 70, **_WOMAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 4.5),
    ("free-water-deficit", {"age": 5, **_WOMAN, "weight": "35 kg", "sodium": "160 mmol/L"}, 3.0),
    ("mean-arterial-pressure", {"systolic_bp": 120, "diastolic_bp": 60}, 80.0),
    ("qtc-bazett", {"qt": 200, "heart_rate": 240}, 400.0),  # RR 0.25
    ("qtc-fridericia", {"qt": 320, "heart_rate": 117.1875}, 400.0),  # RR 0.512, its cube root 0.8
    ("qtc-framingham", {"qt": 300, "heart_rate": 120}, 377.0),  # + 154 x 0.5
    ("qtc-hodges", {"qt": 400, "heart_rate": 100}, 470.0),
    ("qtc-rautaharju", {"qt": 300, "heart_rate": 150}, 450.0),
    (
        "ldl-friedewald",
        {"total_cholesterol": "200 mg/dL", "hdl": "50 mg/dL", "triglycerides": "150 mg/dL"},
        120.0,
    ),
    # 133.5588 + 114.9740 - 4.3813 + 13.1113 + 0.4203 - 108.9080 - 146.5933 = 2.1818; 1 - 0.98767^8.862
    (
        "framingham-hard-coronary",
        {
            "age": 67, **_WOMAN, "total_cholesterol": "167 mg/dL", "hdl": "40 mg/dL", "systolic_bp": 170,
            "treated_pressure": True, "smoker": False,
        },
        10.41,
    ),
    # 208.4198 + 106.0409 - 3.5442 + 6.2514 + 12.0963 - 97.7747 - 11.3955 - 47.1039 - 172.3002 = 0.6899; 1 - 0.9402^1.9936
    (
        "framingham-hard-coronary",
        {
            "age": 55, **_MAN, "total_cholesterol": "200 mg/dL", "hdl": "50 mg/dL", "systolic_bp": 120,
            "treated_pressure": False, "smoker": True,
        },
        11.57,
    ),
    ("fib-4", {"age": 50, "ast": "40 U/L", "alt": "25 U/L", "platelets": "200 10*9/L"}, 2.0),
    (
        "meld-na",
        {
            "creatinine": "0.5 mg/dL", "bilirubin": "0.3 mg/dL", "inr": 0.9, "sodium": "120 mmol/L",
            "dialysis": False, "hemodialysis": False,
        },
        6,
    ),
    # logarithms of 1: 3.098, 31; 31 + 6.6 - 5.115 = 32.485
    (
        "meld-na",
        {
            "creatinine": f"{e} mg/dL", "bilirubin": f"{e} mg/dL", "inr": e, "sodium": "132 mmol/L",
            "dialysis": False, "hemodialysis": False,
        },
        32,
    ),
    # dialysis counts as creatinine 4: 1.3267 + 0.643 = 1.97, 20; sodium over 137 counts as 137
    (
        "meld-na",
        {
            "creatinine": "1 mg/dL", "bilirubin": "1 mg/dL", "inr": 1, "sodium": "145 mmol/L",
            "dialysis": True, "hemodialysis": False,
        },
        20,
    ),
    ("homa-ir", {"insulin": "10 u[iU]/mL", "glucose": "81 mg/dL"}, 2.0),
    ("insulin-correction", {"glucose": "220 mg/dL", "target": "120 mg/dL", "daily_insulin": 36}, 2.0),
    # 0.2 x 713 - 40 / 0.8 = 92.6
    ("alveolar-arterial-gradient", {"fio2": 20, "pao2": "80 mm[Hg]", "paco2": "40 mm[Hg]"}, 12.6),
    ("due-date", {"last_period": "2024-01-01", "cycle": 28}, date(2024, 10, 8)),
    ("due-date", {"last_period": "2024-01-01", "cycle": 31}, date(2024, 10, 11)),
    ("due-date", {"last_period": "2024-05-31", "cycle": 28}, date(2025, 3, 7)),
    ("conception-date", {"last_period": "2024-02-20", "cycle": 30}, date(2024, 3, 7)),
    ("gestational-age", {"last_period": "2024-01-01", "today": "2024-03-01"}, 60),
    ("maintenance-fluids", {"weight": "8 kg"}, 32.0),
    ("maintenance-fluids", {"weight": "15 kg"}, 50.0),
    ("maintenance-fluids", {"weight": "25 kg"}, 65.0),
    ("paediatric-fluids", {"age": 1, "weight": "10 kg", "dehydration": 5, "hours": 24}, 60.8333),
    ("steroid-conversion", {"given_drug": "prednisone", "dose": "40 mg", "wanted_drug": "dexamethasone"}, 6.0),
    ("steroid-conversion", {"given_drug": "Hydrocortisone IV", "dose": "100 mg", "wanted_drug": "methylprednisolone"}, 20.0),
    # 45 + 60
    (
        "morphine-equivalents",
        {
            "oxycodone_dose": "10 mg", "oxycodone_per_day": 3,
            "fentanyl_patch_dose": "25 ug/h", "fentanyl_patch_per_day": 1,
        },
        105.0,
    ),
    # smoking counts as at 70 in men, at 78 in women
    (
        "framingham-hard-coronary",
        {
            "age": 75, **_MAN, "total_cholesterol": "200 mg/dL", "hdl": "50 mg/dL", "systolic_bp": 120,
            "treated_pressure": False, "smoker": True,
        },
        15.35,
    ),
    (
        "framingham-hard-coronary",
        {
            "age": 79, **_WOMAN, "total_cholesterol": "200 mg/dL", "hdl": "50 mg/dL", "systolic_bp": 120,
            "treated_pressure": False, "smoker": True,
        },
        6.28,
    ),
    # 175 x 50^-0.203 x 4^-1.154 (0.20194)
    ("mdrd", {"age": 50, **_MAN, "creatinine": "4 mg/dL"}, 15.972),
    # 280 + 50 + 50
    ("serum-osmolality", {"sodium": "140 mmol/L", "bun": "140 mg/dL", "glucose": "900 mg/dL"}, 380.0),
    ("free-water-deficit", {"age": 64.9, **_MAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 6.0),
    ("free-water-deficit", {"age": 65, **_MAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 5.0),
    ("free-water-deficit", {"age": 18, **_WOMAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 5.0),
    ("free-water-deficit", {"age": 17.9, **_WOMAN, "weight": "70 kg", "sodium": "160 mmol/L"}, 6.0),
    # dialysis: 0.957 ln 4 (1.3267) + 0.378 ln 10 (0.8704) + 0.643 = 2.840
    (
        "meld-na",
        {
            "creatinine": "1 mg/dL", "bilirubin": "10 mg/dL", "inr": 1, "sodium": "140 mmol/L",
            "dialysis": False, "hemodialysis": True,
        },
        28,
    ),
    # 0.957 ln 1.7897 (0.557) + 0.643 = 1.2; 12 + 13.2 - 3.96
    (
        "meld-na",
        {
            "creatinine": "1.7897 mg/dL", "bilirubin": "1 mg/dL", "inr": 1, "sodium": "127 mmol/L",
            "dialysis": False, "hemodialysis": False,
        },
        21,
    ),
    # 0.957 ln 1.612 (0.457) + 0.643 = 1.1: at 11 sodium does not count yet
    (
        "meld-na",
        {
            "creatinine": "1.612 mg/dL", "bilirubin": "1 mg/dL", "inr": 1, "sodium": "127 mmol/L",
            "dialysis": False, "hemodialysis": False,
        },
        11,
    ),
    # body mass index 24.9: the ideal, 50 + 2.3 x (78.7402 - 60) = 93.1024
    ("cockcroft-gault", {"age": 68, **_MAN, "weight": "99.6 kg", "height": "2 m", "creatinine": "1 mg/dL"}, 93.1024),
    # 25: 93.1024 + 0.4 x 6.8976
    ("cockcroft-gault", {"age": 68, **_MAN, "weight": "100 kg", "height": "2 m", "creatinine": "1 mg/dL"}, 95.8614),
    # 18.4: the actual weight, though the ideal, 45.5 + 2.3 x (55.1181 - 60) = 34.2717, is less
    ("cockcroft-gault", {"age": 68, **_WOMAN, "weight": "36.064 kg", "height": "1.4 m", "creatinine": "0.85 mg/dL"}, 36.064),
    # 18.6: the ideal
    ("cockcroft-gault", {"age": 68, **_WOMAN, "weight": "36.456 kg", "height": "1.4 m", "creatinine": "0.85 mg/dL"}, 34.2717),
    ("paediatric-weight", {"age": 5.9}, 18.0),
    ("paediatric-weight", {"age": 6}, 25.0),
    ("maintenance-fluids", {"weight": "5 kg", "age": "28.1 d"}, 20.0),
    ("insulin-correction", {"glucose": "130 mg/dL", "target": "70 mg/dL", "daily_insulin": 30}, 1.0),
    # sodium under 125 counts as 125: 31 + 15.84 - 12.276 = 34.564
    (
        "meld-na",
        {
            "creatinine": f"{e} mg/dL", "bilirubin": f"{e} mg/dL", "inr": e, "sodium": "118 mmol/L",
            "dialysis": False, "hemodialysis": False,
        },
        35,
    ),
)  # fmt: skip
