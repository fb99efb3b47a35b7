"""An open red flag comes before anything else: before the first question, whatever the policy wants."""

from __future__ import annotations

import pytest
from constraint_cases import Nobody, base, chart, does_nothing, rules, state_of

from wardround.care.arguments import Ask, Close, Escalate
from wardround.care.chart import Chart
from wardround.care.constraints import clinical_constraints
from wardround.care.projection import ClinicProjection
from wardround.harness import (
    Action,
    Agent,
    Budgets,
    EventLog,
    MemoryStore,
    Observed,
    Opened,
    State,
    SystemClock,
    Tool,
    begin,
    fold,
    judge,
    permitted,
    project,
)

HOURS, MINUTES, DAY = "redflag.chest_pain_heart_disease", "redflag.acs_pain", "redflag.dvt"


def obliged(chart: Chart) -> Action | None:
    oblige = rules()["care.red_flag.escalate"].constraint.oblige
    assert oblige is not None
    return oblige(state_of(chart))


def test_no_flag_obliges_nothing() -> None:
    assert obliged(chart()) is None


def test_an_escalated_flag_obliges_nothing_more() -> None:
    assert obliged(chart(red_flags=(MINUTES,), addressed=(MINUTES,))) is None


def test_a_flag_of_another_base_obliges_nothing() -> None:
    assert obliged(chart(red_flags=("redflag.of_another_version",))) is None


def test_the_most_urgent_flag_is_named_first_and_the_others_with_it() -> None:
    action = obliged(chart(red_flags=(DAY, HOURS, MINUTES)))
    assert action is not None
    wants = Escalate.model_validate(action.arguments)
    assert (wants.red_flag, wants.urgency) == (MINUTES, "minutes")
    flag = base().red_flags[MINUTES]
    assert flag.name in wants.reason
    assert flag.do in wants.reason
    assert base().red_flags[DAY].name in wants.reason


@pytest.mark.parametrize("flag", sorted(base().red_flags))
def test_every_flag_of_the_base_makes_a_valid_escalation(flag: str) -> None:
    action = obliged(chart(red_flags=(flag,)))
    assert action is not None
    assert action.tool == "escalate"
    assert Escalate.model_validate(action.arguments).red_flag == flag


def test_all_flags_at_once_still_fit_the_tool() -> None:
    action = obliged(chart(red_flags=tuple(base().red_flags)))
    assert action is not None
    Escalate.model_validate(action.arguments)


def test_it_names_the_events_in_which_its_findings_were_heard() -> None:
    findings = {"finding.chest_pain": True, "finding.heart_disease_history": True, "finding.cough": True}
    heard = {"finding.chest_pain": "1", "finding.heart_disease_history": "2", "finding.cough": "3"}
    action = obliged(chart(findings=findings, heard=heard, red_flags=(HOURS,)))
    assert action is not None
    assert action.because == ("1", "2")


def test_it_names_no_event_that_somebody_may_not_read() -> None:
    flag = base().red_flags[HOURS]
    findings = dict.fromkeys((*flag.all, *flag.any), True)
    heard = {f: str(n) for n, f in enumerate(findings)}
    first = next(iter(heard.values()))
    on = chart(findings=findings, heard=heard, red_flags=(HOURS,), not_for_all=frozenset((first,)))
    action = obliged(on)
    assert action is not None
    assert first not in action.because


def test_what_was_denied_is_no_reason() -> None:
    flag = base().red_flags[MINUTES]
    findings: dict[str, bool] = dict.fromkeys((*flag.all, *flag.any), True)
    denied = flag.any[-1]
    heard = {finding: str(i) for i, finding in enumerate(findings, 1)}
    action = obliged(chart(findings={**findings, denied: False}, heard=heard, red_flags=(MINUTES,)))
    assert action is not None
    assert heard[denied] not in action.because


# --- in an encounter, from its first event ----------------------------------------------------------------


def attending() -> Agent[Chart]:
    tools = (
        Tool("ask", "", Ask, "tell", "inquiry", does_nothing),
        Tool("escalate", "", Escalate, "tell", "risk", does_nothing),
        Tool("close", "", Close, "tell", "plan", control="close"),
    )
    return Agent("attending", "", tools, clinical_constraints(base()), Nobody())


def after_the_complaint(findings: dict[str, bool]) -> State[Chart]:
    """An encounter in which nothing happened but that the patient came with this."""
    context = {"patient": {"name": "Ann Other", "sex": "female", "age": 60.0}, "complaint": "as coded"}
    header = Opened("patient-1", "e", ("attending",), "attending", "2026-03-01", 1, Budgets(), {}, context)
    log, projection = EventLog(MemoryStore(), "encounter-1", SystemClock()), ClinicProjection(base())
    state = begin(log.append("", header, "harness", ()), projection)
    content = {"kind": "complaint", "text": "as coded", "findings": findings, "mentions": []}
    return fold(state, log.append("", Observed("patient", content), "patient", ()), projection)


PAIN = {"finding.chest_pain": True, "finding.chest_pain.radiation_arm_jaw": True, "finding.sweating": True}


def test_chest_pain_with_radiation_and_sweating_is_escalated_before_the_first_question() -> None:
    state, agent = after_the_complaint(PAIN), attending()
    mask = permitted(state, agent)
    assert mask.tools == {"escalate"}
    assert mask.obligation is not None
    name, action = mask.obligation
    assert name == "care.red_flag.escalate"
    assert action.because == ("1",)
    seen = project(state, "attending").seen
    assert judge(state, agent, action, seen).outcome == "allow"
    asking = judge(state, agent, Action("ask", {"about": "finding.cough"}), seen)
    assert asking.outcome == "deny"
    assert asking.verdicts[0].constraint == "care.red_flag.escalate"
    going = judge(state, agent, Action("close", {"disposition": "home", "reason": "fine"}), seen)
    assert going.outcome == "deny"


def test_a_cough_obliges_nothing() -> None:
    mask = permitted(after_the_complaint({"finding.cough": True}), attending())
    assert mask.obligation is None
    assert "ask" in mask.tools
