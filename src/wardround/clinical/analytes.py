"""What ties mass to substance to charge for a measured substance: molar mass, valence, HbA1c's two scales.

Molar masses are sums of IUPAC's abridged standard atomic weights (CIAAW) over the formula of what the laboratory's
convention counts: cholesterol as cholesterol, triglycerides as triolein, urea nitrogen as the N2 of one urea,
phosphate as phosphorus, lactate as lactic acid, vitamin B12 as cyanocobalamin, vitamin D as 25-hydroxycholecalciferol,
folate as folic acid. Haemoglobin is counted by the monomer Hb(Fe), a quarter of the tetramer's 64 458 g/mol (ICSH).
HbA1c: NGSP's master equation, NGSP = 0.09148 * IFCC + 2.152 (www.ngsp.org/ifcc.asp).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from wardround.clinical.units import UnitError

_WEIGHTS = {
    "H": "1.0080",
    "Li": "6.94",
    "C": "12.011",
    "N": "14.007",
    "O": "15.999",
    "Na": "22.990",
    "Mg": "24.305",
    "P": "30.974",
    "Cl": "35.45",
    "K": "39.098",
    "Ca": "40.078",
    "Fe": "55.845",
    "Co": "58.933",
    "I": "126.90",
}
_ATOM = re.compile(r"([A-Z][a-z]?)([0-9]*)")
_MONOMER = Fraction(64458, 4)


@dataclass(frozen=True, slots=True)
class Analyte:
    """`molar_mass` in g/mol; `scale` is (slope, intercept) of percent over mmol/mol."""

    slug: str
    molar_mass: Fraction | None = None
    valence: int | None = None
    scale: tuple[Fraction, Fraction] | None = None
    per_body_surface: bool = False
    """A clearance that is per 1.73 m2 by what it is, whether or not its unit says so."""


def molar_mass(formula: str) -> Fraction:
    """g/mol of a formula such as C6H12O6."""
    return sum(
        (Fraction(_WEIGHTS[atom]) * int(count or 1) for atom, count in _ATOM.findall(formula)), Fraction(0)
    )


_FORMULAS = {
    "glucose": "C6H12O6",
    "total_cholesterol": "C27H46O",
    "ldl": "C27H46O",
    "hdl": "C27H46O",
    "non_hdl": "C27H46O",
    "triglycerides": "C57H104O6",
    "creatinine": "C4H7N3O",
    "urine_acr": "C4H7N3O",
    "urea": "CH4N2O",
    "urea_nitrogen": "N2",
    "uric_acid": "C5H4N4O3",
    "bilirubin": "C33H36N4O6",
    "free_t4": "C15H11I4NO4",
    "t4": "C15H11I4NO4",
    "free_t3": "C15H12I3NO4",
    "t3": "C15H12I3NO4",
    "vitamin_d": "C27H44O2",
    "vitamin_b12": "C63H88CoN14O14P",
    "folate": "C19H19N7O6",
    "lactate": "C3H6O3",
    "cortisol": "C21H30O5",
    "iron": "Fe",
    "phosphate": "P",
}
_IONS = {
    "sodium": ("Na", 1),
    "potassium": ("K", 1),
    "chloride": ("Cl", 1),
    "bicarbonate": ("CHO3", 1),
    "lithium": ("Li", 1),
    "calcium": ("Ca", 2),
    "magnesium": ("Mg", 2),
}

ANALYTES: dict[str, Analyte] = {
    **{
        f"analyte.{name}": Analyte(f"analyte.{name}", molar_mass(formula))
        for name, formula in _FORMULAS.items()
    },
    **{
        f"analyte.{name}": Analyte(f"analyte.{name}", molar_mass(ion), valence)
        for name, (ion, valence) in _IONS.items()
    },
    "analyte.haemoglobin": Analyte("analyte.haemoglobin", _MONOMER),
    "analyte.hba1c": Analyte("analyte.hba1c", scale=(Fraction("0.09148"), Fraction("2.152"))),
    "analyte.egfr": Analyte("analyte.egfr", per_body_surface=True),
}

# LOINC numbers of the same substances, in blood, serum or plasma (urine for urine_acr).
LOINC_OF: dict[str, tuple[str, ...]] = {
    "glucose": ("2345-7", "2339-0", "1558-6", "14749-6", "15074-8", "14771-0"),
    "total_cholesterol": ("2093-3", "14647-2"),
    "ldl": ("18262-6", "13457-7", "2089-1", "22748-8"),
    "hdl": ("2085-9", "14646-4"),
    "triglycerides": ("2571-8", "14927-8"),
    "creatinine": ("2160-0", "38483-4", "14682-9"),
    "urine_acr": ("14959-1", "9318-7", "32294-1", "30000-4"),
    "urea_nitrogen": ("3094-0", "6299-2", "14937-7"),
    "urea": ("22664-7", "20977-5"),
    "uric_acid": ("3084-1", "14933-6"),
    "calcium": ("17861-6", "49765-1", "2000-8", "1996-8", "29265-6", "1995-0", "1994-3"),
    "magnesium": ("19123-9", "2601-3", "21377-7"),
    "phosphate": ("2777-1", "14879-1"),
    "bilirubin": ("1975-2", "14631-6", "1968-7", "14629-0"),
    "haemoglobin": ("718-7", "59260-0"),
    "sodium": ("2951-2", "2947-0"),
    "potassium": ("2823-3", "6298-4"),
    "chloride": ("2075-0", "2069-3"),
    "bicarbonate": ("1963-8", "2028-9", "20565-8"),
    "lithium": ("14334-7", "3719-2"),
    "hba1c": ("4548-4", "17856-6", "17855-8", "59261-8"),
    "egfr": ("33914-3", "62238-1", "50210-4", "48642-3", "48643-1", "50044-7", "50384-7"),
    "free_t4": ("3024-7", "14920-3"),
    "t4": ("3026-2", "14921-1"),
    "free_t3": ("3051-0", "14928-6"),
    "vitamin_d": ("1989-3", "62292-8", "14635-7"),
    "vitamin_b12": ("2132-9", "14685-2"),
    "folate": ("2284-8", "14732-2"),
    "iron": ("2498-4", "14798-3"),
    "lactate": ("2524-7", "14118-4", "32693-4"),
    "cortisol": ("2143-6", "14675-3"),
}
_FRACTIONS = frozenset(("1995-0", "1994-3", "1968-7", "14629-0"))
"""Ionised calcium and direct bilirubin: converted like the whole, but another result."""
_BY_LOINC = {code: f"analyte.{name}" for name, codes in LOINC_OF.items() for code in codes}
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")


def analyte_slug(loinc: str) -> str | None:
    """The slug of the analyte that a LOINC number measures, whatever its display says; None where we know none."""
    return None if loinc in _FRACTIONS else _BY_LOINC.get(loinc)


def analyte_of(name: str) -> Analyte:
    """The analyte of a slug (`analyte.glucose`) or LOINC number; one we know nothing special of has no molar mass."""
    if _LOINC.fullmatch(name):
        name = _BY_LOINC.get(name, name)
    elif not name.startswith("analyte."):
        raise UnitError(
            f"'{name:.60}' names no analyte: give a slug such as 'analyte.glucose', or a LOINC number"
        )
    return ANALYTES.get(name, Analyte(name))
