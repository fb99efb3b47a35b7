"""What holds on any chart: somebody can always act in an emergency, the visit can always end, nothing crashes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from constraint_cases import Nobody, base, chart, does_nothing, rules, state_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wardround.care import arguments as asked
from wardround.care import evidence_arguments as looked_up
from wardround.care.chart import Allergy, Chart, CurrentDrug, Order, Prescription, Ranked, Statement
from wardround.care.clinic import ROLE_TOOLS
from wardround.care.constraints import clinical_constraints
from wardround.harness import CONSULT, HAND_OVER, Action, Agent, Tool, judge, permitted
from wardround.knowledge import Evidence

ARGUMENTS: dict[str, type[Any]] = {
    "ask": asked.Ask,
    "examine": asked.Examine,
    "order_test": asked.OrderTest,
    "recall": asked.Recall,
    "check_prescription": asked.CheckPrescription,
    "remember": asked.Remember,
    "settle": asked.Settle,
    "differential": asked.Differential,
    "diagnose": asked.Diagnose,
    "prescribe": asked.Prescribe,
    "stop": asked.Stop,
    "advise": asked.Advise,
    "refer": asked.Refer,
    "follow_up": asked.FollowUp,
    "escalate": asked.Escalate,
    "search_evidence": looked_up.SearchEvidence,
    "read_passage": looked_up.ReadPassage,
    "calculators": looked_up.Calculators,
    "calculate": looked_up.Calculate,
}


@cache
def agents() -> dict[str, Agent[Chart]]:
    """The clinic's roles with their real tools' arguments and every constraint."""
    tools = {name: Tool(name, "", model, "read", "x", does_nothing) for name, model in ARGUMENTS.items()}
    tools["report"] = Tool("report", "", asked.Report, "tell", "x", control="report")
    tools["close"] = Tool("close", "", asked.Close, "tell", "x", control="close")
    tools |= {"consult": CONSULT, "hand_over": HAND_OVER}
    constraints = clinical_constraints(base())
    return {
        role: Agent(role, "", tuple(tools[t] for t in names.split()), constraints, Nobody())
        for role, names in ROLE_TOOLS.items()
    }


def _some(ids: Any, most: int = 4) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(ids)), max_size=most, unique=True)


FINDINGS = st.dictionaries(
    st.sampled_from(sorted(base().findings)), st.one_of(st.booleans(), st.floats(-10, 1e6)), max_size=6
)
WORDS = st.text(max_size=40)
STATEMENTS = st.lists(st.builds(Statement, WORDS, st.just("5")), max_size=2).map(tuple)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Any chart, sensible or not."""
    findings = draw(FINDINGS)
    conditions = [*base().conditions, *base().alternatives]
    evidence = Evidence(
        age=draw(st.none() | st.floats(0, 120)),
        sex=draw(st.sampled_from(["female", "male", "other", "unknown"])),
        pregnant=draw(st.none() | st.booleans()),
        findings=findings,
        unsure=frozenset(draw(_some(base().findings))),
        known_conditions=frozenset(draw(_some(conditions))),
    )
    groups = _some(base().cross_reactivity, 2).map(tuple)
    drugs = st.none() | st.sampled_from(sorted(base().drugs)) | WORDS
    allergies = draw(
        st.lists(st.builds(Allergy, WORDS, groups, drugs, st.booleans(), st.just("2")), max_size=3)
    )
    taken = draw(st.lists(st.builds(CurrentDrug, WORDS, drugs, st.just("3")), max_size=4))
    flags = tuple(draw(_some(base().red_flags, 3)))
    return replace(
        chart(),
        evidence=evidence,
        heard=dict.fromkeys(findings, "1"),
        asked=dict.fromkeys(draw(_some(base().findings)), "5"),
        allergies=tuple(allergies),
        allergies_known=draw(st.booleans()),
        drugs=tuple(taken),
        drugs_known=draw(st.booleans()),
        weight=draw(st.none() | st.floats(-5, 700)),
        egfr=draw(st.none() | st.floats(0, 200)),
        breastfeeding=draw(st.none() | st.booleans()),
        red_flags=flags,
        addressed=tuple(draw(_some(flags))) if flags else (),
        escalations=draw(STATEMENTS),
        orders=tuple(Order(t, "8") for t in draw(_some(base().tests))),
        prescriptions=tuple(Prescription(d, {"drug": d}, "9") for d in draw(_some(base().drugs))),
        differential=tuple(Ranked(c, 0.2) for c in draw(_some(base().conditions))),
        considered=frozenset(draw(_some(conditions))),
        diagnosis=draw(st.none() | st.sampled_from(sorted(base().conditions))),
        safety_net=draw(STATEMENTS),
        follow_up=draw(st.none() | st.just({"days": 7})),
    )


@st.composite
def actions(draw: st.DrawFn) -> Action:
    """Something that an agent may want, sensible or not."""
    slug = st.sampled_from(sorted([*base().drugs, *base().tests, *base().conditions, *base().findings]))
    slug = slug | st.text(min_size=3, max_size=30)
    text = st.text(min_size=1, max_size=80)
    amount = st.floats(1e-6, 1e9)
    prescribe = st.fixed_dictionaries(
        {
            "drug": st.sampled_from(sorted(base().drugs)) | slug,
            "dose": amount,
            "unit": st.sampled_from(["mg", "g", "ug", "[iU]", "mL", "mg/kg", "tablet"])
            | st.text(min_size=1, max_size=9),
            "route": st.sampled_from(["oral", "intravenous", "inhaled"]) | text.map(lambda t: t[:40]),
            "per_day": st.floats(1e-6, 48),
            "days": st.none() | st.integers(1, 730),
            "indication": slug,
        }
    )
    cited = st.lists(
        st.fixed_dictionaries(
            {"passage": slug.filter(lambda s: len(s) <= 200), "quote": text, "supports": text}
        ),
        max_size=3,
    )
    about = st.fixed_dictionaries({"question": text, "about": st.none() | slug})
    close = st.fixed_dictionaries(
        {"disposition": st.sampled_from(["home", "referred", "emergency"]), "reason": text}
    )
    by_tool: dict[str, st.SearchStrategy[Any]] = {
        "prescribe": prescribe,
        "stop": st.fixed_dictionaries(
            {"drug": slug, "reason": text, "taper_days": st.none() | st.integers(1, 99)}
        ),
        "ask": about,
        "close": close,
        "order_test": st.fixed_dictionaries({"test": slug, "reason": text}),
        "diagnose": st.fixed_dictionaries({"condition": slug}),
        "advise": st.fixed_dictionaries({"text": text, "safety_net": st.booleans(), "citations": cited}),
        "recall": st.fixed_dictionaries({"topic": text, "patient_id": st.none() | text}),
    }
    tool = draw(st.sampled_from(sorted(by_tool)))
    return Action(tool, draw(by_tool[tool]))


def _seen(name: str) -> bool:
    return True


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(charts())
def test_every_role_can_always_do_something(any_chart: Chart) -> None:
    for agent in agents().values():
        mask = permitted(state_of(any_chart), agent)
        assert mask.tools
        if "escalate" in agent.tool:
            assert "escalate" in mask.tools


@QUICK
@given(charts())
def test_an_obligation_can_be_met_and_then_the_visit_can_end(any_chart: Chart) -> None:
    attending = agents()["attending"]
    mask = permitted(state_of(any_chart), attending)
    if mask.obligation is not None:
        assert judge(state_of(any_chart), attending, mask.obligation[1], _seen).outcome == "allow"
        any_chart = replace(any_chart, addressed=any_chart.red_flags)
    state = state_of(any_chart)
    assert permitted(state, attending).obligation is None
    for disposition in ("handed_over", "emergency", "admitted"):
        end = Action("close", {"disposition": disposition, "reason": "a person takes over"})
        assert judge(state, attending, end, _seen).outcome == "allow"
    alarm = Action("escalate", {"reason": "I am worried", "urgency": "minutes"})
    assert judge(state, attending, alarm, _seen).outcome == "allow"
    away = Action("refer", {"to": "emergency department", "urgency": "emergency", "reason": "now"})
    assert judge(state, attending, away, _seen).outcome == "allow"


@QUICK
@given(charts(), actions())
def test_any_action_on_any_chart_gets_a_word_and_no_crash(any_chart: Chart, action: Action) -> None:
    judged = judge(state_of(any_chart), agents()["attending"], action, _seen)
    for verdict in judged.verdicts:
        assert verdict.reason
        assert len(verdict.reason) <= 1_000
        if verdict.constraint in rules() and not any_chart.open_red_flags:
            says = rules()[verdict.constraint].says
            assert verdict.outcome in ("deny" if says in ("forbid", "oblige") else says)


@QUICK
@given(charts(), actions())
def test_no_prescription_and_no_stop_is_ever_merely_allowed(any_chart: Chart, action: Action) -> None:
    if action.tool in ("prescribe", "stop"):
        assert judge(state_of(any_chart), agents()["attending"], action, _seen).outcome != "allow"


@pytest.mark.parametrize("severe", [False, True])
@QUICK
@given(charts())
def test_an_allergy_is_never_outweighed(severe: bool, any_chart: Chart) -> None:
    """Whatever else is on the chart, an emergency too, the drug to which the patient is allergic is denied."""
    allergic = Allergy("penicillin", ("allergy.penicillins",), None, severe, "2")
    state = state_of(replace(any_chart, allergies=(allergic,), red_flags=(), addressed=()))
    order = {"drug": "drug.amoxicillin", "dose": 500, "unit": "mg", "route": "oral", "per_day": 3, "days": 5,
             "indication": "condition.sepsis"}  # fmt: skip
    judged = judge(state, agents()["attending"], Action("prescribe", order), _seen)
    assert judged.outcome == "deny"
    assert "care.allergy.direct" in {v.constraint for v in judged.verdicts}
