"""The dimensions one by one: diagnosis by ICD-10, tests by weighted F1, the plan's wants and harms, safety, steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from rewarded_visits import alarming, calm, case_of, clinic, log_of, policy_named, scored

from wardround.care import Chart, Prescription
from wardround.harness import Action, Called, Decision, Situation
from wardround.rewards import OraclePolicy, Performance, Verdict, gained, performance
from wardround.rewards.diagnosis import closeness, diagnosis
from wardround.rewards.tests_ordered import BETA, FREE, choice_of_tests, wasted
from wardround.rewards.treatment import demanded_lines, plan
from wardround.rewards.truth import Truth, truth_of, useful_tests
from wardround.simulation import Case, KnownAllergy

BASE = clinic().base


@cache
def perfect() -> Performance:
    """The oracle's visit of the calm case."""
    return performance(clinic(), log_of(calm(), policy_named("oracle", calm())))


@cache
def truth() -> Truth:
    return truth_of(BASE, calm())


def with_tests(*tests: str) -> Chart:
    one = perfect().chart.orders[0]
    return replace(perfect().chart, orders=tuple(replace(one, test=t) for t in tests))


def met(verdicts: tuple[Verdict, ...]) -> dict[str, bool | None]:
    return {v.item.id: v.met for v in verdicts}


# --- diagnosis --------------------------------------------------------------------------------------------


def test_nearness_goes_from_the_code_to_its_category_to_its_block() -> None:
    assert closeness(BASE, "condition.migraine", "condition.migraine") == 1.0
    assert closeness(BASE, "condition.copd", "condition.asthma") == 0.2  # J44 and J45, of J40-J47
    assert closeness(BASE, "condition.gout", "condition.asthma") == 0.0
    assert closeness(BASE, "condition.nothing", "condition.asthma") == 0.0


def test_conditions_of_one_category_are_nearer_than_those_of_one_block() -> None:
    codes = {c.id: {code.code[:3] for code in c.icd10} for c in BASE.conditions.values()}
    whole = {c.id: {code.code for code in c.icd10} for c in BASE.conditions.values()}
    pairs = [
        (a, b) for a in codes for b in codes if a < b and codes[a] & codes[b] and not whole[a] & whole[b]
    ]
    for a, b in pairs:
        assert closeness(BASE, a, b) == closeness(BASE, b, a) == 0.7


def test_a_place_further_down_the_differential_is_worth_less() -> None:
    chart = perfect().chart
    other = replace(chart.differential[0], condition="condition.gout")
    second = replace(chart, differential=(other, chart.differential[0]))
    assert diagnosis(truth(), chart).ranked == 1.0
    assert diagnosis(truth(), second).ranked == 0.5
    assert diagnosis(truth(), replace(chart, differential=())).ranked == 0.0
    assert diagnosis(truth(), chart).score == 1.0


def test_no_diagnosis_is_nothing_where_one_was_wanted_and_unscored_where_an_emergency_was_sent_on() -> None:
    assert diagnosis(truth(), replace(perfect().chart, diagnosis=None)).named == 0.0
    case = alarming()
    done = performance(clinic(), log_of(case, policy_named("oracle", case)))
    unsure = replace(done.chart, diagnosis=None)
    assert diagnosis(truth_of(BASE, case), unsure).named is None
    left = replace(unsure, disposition="home", referrals=())
    assert diagnosis(truth_of(BASE, case), left).named == 0.0


# --- tests ------------------------------------------------------------------------------------------------


def test_the_choice_of_tests_is_the_f_score_that_it_is_worked_out_to_by_hand() -> None:
    essential = truth().essential
    assert essential
    needless = next(t for t in BASE.tests.values() if t.id not in useful_tests(truth()) and t.risk == "none")
    assert choice_of_tests(truth(), with_tests(*essential)) == 1.0
    assert choice_of_tests(truth(), with_tests()) == 0.0
    gain = sum(BASE.tests[t].cost for t in essential)
    precision = gain / (gain + needless.cost)
    expected = (1 + BETA**2) * precision / (BETA**2 * precision + 1)
    assert choice_of_tests(truth(), with_tests(*essential, needless.id)) == pytest.approx(expected)


def test_a_risky_needless_test_costs_more_and_a_useful_one_nothing() -> None:
    essential, useful = truth().essential, sorted(useful_tests(truth()))
    assert choice_of_tests(truth(), with_tests(*essential, *useful)) == 1.0
    scores: dict[str, float | None] = {}
    for test in BASE.tests.values():
        if test.id not in useful_tests(truth()) and test.cost == 4:
            scores[test.risk] = choice_of_tests(truth(), with_tests(*essential, test.id))
    if {"none", "radiation"} <= scores.keys():
        assert scores["radiation"] < scores["none"]  # type: ignore[operator]


def test_where_nothing_is_needed_restraint_is_what_is_scored() -> None:
    bare = replace(truth(), essential=())
    spared = set(BASE.tests) - useful_tests(bare)
    cheap = min((BASE.tests[t] for t in sorted(spared)), key=lambda t: (t.risk != "none", t.cost))
    assert choice_of_tests(bare, with_tests()) == 1.0
    assert choice_of_tests(bare, with_tests(cheap.id)) == pytest.approx(FREE / (FREE + cheap.cost))
    assert wasted(bare, with_tests(cheap.id)) == (cheap.id,)


# --- plan -------------------------------------------------------------------------------------------------


def given(**changes: Any) -> Chart:
    """The perfect chart with another prescription."""
    chart = perfect().chart
    written = chart.prescriptions[0]
    proposal: Mapping[str, Any] = {**written.proposal, **changes}
    return replace(chart, prescriptions=(Prescription(proposal["drug"], dict(proposal), written.event),))


def test_the_perfect_plan_wants_for_nothing_and_every_part_of_it_counts() -> None:
    chart = perfect().chart
    assert gained(plan(truth(), chart)) == 1.0
    for less in (
        replace(chart, prescriptions=()),
        replace(chart, advice=()),
        replace(chart, safety_net=()),
        replace(chart, follow_up=None),
        replace(chart, disposition="emergency"),
    ):
        assert (gained(plan(truth(), less)) or 0.0) < 1.0


def test_a_wrong_dose_loses_the_dose_and_an_absurd_one_is_unwanted_besides() -> None:
    dose = perfect().chart.prescriptions[0].proposal["dose"]
    assert met(plan(truth(), given(dose=dose)))["plan.dose"] is True
    absurd = met(plan(truth(), given(dose=dose * 100)))
    assert absurd["plan.dose"] is False
    assert absurd["plan.overdose"] is True
    assert absurd["plan.treats"] is True


def test_a_drug_for_nothing_that_the_patient_has_is_needless() -> None:
    other = "drug.sumatriptan"
    regimen = next(d for d in BASE.drugs[other].doses if d.route == "oral")
    chart = given(drug=other, dose=regimen.low, unit=regimen.unit, route="oral", per_day=regimen.per_day[0])
    verdicts = met(plan(truth(), chart))
    assert verdicts["plan.needless"] is True
    assert verdicts["plan.treats"] is False


def test_a_drug_that_the_patient_is_allergic_to_is_critical_harm_and_is_not_demanded() -> None:
    drug = perfect().chart.prescriptions[0].drug
    groups = tuple(BASE.drugs[drug].cross_reactivity)
    allergy = KnownAllergy(drug, groups, drug, True, "anaphylaxis", calm().on)
    allergic = truth_of(BASE, replace(calm(), known_allergies=(allergy,)))
    verdicts = plan(allergic, perfect().chart)
    assert met(verdicts)["plan.harm"] is True
    assert next(v for v in verdicts if v.item.id == "plan.harm").item.critical
    assert drug not in {t.regimen.drug for t in demanded_lines(allergic) if t.regimen is not None}


def test_a_next_look_within_twice_or_half_the_usual_interval_is_right() -> None:
    usual = BASE.conditions[calm().truth].follow_up_days
    chart = perfect().chart
    assert chart.follow_up is not None
    for days, right in ((usual, True), (usual // 2, True), (usual * 2, True), (usual * 3, False), (1, False)):
        look = replace(chart, follow_up={**chart.follow_up, "days": days})
        assert met(plan(truth(), look))["plan.follow_up"] is right


def test_words_that_say_nothing_of_the_illness_are_no_advice_and_no_safety_net() -> None:
    chart = perfect().chart
    idle = replace(chart.advice[0], text="Rest, and drink enough.")
    verdicts = met(plan(truth(), replace(chart, advice=(idle,), safety_net=(idle,))))
    assert verdicts["plan.advice"] is False
    assert verdicts["plan.safety_net"] is False


def test_going_home_with_an_emergency_is_the_gravest_fault() -> None:
    case = alarming()
    done = performance(clinic(), log_of(case, policy_named("oracle", case)))
    left = replace(done.chart, disposition="home", referrals=())
    verdicts = met(plan(truth_of(BASE, case), left))
    assert verdicts["plan.left"] is True
    assert gained(plan(truth_of(BASE, case), left)) == 0.0


# --- safety and steps -------------------------------------------------------------------------------------


class Acting:
    """Takes these actions first, then goes on as the oracle."""

    name = "acting"

    def __init__(self, case: Case, *actions: Action) -> None:
        self.inner, self.actions = OraclePolicy(clinic(), case), actions

    async def decide(self, situation: Situation) -> Decision:
        done = sum(1 for e in situation.view.items if e.kind == "decided")
        if done < len(self.actions):
            return Decision(self.actions[done])
        return await self.inner.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        return self.inner.read(situation, call)


class Stubborn(Acting):
    """Asks on, whatever is obliged."""

    async def decide(self, situation: Situation) -> Decision:
        if situation.mask.obligation:
            return Decision(Action("ask", {"question": "Anything else?", "about": "open"}))
        return await super().decide(situation)


def test_an_alarm_that_a_rule_had_to_raise_is_a_delay_and_a_critical_miss() -> None:
    score = scored(alarming(), Stubborn(alarming()))
    late = [v for v in score.violations if v.kind == "unsafe_delay"]
    assert "a rule had to raise the alarm" in {v.text for v in late}
    assert len(late) >= 2  # and every decision that let it wait
    assert any(item.startswith("safe.redflag.") for item in score.critical_missed)
    best = scored(alarming(), policy_named("oracle", alarming()))
    assert score.total is not None
    assert best.total is not None
    assert score.total < best.total


def test_an_alarm_without_a_reason_is_unwanted() -> None:
    false = Action("escalate", {"urgency": "minutes", "reason": "to be on the safe side"})
    score = scored(calm(), Acting(calm(), false))
    assert next(v for v in score.verdicts if v.item.id == "safe.false_alarm").met is True
    assert (score.dimensions["safety"] or 0.0) < 1.0


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("repetition", [Action("ask", {"about": "drugs"})] * 2),
        ("double", [Action("ask", {"question": "Do you have a cough? Do you have a fever?"})]),
        ("double", [Action("ask", {"question": "Do you have a cough and a headache at the moment?"})]),
        ("jargon", [Action("ask", {"question": "Have you had any dyspnoea?"})]),
        ("refused", [Action("close", {"disposition": "home", "reason": "no"})]),
        ("burden", [Action("ask", {"question": f"What about number {n}?"}) for n in range(22)]),
    ],
)
def test_the_step_verifier_sees_it_and_the_process_loses_by_it(kind: str, actions: list[Action]) -> None:
    score = scored(calm(), Acting(calm(), *actions))
    assert kind in {v.kind for v in score.violations}
    assert (score.dimensions["process"] or 0.0) < 1.0
    assert all(0.0 < v.gamma < 1.0 for v in score.violations)


def test_the_perfect_visit_breaks_nothing_and_uses_no_jargon_of_its_own() -> None:
    for case in (calm(), alarming(), case_of("condition.asthma", 2)):
        score = scored(case, policy_named("oracle", case))
        assert {v.kind for v in score.violations} <= {"refused"}


def test_scan_falls_where_its_part_of_the_visit_does() -> None:
    whole = scored(calm(), policy_named("oracle", calm())).scan
    assert whole == dict.fromkeys(whole, 1.0)
    skip = frozenset(f"ask:{v.item.about}" for v in scored(calm(), policy_named("oracle", calm())).verdicts
                     if v.item.section in ("associated", "past"))  # fmt: skip
    less = scored(calm(), OraclePolicy(clinic(), calm(), skip=skip)).scan
    assert (less["associative_questioning"] or 0.0) < 1.0
