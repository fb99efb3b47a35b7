"""Contradictions: none is passed over at the end, none but an open one is settled, no allergy is struck off unapproved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from constraint_cases import Case, chart, check, close, ranked, rules, rx, said, state_of

from wardround.care.arguments import Settle
from wardround.care.chart import Chart, Harmed
from wardround.care.disputes import Dispute
from wardround.clinical import Concept, Fact, FactSource

ID = "conflict-0123456789abcdef"


def fact(
    kind: Any, text: str, status: Any = "active", source: Any = "fhir", certainty: Any = "confirmed"
) -> Fact:
    """One side of a contradiction."""
    where = FactSource(source, "Resource/1")
    when = datetime(2020, 1, 1, tzinfo=UTC)
    return Fact(f"fact-{kind}-{status}", "patient-1", kind, Concept(text), status, certainty, when, where)


def dispute(
    kind: Any = "allergy", text: str = "Penicillin", slug: str = "allergy.penicillins", **more: Any
) -> Dispute:
    """The record says yes, the patient says no."""
    first, second = fact(kind, text), fact(kind, text, "refuted", "event", "reported")
    known: dict[str, Any] = {"slugs": (slug,), "events": ("2",), "event": "5", "here": True}
    return Dispute(
        ID, "denied", f"{text}: yes and no", first, second, (first.id,), (second.id,), **{**known, **more}
    )


def of(*disputes: Dispute, **more: Any) -> Chart:
    """A chart with contradictions."""
    return chart(disputes=disputes, **more)


def settle(decision: Any, conflict: str = ID) -> Settle:
    """A decision."""
    return Settle(conflict=conflict, decision=decision, reason="the patient was tested")


WARFARIN = dispute("drug", "Warfarin", "drug.warfarin")
CETIRIZINE = dispute("drug", "Cetirizine", "drug.cetirizine")
ASTHMA = dispute("problem", "Asthma", "condition.asthma")
TOLD = replace(ASTHMA, first=fact("problem", "Asthma", source="event", certainty="reported"))
VALUE = replace(ASTHMA, why="value", here=False)
SETTLED, WAITING = replace(dispute(), decision="first", settled="9"), replace(dispute(), raised_before=True)
LISINOPRIL = (Harmed("drug.lisinopril", "cough", "4"),)

UNKNOWN = (
    Case("care.conflict.unknown", "one that nobody knows", "deny", of(dispute()), settle("first", "conflict-other"), (ID,)),
    Case("care.conflict.unknown", "one that was settled", "deny", of(SETTLED), settle("second"), ("first", "event 9")),
    Case("care.conflict.unknown", "an open one", None, of(dispute()), settle("raise")),
    Case("care.conflict.unknown", "one that waits since an earlier visit", None, of(WAITING), settle("first")),
)  # fmt: skip
APPROVAL = (
    Case("care.conflict.approval", "an allergy denied", "approval", of(dispute()), settle("second"), ("Penicillin", "the patient was tested")),
    Case("care.conflict.approval", "an allergy that stands on the problem list", "approval", of(replace(ASTHMA, severe=True)), settle("second")),
    Case("care.conflict.approval", "an illness that the record confirms", "approval", of(ASTHMA), settle("second"), ("confirms",)),
    Case("care.conflict.approval", "an illness on the patient's own word", None, of(TOLD), settle("second")),
    Case("care.conflict.approval", "an anticoagulant said to have ended", "approval", of(WARFARIN), settle("second"), ("stroke",)),
    Case("care.conflict.approval", "a harmless drug said to have ended", None, of(CETIRIZINE), settle("second")),
    Case("care.conflict.approval", "the allergy holds", None, of(dispute()), settle("first")),
    Case("care.conflict.approval", "both are right", None, of(dispute()), settle("both")),
    Case("care.conflict.approval", "raised", None, of(dispute()), settle("raise")),
    Case("care.conflict.approval", "two values", None, of(VALUE), settle("second")),
)  # fmt: skip
ENDING = (
    Case("care.conflict.open", "home over an open one", "deny", of(dispute()), close("home"), (ID, "settle")),
    Case("care.conflict.open", "referred over an open one", "deny", of(dispute()), close("referred")),
    Case("care.conflict.open", "an emergency", None, of(dispute()), close("emergency")),
    Case("care.conflict.open", "admitted", None, of(dispute()), close("admitted")),
    Case("care.conflict.open", "handed over", None, of(dispute()), close("handed_over")),
    Case("care.conflict.open", "settled", None, of(SETTLED), close("home")),
    Case("care.conflict.open", "raised before", None, of(WAITING), close("home")),
    Case("care.conflict.open", "raised now", None, of(replace(dispute(), decision="raise")), close("home")),
    Case("care.conflict.open", "an old one about nothing of this visit", None, of(VALUE), close("home")),
    Case("care.conflict.open", "the same, thought of now", "deny", of(VALUE, differential=ranked("asthma")), close("home")),
)  # fmt: skip
HARMED = (
    Case("care.drug.harmed_before", "the drug itself", "approval", chart(harmed=LISINOPRIL), rx("lisinopril", 10), ("cough", "event 4")),
    Case("care.drug.harmed_before", "one of its class", "approval", chart(harmed=LISINOPRIL), rx("ramipril", 5), ("same class",)),
    Case("care.drug.harmed_before", "another", None, chart(harmed=LISINOPRIL), rx("amlodipine", 5)),
)  # fmt: skip
CASES = (*UNKNOWN, *APPROVAL, *ENDING, *HARMED)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_contradictions(case: Case) -> None:
    check(case)


# --- what must come before the end ---------------------------------------------------------------------------------


def ready(**more: Any) -> Chart:
    """A visit that lacks nothing more before the patient goes home."""
    return chart(
        **{"differential": ranked("common_cold"), "safety_net": said(), "follow_up": {"days": 7}, **more}
    )


def obliged(on: Chart) -> Any:
    """What the rule demands."""
    rule = rules()["care.conflict.before_the_end"].constraint
    assert rule.oblige is not None
    return rule.oblige(state_of(on))


def test_before_the_end_an_open_contradiction_is_raised_if_nobody_settles_it() -> None:
    action = obliged(ready(disputes=(dispute(),)))
    assert (action.tool, action.arguments["conflict"], action.arguments["decision"]) == (
        "settle",
        ID,
        "raise",
    )


def test_the_gravest_comes_first() -> None:
    other = replace(ASTHMA, id="conflict-other")
    assert obliged(ready(disputes=(other, dispute()))).arguments["conflict"] == ID


@pytest.mark.parametrize(
    "on",
    [
        ready(),
        ready(disputes=(SETTLED,)),
        ready(disputes=(WAITING,)),
        ready(disputes=(dispute(),), follow_up=None),
        ready(disputes=(dispute(),), differential=()),
        ready(disputes=(dispute(),), red_flags=("red_flag.any",)),
    ],
    ids=["none", "settled", "waiting", "no follow-up yet", "no differential yet", "an alarm"],
)
def test_else_nothing_is_obliged(on: Chart) -> None:
    assert obliged(on) is None


def test_an_allergy_that_is_denied_still_forbids() -> None:
    from constraint_cases import allergy, heard

    on = of(dispute(), allergies=(allergy("Penicillin", "allergy.penicillins", severe=True),))
    assert heard(Case("care.allergy.direct", "denied", "deny", on, rx("amoxicillin", 500)))[0] == "deny"


def test_the_dates_of_the_cases_hold() -> None:
    assert dispute().first.recorded.date() < date.fromisoformat(chart().date)
