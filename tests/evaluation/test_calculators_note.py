"""`--entities note`: answered, not applicable, or withheld, and how each is counted."""

from __future__ import annotations

from wardround.calculators import calculators
from wardround.evaluation.calculators_note import answered_from_note, examine_rows
from wardround.evaluation.medcalc import Label, Row

BY_NUMBER = {one.medcalc: one for one in calculators().values()}


def row(id: str, number: int, note: str, answer: Label) -> Row:
    return Row(id, number, BY_NUMBER.get(number), "", note, "{}", answer, None, "decimal")


GAP = "Na 140 mmol/L, Cl 100 mmol/L, HCO3 24 mmol/L."
ROWS = (
    row("right", 39, GAP, 16.0),
    row("wrong", 39, GAP, 12.0),
    row("silent", 65, GAP, "N/A"),
    row("withheld", 65, f"{GAP} Albumin was low.", 20.0),
    row("unknown", 999, GAP, 1.0),
    row("unlabelled", 39, GAP, None),
)


def test_a_row_is_answered_declined_withheld_or_not_scored() -> None:
    cases = {one.row: answered_from_note(one) for one in ROWS}
    assert (cases["right"]["ours"], cases["right"]["accuracy"], cases["right"]["abstention"]) == (
        16.0,
        1.0,
        0.0,
    )
    assert cases["right"]["read"]["sodium"] == "Na 140 mmol/L"
    assert cases["wrong"]["accuracy"] == 0.0
    assert (cases["silent"]["ours"], cases["silent"]["accuracy"]) == ("N/A", 1.0)
    assert (cases["withheld"]["accuracy"], cases["withheld"]["abstention"]) == (None, 1.0)
    assert cases["withheld"]["doubts"] == ["albumin: not stated"]
    assert (cases["unknown"]["abstention"], cases["unlabelled"]["abstention"]) == (None, None)


def test_accuracy_is_over_the_answered_and_abstention_over_all_that_can_be_scored() -> None:
    report, cases = examine_rows(ROWS)
    assert (report["n"], report["unscored"], report["answered"]) == (4, 2, 3)
    assert report["accuracy"] == round(2 / 3, 4)
    assert report["abstention"] == 0.25
    assert report["right_of_all"] == 0.5
    assert report["not_applicable"] == {"labelled": 1, "answered_so": 1, "rightly": 1}
    assert report["by_calculator"]["anion-gap"]["answered"] == 2
    assert [one["row"] for one in report["misses"]] == ["wrong"]
    assert [one["row"] for one in report["withheld"]] == ["withheld"]
    assert len(cases) == len(ROWS)


def test_no_rows_is_no_figure() -> None:
    report, _ = examine_rows(())
    assert (report["accuracy"], report["abstention"], report["right_of_all"]) == (None, None, None)
