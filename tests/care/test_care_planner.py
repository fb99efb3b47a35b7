"""The planner: red flags first, nothing twice, tests that matter, first line within the allergies, and no silence."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
from care_visits import ANNA, CHEST_PAIN, Played, Saying, clinic, maria, play

from wardround.clinical import Coding, Concept, Fact, FactSource, PartialDate, Patient
from wardround.harness import Closed, Decided, HandedOver, Returned

COMPLAINTS = (
    "it burns when I pee",
    "I have a runny nose and I am sneezing",
    "cough with green phlegm and fever for three days",
    "severe pain in my big toe since last night",
    "I have felt low and lost interest in everything",
    "a throbbing headache on one side with nausea, light hurts",
    "I feel breathless and my ankles are swollen",
    CHEST_PAIN,
    "my parrot is sad",
)


def recorded(patient: Patient, kind: str, text: str, slug: str, since: str | None = None) -> Fact:
    """A fact as a record gives it."""
    source = FactSource("fhir", f"Thing/{slug}")
    return Fact(
        slug, patient.id, kind, Concept(text, (Coding("urn:wardround:knowledge", slug, text),)), "active",  # type: ignore[arg-type]
        "confirmed", datetime(2020, 1, 1, tzinfo=UTC), source, PartialDate.parse(since) if since else None,
    )  # fmt: skip


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_a_visit_ends_asks_nothing_twice_and_is_reproduced(complaint: str) -> None:
    visit = await play(complaint)
    assert visit.outcome.status == "finished"
    assert len(visit.asked) == len(set(visit.asked))
    replayed = visit.replayed()
    assert (replayed.result, replayed.detail) == ("reproduced", "")


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_the_same_seed_plays_the_same_visit(complaint: str) -> None:
    first, again = await play(complaint, seed=5), await play(complaint, seed=5)
    assert first.actions == again.actions


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_every_visit_ends_in_a_plan_a_referral_or_a_hand_over(complaint: str) -> None:
    chart = (await play(complaint)).chart
    assert chart.disposition in ("home", "referred", "admitted", "emergency", "handed_over")
    assert chart.safety_net, "everybody is told when to seek help"
    assert chart.referrals or chart.follow_up or chart.escalations


async def test_the_same_view_gives_the_same_decision_whoever_looked_before() -> None:
    """What the planner keeps between decisions is a cache: a new planner for every decision decides the same."""

    class Forgetful:
        name = "planner"

        async def decide(self, situation):  # type: ignore[no-untyped-def]
            from care_visits import policy_called

            return await policy_called("planner").decide(situation)

        def read(self, situation, call):  # type: ignore[no-untyped-def]
            raise AssertionError("the planner makes no model calls")

    assert (await play(COMPLAINTS[0], policy=Forgetful())).actions == (await play(COMPLAINTS[0])).actions


# --- red flags first -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["planner", "ask-all", "random"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_chest_pain_with_radiation_and_sweating_is_escalated_before_anything_else(
    policy: str, seed: int
) -> None:
    visit = await play(CHEST_PAIN, policy=policy, seed=seed)
    done = [e.body.tool for e in visit.events if isinstance(e.body, Returned)]
    assert done[0] == "escalate"
    assert visit.actions[0].tool == "escalate"
    assert "redflag.acs_pain" in visit.chart.addressed
    assert next(o["kind"] for o in visit.orders.orders(patient_id="anna")) == "escalation"


async def test_in_an_emergency_nobody_is_questioned() -> None:
    visit = await play(CHEST_PAIN)
    assert visit.asked == []
    assert visit.chart.disposition == "emergency"
    assert [r["urgency"] for r in visit.chart.referrals] == ["emergency"]
    assert "ambulance" in visit.chart.safety_net[0].text


async def test_a_red_flag_that_one_answer_would_complete_is_asked_first_and_acted_on() -> None:
    says = Saying(
        "No.", {"pain go": "Yes, into my left arm.", "spread": "Yes, into my left arm.", "sweat": "Yes."}
    )
    visit = await play("I have chest pain", says=says)
    tools = [a.tool for a in visit.actions]
    first = visit.asked[0]
    begun = {
        s
        for f in clinic().base.red_flags.values()
        if "finding.chest_pain" in (*f.all, *f.any)
        for s in (*f.all, *f.any)
    }
    assert first in begun
    if visit.chart.red_flags:
        assert "escalate" in tools


async def test_nobody_is_asked_how_bad_a_pain_is_that_they_do_not_have() -> None:
    visit = await play("I have a runny nose and I am sneezing", says=Saying())
    assert "finding.pain_score" not in visit.asked


# --- what is not known ------------------------------------------------------------------------------------------


async def test_an_unknown_complaint_is_asked_about_and_ends_in_a_hand_over() -> None:
    visit = await play("my parrot is sad", says=Saying())
    assert visit.asked[0] == "open"
    assert visit.chart.diagnosis is None
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition == "handed_over"
    assert [r["to"] for r in visit.chart.referrals] == ["physician"]


async def test_a_known_disease_does_not_explain_what_it_has_nothing_to_do_with() -> None:
    patient, record = maria()
    visit = await play("my parrot is sad", patient=patient, record=record, says=Saying())
    assert "condition.type_2_diabetes" in visit.chart.evidence.known_conditions
    assert visit.chart.diagnosis is None
    assert visit.chart.disposition == "handed_over"


async def test_a_budget_that_runs_out_ends_in_a_hand_over() -> None:
    from care_visits import DAY, policy_called, ward

    from wardround.care import Request
    from wardround.harness import Answering, Budgets, Ports

    at = ward()
    request = Request(ANNA, "it burns when I pee", DAY, budgets=Budgets(turns=4))
    visit = await at.open(request, policy_called("planner"), Ports(Saying(), Answering("approve")))
    outcome = await at.play(visit)
    assert outcome.status == "finished"
    events = await at.events(outcome.encounter)
    assert [e.body.to for e in events if isinstance(e.body, HandedOver) and e.body.outside] == ["physician"]
    assert isinstance(events[-1].body, Closed)


async def test_what_is_not_known_is_said() -> None:
    visit = await play("it burns when I pee", says=Saying("I am not sure."))
    stated = next(a for a in visit.actions if a.tool == "differential")
    assert str(stated.arguments["unknown"]).startswith("Not known: ")


# --- tests ------------------------------------------------------------------------------------------------------


def ordered_in(visit: Played) -> set[str]:
    return {order.test for order in visit.chart.orders}


@pytest.mark.parametrize("seed", range(4))
async def test_a_cold_needs_no_tests(seed: int) -> None:
    says = Saying("No.", {"nose": "Yes.", "sneez": "Yes.", "throat sore": "Yes."})
    visit = await play("I have a runny nose, a blocked nose and I am sneezing", says=says, seed=seed)
    assert visit.chart.diagnosis == "condition.common_cold"
    assert ordered_in(visit).isdisjoint({"test.hba1c", "test.tsh", "test.phq9", "test.lipids", "test.ecg"})


async def test_a_likely_diagnosis_gets_its_essential_tests_alone() -> None:
    says = Saying("No.", {"rush": "Yes.", "more often": "Yes.", "pass urine": "Yes."})
    visit = await play("it burns when I pee and I pee all the time", says=says)
    assert visit.chart.diagnosis == "condition.lower_urinary_tract_infection"
    assert ordered_in(visit) == {"test.urine_dipstick"}


@pytest.mark.parametrize("seed", [5, 14])
async def test_where_the_diagnosis_is_settled_news_about_something_else_is_not_ordered(seed: int) -> None:
    visit = await play("severe pain in my big toe", seed=seed)
    essential = {
        effect.test or clinic().base.test_of(str(effect.analyte))
        for effect in clinic().base.conditions["condition.gout"].tests
        if effect.essential
    }
    assert visit.chart.diagnosis == "condition.gout"
    assert ordered_in(visit) == essential


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_tests_are_few_and_never_invasive(complaint: str) -> None:
    for seed in (1, 2):
        ordered = ordered_in(await play(complaint, seed=seed))
        assert len(ordered) <= 4
        assert all(clinic().base.tests[t].risk != "invasive" for t in ordered)


# --- treatment --------------------------------------------------------------------------------------------------


@cache
def penicillins() -> frozenset[str]:
    base = clinic().base
    return frozenset(d.id for d in base.drugs.values() if "allergy.penicillins" in d.cross_reactivity)


@pytest.mark.parametrize(
    "complaint",
    ["it burns when I pee", "cough with green phlegm and fever", "sore throat, fever and swollen glands"],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_who_is_allergic_to_penicillin_gets_none(complaint: str, seed: int) -> None:
    patient, record = maria()
    visit = await play(complaint, patient=patient, record=record, seed=seed)
    assert any("allergy.penicillins" in a.groups for a in visit.chart.allergies)
    proposed = {str(a.arguments["drug"]) for a in visit.actions if a.tool == "prescribe"}
    assert proposed.isdisjoint(penicillins())
    assert {p.drug for p in visit.chart.prescriptions}.isdisjoint(penicillins())


async def test_a_urinary_infection_is_treated_first_line() -> None:
    visit = await play("it burns when I pee")
    assert visit.chart.diagnosis == "condition.lower_urinary_tract_infection"
    assert [p.drug for p in visit.chart.prescriptions] == ["drug.nitrofurantoin"]


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_at_most_one_drug_is_prescribed_in_a_visit(complaint: str) -> None:
    assert len((await play(complaint)).chart.prescriptions) <= 1


async def test_an_allergy_told_in_the_visit_counts_like_one_on_record() -> None:
    says = Saying(
        "No.", {"burn": "Yes.", "pass urine": "Yes.", "allerg": "Yes, nitrofurantoin. I came out in a rash."}
    )
    visit = await play("it burns when I pee and I pass urine all the time", says=says)
    assert "drug.nitrofurantoin" in {a.drug for a in visit.chart.allergies}
    assert "drug.nitrofurantoin" not in {p.drug for p in visit.chart.prescriptions}


async def test_nothing_is_prescribed_before_drugs_and_allergies_are_known() -> None:
    visit = await play("it burns when I pee")
    order = [a.arguments.get("about") or a.tool for a in visit.actions]
    assert "prescribe" in order
    assert max(order.index("allergies"), order.index("drugs")) < order.index("prescribe")


async def test_an_infants_dose_is_for_nobody_whose_age_is_unknown() -> None:
    nobody = Patient("x", "Somebody", None, "female")
    visit = await play("I have a runny nose and I am sneezing", patient=nobody)
    assert visit.chart.prescriptions == ()


async def test_a_known_and_treated_disease_is_not_treated_twice() -> None:
    patient, record = maria()
    visit = await play(
        "I am here for my diabetes check-up", patient=patient, record=record, says=Saying(), seed=2
    )
    assert visit.chart.diagnosis == "condition.type_2_diabetes"
    assert visit.chart.prescriptions == ()
    assert "Go on with metformin" in visit.chart.advice[0].text
    assert visit.chart.follow_up is not None


async def test_a_drug_of_a_class_that_the_patient_takes_is_not_added() -> None:
    man = Patient("b", "Ben", PartialDate.parse("1980"), "male")
    record = [recorded(man, "drug", "Lisinopril", "drug.lisinopril")]
    says = Saying("No.")
    visit = await play("my blood pressure is high", patient=man, record=record, says=says)
    assert "drug.ramipril" not in {
        str(a.arguments.get("drug")) for a in visit.actions if a.tool == "prescribe"
    }


async def test_what_a_reviewer_rejects_is_not_proposed_again() -> None:
    from wardround.harness import Answering

    visit = await play("it burns when I pee", reviewer=Answering("reject", "Dr No"))
    proposed = [str(a.arguments["drug"]) for a in visit.actions if a.tool == "prescribe"]
    assert len(proposed) == len(set(proposed)) <= 3
    assert visit.chart.prescriptions == ()
    assert visit.outcome.status == "finished"


async def test_a_pregnancy_on_record_is_known_and_not_asked() -> None:
    record = [recorded(ANNA, "problem", "Normal pregnancy", "x", "2026-07-05")]
    visit = await play("it burns when I pee", record=record)
    assert visit.chart.evidence.findings["finding.pregnancy"] is True
    assert visit.chart.evidence.pregnant is True
    assert "finding.pregnancy" not in visit.asked


async def test_a_pregnancy_that_the_record_never_ended_does_not_last_for_ever() -> None:
    record = [recorded(ANNA, "problem", "Normal pregnancy", "x", "2019-01-05")]
    visit = await play("it burns when I pee", record=record)
    assert visit.chart.evidence.pregnant is not True


async def test_every_decision_rests_on_events_of_the_log() -> None:
    visit = await play("it burns when I pee")
    names = {e.name for e in visit.events}
    because = [name for a in visit.actions for name in a.because]
    assert because
    assert set(because) <= names
    for event in visit.events:
        if isinstance(event.body, Decided):
            assert all(ref.event in names for ref in event.causes)


# --- a complaint that was not understood, or that nothing accounts for ---------------------------------------------


OVERDOSE = "I swallowed forty little round things from the cupboard"
"""A complaint in which the base finds nothing."""


@pytest.mark.parametrize("seed", range(4))
async def test_a_complaint_not_understood_never_ends_at_home_nor_with_a_drug(seed: int) -> None:
    visit = await play(OVERDOSE, seed=seed)
    assert visit.chart.presenting == frozenset()
    assert visit.asked.count("open") == 1
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition in ("handed_over", "emergency")
    assert visit.chart.safety_net
    assert visit.chart.referrals


async def test_an_answer_that_is_understood_does_not_make_the_complaint_understood() -> None:
    says = Saying("No.", {"more about": "It burns when I pee and I pee all the time."})
    visit = await play(OVERDOSE, says=says)
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition == "handed_over"


async def test_a_working_diagnosis_accounts_for_the_complaint() -> None:
    from wardround.care.planner.complaint import explains, troubles

    for complaint in COMPLAINTS:
        chart = (await play(complaint)).chart
        if chart.diagnosis:
            assert explains(clinic().base, chart, chart.diagnosis)
            assert troubles(clinic().base, chart)


async def test_what_a_disease_brings_no_more_often_than_chance_is_not_explained_by_it() -> None:
    from wardround.care.planner.complaint import explains

    chart = (await play("it burns when I pee")).chart
    assert explains(clinic().base, chart, "condition.lower_urinary_tract_infection")
    assert not explains(clinic().base, chart, "condition.common_cold")


async def test_a_complaint_that_nothing_accounts_for_is_handed_over() -> None:
    visit = await play("I am losing weight", says=Saying(), seed=2)
    assert visit.chart.presenting
    assert visit.chart.diagnosis is None
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition == "handed_over"
    assert [(r["to"], r["urgency"]) for r in visit.chart.referrals] == [("physician", "soon")]


# --- after an alarm that leaves hours -------------------------------------------------------------------------------


async def test_after_a_flag_that_leaves_hours_the_patient_is_sent_on_before_anything_else() -> None:
    visit = await play("I cannot pass urine", says=Saying())
    flag = clinic().base.red_flags["redflag.urinary_retention"]
    assert visit.chart.addressed == (flag.id,)
    assert [a.tool for a in visit.actions][:3] == ["escalate", "refer", "advise"]
    assert [(r["to"], r["urgency"]) for r in visit.chart.referrals] == [("emergency department", "urgent")]
    assert visit.chart.safety_net[0].text == flag.patient_text
    assert set(flag.means) <= visit.chart.considered
    assert visit.chart.diagnosis is None
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition == "referred"


async def test_a_flag_that_can_mean_an_emergency_sends_to_hospital_at_once() -> None:
    says = Saying("No.", {"period": "Yes, my period is late."})
    visit = await play("I have tummy pain and my period is late", says=says)
    flag = clinic().base.red_flags["redflag.ectopic_pain"]
    assert flag.act_within == "hours"
    assert flag.id in visit.chart.addressed
    assert visit.chart.referrals[0]["urgency"] == "emergency"
    assert "condition.ectopic_pregnancy" in {r.condition for r in visit.chart.differential}
    assert visit.chart.prescriptions == ()
    assert visit.chart.disposition == "emergency"


# --- dangers are worked up ------------------------------------------------------------------------------------------


OLGA = Patient("old", "Olga Old", PartialDate.parse("1956-03-01"), "female")


@pytest.mark.parametrize("seed", range(3))
async def test_chest_pain_from_forty_on_gets_an_ecg_and_troponin(seed: int) -> None:
    visit = await play("chest pain", patient=OLGA, says=Saying(), seed=seed)
    assert "condition.acute_coronary_syndrome" in visit.chart.considered
    if "finding.temperature" in visit.chart.heard and visit.chart.disposition != "emergency":
        assert {"test.ecg", "test.troponin"} <= ordered_in(visit)


def test_where_a_test_for_a_danger_has_no_result_the_visit_is_not_at_its_end() -> None:
    from dataclasses import replace

    from wardround.care.chart import Chart, Order
    from wardround.care.planner.dangers import not_worked_up
    from wardround.care.planner.seeing import Seen
    from wardround.knowledge import Evidence

    pain = "finding.chest_pain"
    chart = Chart("x", "X", "2026-11-22", "chest pain", frozenset({pain}), Evidence(70.0, "female", False, {pain: True}))  # fmt: skip
    assert "test.ecg" in not_worked_up(clinic().projection, Seen(chart))
    pending = replace(chart, orders=(Order("test.ecg", "5"),))
    assert "test.ecg" in not_worked_up(clinic().projection, Seen(pending))
    done = replace(chart, orders=(Order("test.ecg", "5", {"text": "normal"}),))
    assert "test.ecg" not in not_worked_up(clinic().projection, Seen(done))
    young = replace(chart, evidence=replace(chart.evidence, age=9.0))
    assert "test.ecg" not in not_worked_up(clinic().projection, Seen(young))


async def test_without_an_age_a_diagnosis_is_no_more_than_possible() -> None:
    nobody = Patient("x", "Somebody", None, "female")
    visit = await play("it burns when I pee and I pee all the time", patient=nobody)
    said = [a.arguments["certainty"] for a in visit.actions if a.tool == "diagnose"]
    assert set(said) <= {"possible"}
