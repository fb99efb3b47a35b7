"""Between visits: what is ordered acts, what happens opens visits, appointments are kept, missed and made up for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from simulated_cases import clinic
from simulated_episodes import alone, follow_up, life, person, prescription

from wardround.knowledge import load
from wardround.simulation.case import Case
from wardround.simulation.courses import CourseError
from wardround.simulation.episode import (
    HABITS,
    Between,
    Medication,
    diagnosed,
    habits_of,
    undiagnosed,
    with_courses,
)
from wardround.simulation.episode.life import Life, begin_life
from wardround.simulation.episode.waiting import Awaited
from wardround.simulation.splits import heldout_conditions

BASE = load()
CHRONIC = sorted(BASE.courses)
HYPERTENSION = "condition.hypertension"


def live(of: Life, days: int) -> Life:
    """So many days, whoever wants to come."""
    for _ in range(days):
        of._one_day()
    return of


# --- medication --------------------------------------------------------------------------------------------


def test_what_is_booked_is_in_force_until_it_is_replaced_stopped_or_over() -> None:
    none = Medication()
    first = none.booked(BASE, [prescription("drug.amlodipine", 5)], 10)
    assert [s.taking.dose for s in first.on(10)] == [5]
    assert first.on(9) == ()
    more = first.booked(BASE, [prescription("drug.amlodipine", 10), prescription("drug.ramipril", 5)], 40)
    assert sorted((s.taking.drug, s.taking.dose) for s in more.on(40)) == [
        ("drug.amlodipine", 10.0), ("drug.ramipril", 5.0),
    ]  # fmt: skip
    assert [s.taking.dose for s in more.on(39)] == [5]
    less = more.booked(BASE, [{"id": "o", "kind": "stop", "drug": "drug.ramipril"}], 60)
    assert [s.taking.drug for s in less.on(60)] == ["drug.amlodipine"]
    week = none.booked(BASE, [prescription("drug.amoxicillin", 500, days=7)], 3)
    assert [bool(week.on(day)) for day in (3, 9, 10)] == [True, True, False]


def test_what_is_lowered_ends_on_its_last_day_and_a_stop_of_something_unknown_ends_nothing() -> None:
    taken = Medication().booked(BASE, [prescription("drug.bisoprolol", 5)], 10)
    lowered = taken.booked(
        BASE, [{"id": "o", "kind": "stop", "drug": "drug.bisoprolol", "taper_days": 28}], 40
    )
    assert [bool(lowered.on(day)) for day in (40, 67, 68)] == [True, True, False]
    assert taken.booked(BASE, [{"id": "o", "kind": "stop", "drug": "a herb"}], 40) == taken


def test_referrals_change_nothing_and_an_order_without_a_drug_of_the_base_is_refused() -> None:
    assert Medication().booked(BASE, [{"id": "r", "kind": "referral", "to": "cardiology"}], 1) == Medication()
    with pytest.raises(CourseError, match=r"order order-drug\.snake_oil: drug: drug\.snake_oil"):
        Medication().booked(BASE, [prescription("drug.snake_oil", 5)], 1)


def test_a_prescription_acts_on_the_disease() -> None:
    alike = [life(HYPERTENSION, known=False) for _ in range(2)]
    alike[1].after_visit([prescription("drug.amlodipine", 10)], ())
    untreated, treated = (live(each, 90).courses[0].state for each in alike)
    assert treated.set_points[0] == pytest.approx(untreated.set_points[0])
    assert treated.values[0] < untreated.values[0] - 5
    assert alike[1].taken()[-1] == "drug.amlodipine"


def test_who_takes_less_gets_less() -> None:
    levels = []
    for name in ("careful", "forgetful"):
        of = life(HYPERTENSION, known=False, habits=name)
        of.after_visit([prescription("drug.amlodipine", 5)], ())
        levels.append(max(live(of, 60).courses[0].state.levels))
    assert levels[1] < 0.8 * levels[0]


# --- when they come ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [7, 30, 91])
def test_the_next_visit_is_when_the_last_one_said(days: int) -> None:
    of = life(HYPERTENSION)
    of.habits = replace(of.habits, misses=0.0, measures=0.0, worries=0.0)
    of.after_visit([follow_up(400), follow_up(days)], ())
    door = of.next_door()
    assert door is not None
    assert (door.day, door.kind, door.cause) == (days, "planned", None)
    assert door.words in of.courses[0].model.course.review


def test_where_nobody_planned_anything_they_come_after_twice_the_usual_interval() -> None:
    of = life(HYPERTENSION)
    of.habits = replace(of.habits, misses=0.0, measures=0.0, worries=0.0)
    of.after_visit([], ())
    door = of.next_door()
    assert door is not None
    assert door.day == 2 * BASE.conditions[HYPERTENSION].follow_up_days


def test_a_missed_appointment_is_made_up_for_within_weeks_and_not_missed_for_ever() -> None:
    of = life(HYPERTENSION)
    of.habits = replace(of.habits, misses=1.0, measures=0.0, worries=0.0)
    of.after_visit([follow_up(20)], ())
    door = of.next_door()
    assert door is not None
    missed = [b.day for b in of.between if b.kind == "missed"]
    assert missed[0] == 20
    assert len(missed) == 2
    assert 20 + 2 * 14 <= door.day <= 20 + 2 * 35


def test_what_befalls_them_brings_them_sooner_and_in_their_own_words() -> None:
    causes = Counter[str]()
    for seed in range(12):
        of = life("condition.asthma", seed, known=False)
        of.after_visit([follow_up(365)], ())
        door = of.next_door()
        assert door is not None
        if door.cause is None:
            continue
        causes[door.cause.kind] += 1
        assert door.day < 365
        assert door.words == door.cause.words
        assert door.day >= (door.cause.opens_on or 0) >= door.cause.day
        if door.cause.kind == "event":
            events = {e.id: e for e in BASE.courses[door.cause.condition].events}
            assert door.words in events[door.cause.what].complaint
    assert causes["event"] >= 3


@pytest.mark.parametrize(("urgent", "day"), [(True, 1), (False, 3)])
def test_an_emergency_comes_at_once_and_anything_else_lets_three_days_pass(urgent: bool, day: int) -> None:
    of = life(HYPERTENSION, known=False)
    of.after_visit([follow_up(60)], ())
    of._note(Between(0, "event", "dizzy", HYPERTENSION, "I am dizzy", urgent=urgent, opens_on=1))
    door = of.next_door()
    assert door is not None
    assert (door.day, door.words) == (day, "I am dizzy")


def test_of_two_reasons_the_more_urgent_brings_them() -> None:
    of = life(HYPERTENSION, known=False)
    of.after_visit([follow_up(60)], ())
    of._note(Between(0, "message", "worry", HYPERTENSION, "I worry", opens_on=4))
    of._note(Between(0, "event", "faint", HYPERTENSION, "I fainted", urgent=True, opens_on=4))
    door = of.next_door()
    assert door is not None
    assert door.words == "I fainted"


def test_who_was_admitted_comes_when_they_are_out_again() -> None:
    found = []
    for seed in range(60):
        of = life("condition.copd", seed, known=False)
        of.after_visit([follow_up(700)], ())
        door = of.next_door()
        if door is not None and door.cause is not None and door.cause.kind == "admission":
            event = next(e for e in of.courses[0].model.course.events if e.id == door.cause.what)
            found.append(door.day - door.cause.day)
            assert found[-1] >= event.days
    assert found


def test_nobody_names_an_illness_that_nobody_told_them_of() -> None:
    for condition in CHRONIC:
        entry = BASE.conditions[condition]
        names = [n.lower() for n in (entry.name, entry.lay_name)]
        of = life(condition, known=False)
        of.habits = replace(of.habits, misses=0.0, measures=0.0)
        of.known.discard(condition)
        of.after_visit([follow_up(10)], ())
        door = of.next_door()
        assert door is not None
        if door.kind == "planned" and condition not in ("condition.hypertension", "condition.pregnancy"):
            assert not any(name in door.words.lower() for name in names)


# --- what happens ------------------------------------------------------------------------------------------


def test_home_measurements_come_as_often_as_people_make_them_and_bring_them_beyond_the_limit() -> None:
    of = life(HYPERTENSION, known=False)
    live(of, 700)
    readings = [b for b in of.between if b.kind == "reading"]
    assert 85 <= len(readings) <= 100
    home = next(r.home for r in of.courses[0].model.course.readings if r.home)
    assert home.above is not None
    for one in readings:
        assert (one.opens_on is not None) == (float(one.value or 0) > home.above)
    idle = life(HYPERTENSION, habits="minimising")
    assert len([b for b in live(idle, 700).between if b.kind == "reading"]) < 25


def test_harm_makes_people_call_or_stop_by_themselves() -> None:
    called, stopped = 0, 0
    for seed in range(25):
        for habits in ("anxious", "minimising"):
            of = life("condition.type_2_diabetes", seed, known=False, habits=habits)
            of.after_visit([prescription("drug.metformin", 1000, per_day=2.0)], ())
            live(of, 200)
            for one in of.between:
                if one.kind == "adverse" and one.opens_on is not None:
                    called += 1
                    assert "metformin" in one.words or one.drug != "drug.metformin"
                if one.kind == "stopped":
                    stopped += 1
                    assert one.drug not in of.taken()
    assert called >= 3
    assert stopped >= 3


def test_who_stopped_takes_it_again_when_it_is_prescribed_again() -> None:
    of = life(HYPERTENSION, known=False)
    of.after_visit([prescription("drug.amlodipine", 5)], ())
    of.quit.add("drug.amlodipine")
    assert "drug.amlodipine" not in of.taken()
    of.after_visit([prescription("drug.amlodipine", 5)], ())
    assert "drug.amlodipine" in of.taken()


def test_drugs_run_out_but_for_a_course_that_was_meant_to_end() -> None:
    ran_out = []
    for seed in range(8):
        of = life(HYPERTENSION, seed, known=False, habits="anxious")
        short = prescription("drug.ramipril", 5, days=7)
        of.after_visit([prescription("drug.amlodipine", 5, days=28), short], ())
        live(of, 40)
        ran_out += [b.what for b in of.between if b.kind == "ran_out"]
    assert ran_out == ["drug.amlodipine"] * 8


def test_late_results_arrive_and_critical_ones_bring_the_patient_back() -> None:
    of = life(HYPERTENSION, known=False)
    of.habits = replace(of.habits, measures=0.0, worries=0.0)
    of.after_visit(
        [follow_up(60)],
        [
            Awaited("test.electrolytes", 3, (("analyte.potassium", 4.1, "mmol/L"),)),
            Awaited("test.electrolytes", 5, (("analyte.potassium", 7.4, "mmol/L"),)),
        ],
    )
    door = of.next_door()
    assert door is not None
    assert (door.day, door.kind) == (5, "unplanned")
    assert [b.value for b in of.between if b.kind == "result"] == [4.1, 7.4]


@pytest.mark.parametrize("condition", CHRONIC)
def test_the_same_seed_is_the_same_life(condition: str) -> None:
    def lived(seed: int) -> object:
        of = live(life(condition, seed, habits="average"), 200)
        return of.between, [c.state for c in of.courses]

    assert lived(3) == lived(3)
    assert lived(3) != lived(4)


# --- who it is about ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", CHRONIC)
def test_the_undiagnosed_know_nothing_of_it_and_the_diagnosed_are_treated_where_that_can_be(
    condition: str,
) -> None:
    before, after = undiagnosed(BASE, person(condition)), diagnosed(BASE, person(condition))
    assert condition not in {p.condition for p in before.known_problems}
    assert condition not in {d.indication for d in before.known_drugs}
    assert condition in {p.condition for p in after.known_problems if p.active}
    assert after.drugs == tuple(d.text for d in after.known_drugs)
    assert with_courses(BASE, after)[0] == condition
    assert with_courses(BASE, replace(after, truth="condition.common_cold")) == ()


@pytest.mark.parametrize("condition", CHRONIC)
def test_held_out_conditions_befall_nobody_outside_their_split(condition: str) -> None:
    away = heldout_conditions(BASE)

    def befall(whose: Case) -> set[str | None]:
        of = begin_life(BASE, whose, with_courses(BASE, whose), HABITS["average"], 1, known=False)
        return {e.truth for living in of.courses for e in living.model.course.events}

    whose = alone(person(condition))
    assert away.isdisjoint(befall(whose))
    elsewhere = befall(replace(whose, split="heldout-conditions"))
    assert elsewhere == {e.truth for e in BASE.courses[condition].events}


def test_habits_are_drawn_by_the_seed() -> None:
    drawn = Counter(habits_of(seed).name for seed in range(300))
    assert set(drawn) == set(HABITS)
    assert drawn["average"] > drawn["anxious"]
    assert habits_of(7) == habits_of(7)


def test_the_clinic_of_these_tests_is_over_the_shipped_base() -> None:
    assert clinic().base is BASE
