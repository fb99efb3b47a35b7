"""Quantities: UCUM read, converted exactly, and refused with a way out."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wardround.clinical import Quantity, UnitError, canonical_unit, convert, is_unit, parse_quantity
from wardround.clinical.analytes import ANALYTES, LOINC_OF, molar_mass
from wardround.clinical.units import unit_of

# (value, unit, unit, value, analyte), the right-hand side from printed conversion tables, to their precision.
TABLE = [
    (100, "mg/dL", "mmol/L", 5.551, "analyte.glucose"),
    (200, "mg/dL", "mmol/L", 5.172, "analyte.total_cholesterol"),
    (100, "mg/dL", "mmol/L", 2.586, "analyte.ldl"),
    (50, "mg/dL", "mmol/L", 1.293, "analyte.hdl"),
    (150, "mg/dL", "mmol/L", 1.694, "analyte.triglycerides"),
    (1, "mg/dL", "umol/L", 88.4, "analyte.creatinine"),
    (20, "mg/dL", "mmol/L", 7.14, "analyte.urea_nitrogen"),
    (20, "mg/dL", "mmol/L", 3.33, "analyte.urea"),
    (6, "mg/dL", "umol/L", 356.9, "analyte.uric_acid"),
    (10, "mg/dL", "mmol/L", 2.495, "analyte.calcium"),
    (1, "mg/dL", "umol/L", 17.1, "analyte.bilirubin"),
    (14, "g/dL", "mmol/L", 8.69, "analyte.haemoglobin"),
    (14, "g/dL", "g/L", 140, None),
    (140, "meq/L", "mmol/L", 140, "analyte.sodium"),
    (4, "mmol/L", "meq/L", 4, "analyte.potassium"),
    (5, "meq/L", "mmol/L", 2.5, "analyte.calcium"),
    (2, "mg/dL", "meq/L", 1.646, "analyte.magnesium"),
    (7, "%", "mmol/mol", 53, "analyte.hba1c"),
    (48, "mmol/mol", "%", 6.54, "analyte.hba1c"),
    (1.2, "ng/dL", "pmol/L", 15.45, "analyte.free_t4"),
    (8, "ug/dL", "nmol/L", 103, "analyte.t4"),
    (30, "ng/mL", "nmol/L", 74.9, "analyte.vitamin_d"),
    (300, "pg/mL", "pmol/L", 221.3, "analyte.vitamin_b12"),
    (10, "ng/mL", "nmol/L", 22.65, "analyte.folate"),
    (18, "mg/dL", "mmol/L", 2.0, "analyte.lactate"),
    (100, "ug/dL", "umol/L", 17.9, "analyte.iron"),
    (10, "ug/dL", "nmol/L", 275.9, "analyte.cortisol"),
    (30, "mg/g", "mg/mmol", 3.39, "analyte.urine_acr"),
    (60, "mL/min", "mL/min/{1.73_m2}", 60, "analyte.egfr"),
    (98.6, "[degF]", "Cel", 37, None),
    (37, "Cel", "[degF]", 98.6, None),
    (310.15, "K", "Cel", 37, None),
    (40, "kPa", "mm[Hg]", 300.03, None),
    (150, "[lb_av]", "kg", 68.04, None),
    (70, "[in_i]", "cm", 177.8, None),
    (7.5, "10*3/uL", "10*9/L", 7.5, None),
    (60, "U/L", "ukat/L", 1.0, None),
    (2.5, "u[IU]/mL", "m[iU]/L", 2.5, None),
    (24, "h", "d", 1, None),
    (2, "wk", "d", 14, None),
    (1, "a", "mo", 12, None),
    (60, "/min", "/s", 1, None),
    (50, "%", "1", 0.5, None),
    (7, "{score}", "1", 7, None),
]


@pytest.mark.parametrize(("value", "unit", "target", "wanted", "analyte"), TABLE)
def test_conversions_agree_with_printed_tables(
    value: float, unit: str, target: str, wanted: float, analyte: str | None
) -> None:
    got = convert(Quantity(value, unit), target, analyte)
    assert got.value == pytest.approx(wanted, rel=2e-3)
    assert got.unit == target


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "target", "wanted"),
    [
        ("2345-7", 100, "mg/dL", "mmol/L", 5.551),
        ("2160-0", 1, "mg/dL", "umol/L", 88.4),
        ("3094-0", 20, "mg/dL", "mmol/L", 7.14),
        ("22664-7", 20, "mg/dL", "mmol/L", 3.33),
        ("4548-4", 7, "%", "mmol/mol", 53),
        ("2571-8", 150, "mg/dL", "mmol/L", 1.694),
    ],
)
def test_a_loinc_number_names_the_analyte(
    loinc: str, value: float, unit: str, target: str, wanted: float
) -> None:
    assert convert(Quantity(value, unit), target, loinc).value == pytest.approx(wanted, rel=2e-3)


PAIRS = st.sampled_from([(unit, target, analyte) for _, unit, target, _, analyte in TABLE])
VALUES = st.floats(1e-6, 1e6)


@given(PAIRS, VALUES)
def test_there_and_back_is_the_same_value(pair: tuple[str, str, str | None], value: float) -> None:
    unit, target, analyte = pair
    there = convert(Quantity(value, unit), target, analyte)
    back = convert(there, unit, analyte)
    assert back.value == pytest.approx(value, rel=1e-12, abs=1e-9)


@given(PAIRS, VALUES, VALUES)
def test_conversion_keeps_order(pair: tuple[str, str, str | None], first: float, second: float) -> None:
    unit, target, analyte = pair
    assume(first < second)
    one, other = (convert(Quantity(value, unit), target, analyte).value for value in (first, second))
    assert one <= other


@given(PAIRS, VALUES)
def test_the_comparator_stays(pair: tuple[str, str, str | None], value: float) -> None:
    unit, target, analyte = pair
    assert convert(Quantity(value, unit, "<"), target, analyte).comparator == "<"


def test_factors_are_exact() -> None:
    assert convert(Quantity(0.1, "g/dL"), "mg/dL").value == 100.0
    assert convert(Quantity(0.7, "mg"), "ug").value == 700.0
    assert convert(Quantity(1.1, "10*3/uL"), "10*9/L").value == 1.1
    assert convert(Quantity(98.6, "[degF]"), "Cel").value == 37.0
    unchanged = Quantity(5.0, "anything at all")
    assert convert(unchanged, "anything at all") is unchanged


@pytest.mark.parametrize(
    ("value", "unit", "target", "analyte", "says"),
    [
        (100, "mg/dL", "mmol/L", None, ["mg/dL", "mmol/L", "analyte=", "g/L"]),
        (100, "mg/dL", "mmol/L", "analyte.alt", ["analyte.alt", "no molar mass"]),
        (100, "mg/dL", "Cel", None, ["mg/dL", "Cel", "different things", "g/L"]),
        (140, "meq/L", "mmol/L", "analyte.glucose", ["no valence"]),
        (7, "%", "mmol/mol", None, ["analyte.hba1c"]),
        (7, "%", "mmol/mol", "analyte.glucose", ["analyte.hba1c"]),
        (60, "mL/min", "mL/min/{1.73_m2}", None, ["1.73 m2", "analyte.egfr"]),
        (7, "{score}", "%", None, ["{score}", "label"]),
        (7, "{score}", "{T-score}", None, ["label"]),
        (10, "[iU]", "mg", None, ["[iU]", "different things"]),
        (10, "U/L", "[iU]/L", None, ["different things"]),
        (5, "foo", "mg", None, ["'foo'", "UCUM"]),
        (5, "mg", "mgg", None, ["'mgg'", "did you mean"]),
        (5, "", "mg", None, ["no unit is stated"]),
        (5, "Mg", "mg", None, ["'Mg'"]),
        (5, "Cel/h", "K/h", None, ["stands alone"]),
        (5, "mg/dL", "mmol/L", "glucose", ["'glucose'", "analyte.glucose"]),
        (1e308, "kg", "ug", None, ["too large"]),
    ],
)
def test_what_does_not_fit_is_refused_with_a_way_out(
    value: float, unit: str, target: str, analyte: str | None, says: list[str]
) -> None:
    with pytest.raises(UnitError) as caught:
        convert(Quantity(value, unit), target, analyte)
    for part in says:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("7.2 mmol/L", 7.2, "mmol/L", None),
        ("7.2mmol/L", 7.2, "mmol/L", None),
        ("  120 mmHg ", 120.0, "mm[Hg]", None),
        ("<0.01 ug/L", 0.01, "ug/L", "<"),
        (">= 90 mL/min/1.73m2", 90.0, "mL/min/{1.73_m2}", ">="),
        ("≤5 µg/L", 5.0, "ug/L", "<="),
        ("38.5 °C", 38.5, "Cel", None),
        ("11.2 x10^9/L", 11.2, "10*9/L", None),
        ("11.2 ×10⁹/L", 11.2, "10*9/L", None),
        ("4 IU", 4.0, "[iU]", None),
        ("2.1 mIU/L", 2.1, "m[iU]/L", None),
        ("140 mEq/L", 140.0, "meq/L", None),
        ("-1.5 {T-score}", -1.5, "{T-score}", None),
        ("97 %", 97.0, "%", None),
        ("1e3 ng/mL", 1000.0, "ng/mL", None),
        ("7", 7.0, "", None),
    ],
)
def test_quantities_are_read_as_people_write_them(
    text: str, value: float, unit: str, comparator: str | None
) -> None:
    assert parse_quantity(text) == Quantity(value, unit, comparator)


@pytest.mark.parametrize(
    "text", ["", "mmol/L", "7,2 mmol/L", "1,000 mg", "7.2.1 mg", "nan mg", "inf", "٧ mg", "1" * 200]
)
def test_what_is_no_quantity_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_quantity(text)
    assert text[:50] in str(caught.value)


@pytest.mark.parametrize(
    "text", ["5 foo", "5 mg//dL", "5 mg/", "5 (mg", "5 mg)", "5 7", "5 mg0", "5 m999", "5 mg-"]
)
def test_what_is_no_unit_is_refused_and_named(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert f"'{text[2:]}'" in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_or_a_value_error(text: str) -> None:
    try:
        got = parse_quantity(text)
    except ValueError:
        return
    assert got.unit == "" or is_unit(got.unit)


ATOMS = st.sampled_from(
    [
        "g",
        "mg",
        "mcg",
        "µg",
        "L",
        "dl",
        "mL",
        "mmol",
        "mEq",
        "IU",
        "mIU",
        "[IU]",
        "U",
        "kU",
        "mmHg",
        "m[Hg]",
        "m2",
        "min",
        "h",
        "hr",
        "10*3",
        "10^9",
        "%",
        "cells",
    ]
)


@given(st.lists(ATOMS, min_size=1, max_size=3), st.sampled_from(["", "{creat}", "/{1.73_m2}"]))
def test_canonical_units_are_stable_and_worth_the_same(atoms: list[str], end: str) -> None:
    text = "/".join(atoms) + end
    if "cells" in text:
        assert not is_unit(text)
        return
    assume(is_unit(text))
    once = canonical_unit(text)
    assert canonical_unit(once) == once
    assert unit_of(once) == unit_of(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_quantity_is_finite(value: float) -> None:
    with pytest.raises(ValueError, match="leave an unknown quantity out"):
        Quantity(value, "mg")


@pytest.mark.parametrize(
    ("formula", "mass"),
    [
        ("C6H12O6", 180.156),
        ("C27H46O", 386.66),
        ("C57H104O6", 885.45),
        ("C4H7N3O", 113.12),
        ("CH4N2O", 60.06),
    ],
)
def test_molar_masses_are_those_of_the_formulas(formula: str, mass: float) -> None:
    assert float(molar_mass(formula)) == pytest.approx(mass, abs=0.02)


SHORT_NAMES = {
    slug: tuple(starts.split(" or "))
    for slug, starts in (
        line.strip().split(": ")
        for line in """
            glucose: Glucose
            total_cholesterol: Cholest
            ldl: LDLc
            hdl: HDLc
            triglycerides: Trigl
            creatinine: Creat
            urine_acr: Albumin/Creat or Microalbumin/Creat
            urea_nitrogen: BUN
            urea: Urea
            uric_acid: Urate
            calcium: Calcium or Ca-I
            magnesium: Magnesium
            phosphate: Phosphate
            bilirubin: Bilirub
            haemoglobin: Hgb Bld
            sodium: Sodium
            potassium: Potassium
            chloride: Chloride
            bicarbonate: HCO3 or CO2
            lithium: Lithium
            hba1c: Hgb A1c
            egfr: GFR/BSA
            free_t4: T4 Free
            t4: T4 SerPl
            free_t3: T3Free
            vitamin_d: 25(OH)D
            vitamin_b12: Vit B12
            folate: Folate
            iron: Iron
            lactate: Lactate
            cortisol: Cortis
        """.strip().splitlines()
    )
}


@pytest.mark.data
def test_the_loinc_numbers_exist_and_measure_what_we_say(data_dir: Path) -> None:
    with gzip.open(data_dir / "codes" / "loinc_short.tsv.gz", "rt", encoding="utf-8") as lines:
        names = {row["LOINC_NUM"]: row["SHORTNAME"] for row in csv.DictReader(lines, delimiter="\t")}
    for slug, codes in LOINC_OF.items():
        assert f"analyte.{slug}" in ANALYTES
        for code in codes:
            assert names[code].startswith(SHORT_NAMES[slug]), (slug, code, names[code])
    assert len({code for codes in LOINC_OF.values() for code in codes}) == sum(map(len, LOINC_OF.values()))


@pytest.mark.data
def test_the_units_of_real_records_are_known(data_dir: Path) -> None:
    units = "mg/dL mm[Hg] {score} cm kg mmol/L fL kg/m2 g/dL % 10*3/uL 10*6/uL pg mL/min/{1.73_m2} kU/L U/L Cel mL/min"
    for unit in [*units.split(), "g/L", "ng/mL", "mg/g", "(score)", "pg/mL", "{T-score}", "mm"]:
        assert is_unit(unit), unit
    with gzip.open(data_dir / "codes" / "loinc_short.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [row["EXAMPLE_UCUM_UNITS"] for row in csv.DictReader(lines, delimiter="\t")]
    stated = [row for row in rows if row and ";" not in row]
    known = sum(is_unit(unit) for unit in stated)
    assert known / len(stated) > 0.9
