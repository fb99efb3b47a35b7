"""Stopping a drug: only what is taken, always signed, and never unawares where stopping at once does harm."""

from __future__ import annotations

import re

import pytest
from constraint_cases import Case, base, chart, check, halt, heard, prescribed, taking

from wardround.care.arguments import Advise, Stop
from wardround.care.chart import CurrentDrug, Stopped
from wardround.care.constraints.stopping import ABRUPT, NO_REPLACEMENT

HERB = (CurrentDrug("St John's wort", None, "3"),)
LOWERED = Stopped(
    "drug.propranolol", {"drug": "drug.propranolol", "taper_days": 28}, "9", taking("propranolol")
)
GONE = Stopped("drug.ibuprofen", {"drug": "drug.ibuprofen"}, "9", taking("ibuprofen"))

NOTHING = (
    Case("care.stop.nothing", "who takes nothing", "forbid", chart(), None, ("no drug",)),
    Case("care.stop.nothing", "before anybody asked", "forbid", chart(drugs_known=False), None, ("ask",)),
    Case("care.stop.nothing", "who takes something", None, chart(drugs=taking("ramipril"))),
    Case("care.stop.nothing", "what was prescribed a minute ago", None, chart(prescriptions=prescribed("ramipril"))),
)  # fmt: skip
NOT_TAKEN = (
    Case("care.stop.not_taken", "another drug", "deny", chart(drugs=taking("ramipril")), halt("ibuprofen"), ("ibuprofen", "ramipril")),
    Case("care.stop.not_taken", "an unknown drug", "deny", chart(drugs=taking("ramipril")), Stop(drug="snake oil", reason="x")),
    Case("care.stop.not_taken", "what was stopped already", "deny", chart(drugs=taking("ramipril"), stopped=(GONE,)), halt("ibuprofen")),
    Case("care.stop.not_taken", "what is taken", None, chart(drugs=taking("ramipril", "ibuprofen")), halt("ibuprofen")),
    Case("care.stop.not_taken", "by the words of the list", None, chart(drugs=HERB), Stop(drug="st john's WORT", reason="x")),
    Case("care.stop.not_taken", "prescribed a minute ago", None, chart(prescriptions=prescribed("ibuprofen")), halt("ibuprofen")),
)  # fmt: skip
ABRUPTLY = (
    Case(
        "care.stop.abrupt", "a beta-blocker at once", "approval", chart(drugs=taking("bisoprolol")), halt("bisoprolol"),
        ("angina", "at once", "(bnf, recalled: unreviewed)"),
    ),
    Case("care.stop.abrupt", "an antiepileptic", "approval", chart(drugs=taking("lamotrigine")), halt("lamotrigine"), ("fits",)),
    Case("care.stop.abrupt", "a steroid", "approval", chart(drugs=taking("prednisolone")), halt("prednisolone"), ("adrenal crisis",)),
    Case("care.stop.abrupt", "insulin", "approval", chart(drugs=taking("insulin_glargine")), halt("insulin_glargine"), ("ketoacidosis",)),
    Case("care.stop.abrupt", "a benzodiazepine", "approval", chart(drugs=taking("diazepam")), halt("diazepam"), ("withdrawal",)),
    Case("care.stop.abrupt", "an antidepressant", "approval", chart(drugs=taking("sertraline")), halt("sertraline"), ("withdrawal",)),
    Case("care.stop.abrupt", "an anticoagulant, nothing in its place", "approval", chart(drugs=taking("warfarin")), halt("warfarin"), ("stroke",)),
    Case("care.stop.abrupt", "an anticoagulant beside another", None, chart(drugs=taking("warfarin", "apixaban")), halt("warfarin")),
    Case(
        "care.stop.abrupt", "an anticoagulant after another was prescribed", None,
        chart(drugs=taking("warfarin"), prescriptions=prescribed("apixaban")), halt("warfarin"),
    ),
    Case("care.stop.abrupt", "a beta-blocker over four weeks", None, chart(drugs=taking("bisoprolol")), halt("bisoprolol", taper_days=28)),
    Case("care.stop.abrupt", "words without days", "approval", chart(drugs=taking("bisoprolol")), halt("bisoprolol", taper="slowly")),
    Case("care.stop.abrupt", "what nobody began to take", None, chart(prescriptions=prescribed("bisoprolol")), halt("bisoprolol")),
    Case("care.stop.abrupt", "ibuprofen", None, chart(drugs=taking("ibuprofen")), halt("ibuprofen")),
)  # fmt: skip
AROUND = (
    Case("care.advice.drug", "what was just stopped", None, chart(stopped=(GONE,)), Advise(text="Use no more ibuprofen.")),
)  # fmt: skip
CASES = (*NOTHING, *NOT_TAKEN, *ABRUPTLY, *AROUND)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_stopping(case: Case) -> None:
    check(case)


def test_every_class_that_is_lowered_is_in_the_base_and_names_a_source_of_it() -> None:
    for one in (*ABRUPT, NO_REPLACEMENT):
        assert one.drug_class in base().classes
        assert one.source in base().sources


@pytest.mark.parametrize("one", [*ABRUPT, NO_REPLACEMENT], ids=lambda one: one.drug_class)
def test_every_drug_of_such_a_class_is_spoken_of_with_source_and_grade(one: object) -> None:
    for drug in base().members(one.drug_class):  # type: ignore[attr-defined]
        short = drug.removeprefix("drug.")
        outcome, reason = heard(
            Case("care.stop.abrupt", short, None, chart(drugs=taking(short)), halt(short))
        )
        assert outcome == "approval"
        assert re.search(r"\(\w+, recalled: unreviewed\)$", reason)


def test_what_is_only_being_lowered_still_counts() -> None:
    from constraint_cases import rx

    on = chart(stopped=(LOWERED,))
    outcome, reason = heard(Case("care.duplicate.class", "", None, on, rx("bisoprolol", 2.5)))
    assert (outcome, "lowered step by step" in reason) == ("approval", True)


def test_what_was_stopped_counts_no_more() -> None:
    from constraint_cases import rx

    order = rx("naproxen", 250)
    before, after = chart(drugs=taking("ibuprofen")), chart(stopped=(GONE,))
    assert heard(Case("care.duplicate.class", "", None, before, order))[0] == "approval"
    assert heard(Case("care.duplicate.class", "", None, after, order))[0] is None
