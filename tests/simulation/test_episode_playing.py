"""Episodes of care: visits of one patient that follow from one another, each case the disease as it is that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from simulated_cases import clinic
from simulated_episodes import alone, life, person, planner, played, prescription, ward

from wardround.care import Chart, baseline_policy
from wardround.harness import Answering, Decided, Observed, fold_all
from wardround.knowledge import load
from wardround.simulation.case import Case
from wardround.simulation.courses import AdverseEffect, CourseError
from wardround.simulation.episode import HABITS, Door, Episode, EpisodeOfCare, PlayedVisit, diagnosed
from wardround.simulation.episode.cases import Today, case_of
from wardround.simulation.episode.life import Life
from wardround.simulation.patient import SimulatedPatient

BASE = load()
CHRONIC = sorted(BASE.courses)


def chart_of(visit: PlayedVisit) -> Chart:
    """What the visit came to know."""
    chart: Chart = fold_all(list(visit.events), clinic().projection).domain
    return chart


def recalled(visit: PlayedVisit) -> list[str]:
    """The kinds of facts that memory gave at the door."""
    seen = (e.body.content for e in visit.events if isinstance(e.body, Observed))
    return [c["fact"]["kind"] for c in seen if c.get("kind") == "fact"]


@pytest.mark.parametrize("condition", CHRONIC)
async def test_six_visits_of_each_chronic_condition_play_to_the_end(condition: str) -> None:
    known = CHRONIC.index(condition) % 2 == 0
    episode = await played(condition, 6, diagnosed=known)
    over = any(b.kind == "over" for b in episode.between)
    assert len(episode.visits) == 6 or over
    assert episode.complete == (len(episode.visits) == 6)
    assert [v.number for v in episode.visits] == list(range(1, len(episode.visits) + 1))
    days = [v.day for v in episode.visits]
    assert days[0] == 0
    assert days == sorted(set(days))
    assert {v.status for v in episode.visits} == {"finished"}
    assert episode.visits[0].door.kind == ("planned" if known else "first")
    for visit in episode.visits:
        assert_agrees(episode, visit)
    trajectory = episode.trajectories[condition]
    assert len(trajectory.values_DV) == days[-1] + 1
    assert np.isfinite(trajectory.values_DV).all()


def assert_agrees(episode: Episode, visit: PlayedVisit) -> None:
    """The case is this person's, of this day, whole, and holds what was said."""
    case, base = visit.case, BASE
    assert (case.id, case.name, case.birth, case.sex) == (
        episode.person.id, episode.person.name, episode.person.birth, episode.person.sex,
    )  # fmt: skip
    assert case.on == visit.on == episode.person.on + timedelta(days=visit.day)
    assert case.complaint == visit.door.words
    for slug, value in case.findings.items():
        parent = base.findings[slug].parent
        assert parent is None or case.findings[parent] is True
        if value is True and base.findings[slug].kind in ("symptom", "sign"):
            assert case.onset_days[slug] >= 0
            assert parent is None or case.onset_days[parent] >= case.onset_days[slug]
    assert all(case.findings.get(f) is True for f in case.presenting)
    assert all(case.told(f) is True for f in case.presenting)
    assert set(base.analytes) <= set(case.analytes)
    assert {t.id for t in base.tests.values() if t.positive} <= set(case.tests)
    around = (visit.day - 1, visit.day)  # what the visit itself stops is taken until it
    taken = {s.taking.drug for day in around for s in episode.medication.on(day)}
    assert {d.drug for d in case.known_drugs} <= taken
    assert case.drugs == tuple(d.text for d in case.known_drugs)
    events = [e.body for e in visit.events if isinstance(e.body, Decided)]
    assert events


async def test_the_same_seed_is_the_same_episode() -> None:
    one, same, other = [await played("condition.type_2_diabetes", 3, seed=s) for s in (1, 1, 2)]
    assert [v.case for v in one.visits] == [v.case for v in same.visits]
    assert one.between == same.between
    assert one.medication == same.medication
    assert (one.trajectories["condition.type_2_diabetes"].values_DV
            == same.trajectories["condition.type_2_diabetes"].values_DV).all()  # fmt: skip
    assert [e.body for v in one.visits for e in v.events if isinstance(e.body, Decided)] == [
        e.body for v in same.visits for e in v.events if isinstance(e.body, Decided)
    ]
    assert [v.case for v in one.visits] != [v.case for v in other.visits]


async def test_what_is_prescribed_and_approved_is_taken_and_what_is_rejected_is_not() -> None:
    async def taken(reviewer: Answering) -> tuple[set[str], set[str]]:
        episode = await played("condition.hypothyroidism", 2, diagnosed=False, reviewer=reviewer)
        first, second = episode.visits
        return (
            {p.drug for p in chart_of(first).prescriptions},
            {d.drug for d in second.case.known_drugs} - {d.drug for d in first.case.known_drugs},
        )

    prescribed, now = await taken(Answering("approve", "Dr Osei"))
    assert prescribed == now == {"drug.levothyroxine"}
    prescribed, now = await taken(Answering("reject", "Dr Osei"))
    assert prescribed == now == set()


async def test_the_next_visit_is_when_the_agent_said_unless_something_happens() -> None:
    episode = await played("condition.hypothyroidism", 5, diagnosed=True)
    checked = 0
    for before, after in zip(episode.visits, episode.visits[1:], strict=False):
        wanted = chart_of(before).follow_up
        missed = any(b.kind == "missed" for b in episode.since_last(after))
        if wanted is not None and after.door.kind == "planned" and not missed:
            assert after.day - before.day == max(wanted["days"], 1)
            checked += 1
    assert checked


async def test_memory_carries_from_visit_to_visit_and_can_be_turned_off() -> None:
    on = await played("condition.type_2_diabetes", 2, diagnosed=True)
    off = await played("condition.type_2_diabetes", 2, diagnosed=True, memory=False)
    assert "problem" in recalled(on.visits[0])
    assert {"problem", "summary"} <= set(recalled(on.visits[1]))
    assert "condition.type_2_diabetes" in chart_of(on.visits[1]).evidence.known_conditions
    assert [recalled(v) for v in off.visits] == [[], []]
    assert on.visits[0].case == off.visits[0].case
    assert (on.memory, off.memory) == (True, False)


async def test_home_measurements_reach_memory() -> None:
    episode = await played("condition.hypertension", 2, diagnosed=True, habits=HABITS["careful"])
    between = episode.since_last(episode.visits[1])
    home = [b for b in between if b.kind == "reading" and b.what == "finding.systolic_bp"]
    assert home
    facts = [
        e.body.content["fact"]
        for e in episode.visits[1].events
        if isinstance(e.body, Observed) and e.body.content.get("kind") == "fact"
    ]
    told = [f for f in facts if f["detail"] == "home measurement" and f["slug"] == "finding.systolic_bp"]
    assert [f["value"]["number"] for f in told] == [home[-1].value]


async def test_a_trajectory_says_what_is_in_range() -> None:
    episode = await played("condition.hypertension", 1, diagnosed=False)
    trajectory = episode.trajectories["condition.hypertension"]
    low, high = trajectory.targets["systolic"]
    assert (low, high) == (105, 140)
    assert trajectory.in_range("systolic", 0) == (105 <= trajectory.of("systolic")[0] <= 140)
    assert trajectory.in_range("egfr", 0) is None


async def test_any_policy_plays() -> None:
    for name in ("random", "ask-all"):
        episode = await played("condition.asthma", 2, policy=baseline_policy(name, clinic()))
        assert len(episode.visits) == 2


async def test_whoever_speaks_for_the_patient_is_given_case_visit_and_home_measurements() -> None:
    heard: list[tuple[int, Mapping[str, float]]] = []

    def speaks(case: Case, visit: int, home: Mapping[str, float]) -> SimulatedPatient:
        heard.append((visit, home))
        return SimulatedPatient(case, clinic().understanding)

    await played("condition.hypertension", 2, speaks=speaks, diagnosed=True)
    assert [visit for visit, _ in heard] == [1, 2]
    assert set(heard[1][1]) <= set(BASE.findings)


async def test_a_patient_without_a_course_and_no_visits_at_all_are_refused() -> None:
    gout = replace(person("condition.asthma"), truth="condition.common_cold")
    with pytest.raises(CourseError, match=r"person: condition\.common_cold has no course"):
        await EpisodeOfCare(ward(), gout, planner()).play(2)
    with pytest.raises(CourseError, match="visits: 0"):
        await EpisodeOfCare(ward(), person("condition.asthma"), planner()).play(0)


# --- the case of a day -------------------------------------------------------------------------------------


def today(of: Life, whose: Case, words: str = "", said: tuple[str, ...] = (), number: int = 2) -> Case:
    """The case of the day that a life has come to."""
    door = Door(of.day, words, "planned")
    known = {p.condition: p.since for p in whose.known_problems if p.active}
    return case_of(Today(BASE, whose, of, door, known, said, number))


def begun(condition: str) -> tuple[Life, Case]:
    return life(condition), diagnosed(BASE, alone(person(condition)))


def test_values_are_the_course_s_but_for_the_error_of_measurement() -> None:
    of, whose = begun("condition.type_2_diabetes")
    living = of.courses[0]
    for value in (40.0, 75.0, 110.0):
        state = living.state
        living.state = replace(state, values=(value, *state.values[1:]))
        assert today(of, whose).analytes["analyte.hba1c"] == pytest.approx(value, abs=4)


def test_findings_come_and_go_with_the_state() -> None:
    of, whose = begun("condition.heart_failure")
    living = of.courses[0]

    def share(congestion: float) -> float:
        state = living.state
        living.state = replace(state, values=(congestion, *state.values[1:]), ongoing=())
        cases = [today(of, whose, number=n) for n in range(40)]
        return sum(c.findings["finding.leg_swelling"] is True for c in cases) / 40

    assert share(0.5) < 0.4 < 0.75 < share(9.0)


def test_an_unwanted_effect_is_there_to_be_asked_for() -> None:
    of, whose = begun("condition.type_2_diabetes")
    living = of.courses[0]
    effect = AdverseEffect("drug.metformin", "diarrhoea", "finding.diarrhoea", living.state.day - 5)
    living.state = replace(living.state, adverse=(effect,))
    case = today(of, whose)
    assert case.findings["finding.diarrhoea"] is True
    assert case.onset_days["finding.diarrhoea"] == 5
    assert "finding.diarrhoea" not in case.distractors


def test_histories_and_exposures_stay_and_follow_the_problem_list() -> None:
    of, whose = begun("condition.asthma")
    kept = [f.id for f in BASE.findings.values() if f.kind == "exposure" and f.id in whose.findings]
    cases = [today(of, whose, number=n) for n in range(5)]
    assert all(case.findings["finding.asthma_history"] is True for case in cases)
    drugs = (
        "finding.nsaid_use",
        "finding.opioid_use",
        "finding.anticoagulant_use",
        "finding.hormonal_contraception",
    )
    signs = {s.finding for living in of.courses for s in living.model.course.signs}
    brought = {b.finding for living in of.courses for e in living.model.course.events for b in e.brings}
    for slug in kept:
        if slug not in (*drugs, *signs, *brought):
            assert len({case.findings.get(slug) for case in cases}) == 1, slug


def test_what_is_said_at_the_door_is_so() -> None:
    of, whose = begun("condition.asthma")
    case = today(of, whose, "I cough at night", ("finding.cough", "finding.cough.nocturnal"))
    assert case.findings["finding.cough.nocturnal"] is True
    assert case.presenting == ("finding.cough", "finding.cough.nocturnal")


def test_what_is_taken_is_what_the_patient_tells() -> None:
    of, whose = begun("condition.hypertension")
    of.after_visit([prescription("drug.naproxen", 500)], ())
    case = today(of, whose)
    assert "naproxen" in case.drugs
    assert set(whose.known_drugs) <= set(case.known_drugs)
    of.quit.add("drug.naproxen")
    assert "naproxen" not in today(of, whose).drugs


def test_weeks_pass_in_a_pregnancy_and_it_ends() -> None:
    of, whose = begun("condition.pregnancy")
    early = today(of, whose)
    assert early.pregnant
    assert early.obstetric is not None
    for _ in range(70):
        of._one_day()
    if not of.courses[0].state.over:
        later = today(of, whose)
        assert later.obstetric is not None
        assert (later.obstetric.weeks or 0) - (early.obstetric.weeks or 0) == 10
    for _ in range(260):
        of._one_day()
    late = today(of, whose)
    assert of.courses[0].state.over
    assert not late.pregnant
    assert late.findings["finding.pregnancy"] is False
    of._waiting.clear()
    assert of.next_door() is None
