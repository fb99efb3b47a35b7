"""The engine of courses, against numbers worked by hand: drift, effect, relaxation, hazard, rebound; and its laws."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_courses import AMLODIPINE, HAND, by_hand, of, treatment, with_course

from wardround.knowledge import load
from wardround.simulation.courses import CourseError, CourseState, Taking, Treatment, model_of

CONDITIONS = sorted(load().courses)
BISOPROLOL = Taking("drug.bisoprolol", 10, "mg", 1)
RAMIPRIL = Taking("drug.ramipril", math.sqrt(1.25 * 10), "mg", 1)
IBUPROFEN = Taking("drug.ibuprofen", 400, "mg", 3)


def begun(seed: int = 1) -> CourseState:
    return by_hand().begin(np.random.default_rng(seed), 60.0)


def after(days: int, *taken: Taking, adherence: float = 1.0, state: CourseState | None = None) -> CourseState:
    rng = np.random.default_rng(2)
    return by_hand().advance(state or begun(), days, taken, adherence, rng=rng)[0]


# --- one thing at a time, by hand --------------------------------------------------------------------------


def test_untreated_the_set_point_drifts_and_the_value_follows_it() -> None:
    x = after(100).values[0]
    drift = 0.1  # 36.525 a year
    lag = sum(drift * math.exp(-k / 10) for k in range(1, 101))
    assert after(100).set_points[0] == pytest.approx(100 + 100 * drift)
    assert x == pytest.approx(110 - lag)


def test_the_dose_of_half_effect_has_half_the_effect_times_how_this_patient_responds() -> None:
    state = after(200, AMLODIPINE)
    assert state.levels[0] == pytest.approx(0.5)
    untreated = after(200).values[0]
    assert state.values[0] - untreated == pytest.approx(-20 * 0.5 * state.traits[0], rel=1e-6)


def test_what_is_taken_in_half_has_half_the_effect() -> None:
    assert after(200, AMLODIPINE, adherence=0.5).levels[0] == pytest.approx(0.25)


def test_a_value_wanders_by_its_noise_however_slowly_it_relaxes() -> None:
    for relaxation in (1.0, 20.0):
        variables = [
            {**v, "drift": 0.0, "noise": 4.0, "relaxation_days": relaxation} for v in HAND["variables"]
        ]
        model = model_of(with_course(variables=variables, events=[]), "condition.hypertension")
        rng = np.random.default_rng(1)
        _, _, values_DV = model.trace(model.begin(rng, 60.0), 20_000, rng=rng)
        assert values_DV[:, 0].std() == pytest.approx(4.0, rel=0.1)
        assert values_DV[:, 0].mean() == pytest.approx(100.0, abs=1.0)


def test_the_effect_comes_with_its_onset_and_goes_with_it() -> None:
    state = after(4, AMLODIPINE)
    assert state.levels[0] == pytest.approx(0.5 * (1 - math.exp(-1)))
    assert after(8, state=state).levels[0] == pytest.approx(state.levels[0] * math.exp(-2))


def test_a_class_is_dosed_by_what_is_usual_for_the_drug() -> None:
    assert after(300, RAMIPRIL).levels[1] == pytest.approx(0.5)
    assert after(300, replace(RAMIPRIL, dose=RAMIPRIL.dose * 3)).levels[1] == pytest.approx(0.75)


def test_two_drugs_of_one_class_are_one_greater_dose() -> None:
    lisinopril = Taking("drug.lisinopril", math.sqrt(2.5 * 80), "mg", 1)
    assert after(300, RAMIPRIL, lisinopril).levels[1] == pytest.approx(2 / 3)


def test_the_most_specific_response_holds() -> None:
    propranolol = Taking("drug.propranolol", 80, "mg", 2)
    levels = after(100, propranolol).levels
    assert levels[2] == 0.0
    assert levels[3] > 0.5
    assert after(100, BISOPROLOL).levels[3] == 0.0


def test_one_variable_pulls_another_only_on_its_side() -> None:
    state = after(400)
    assert state.values[1] == pytest.approx(state.set_points[1] + 0.5 * (state.values[0] - 100), rel=0.01)
    low = after(400, AMLODIPINE)
    assert low.values[0] > 100 or low.values[1] == pytest.approx(low.set_points[1])


def test_a_hazard_is_log_linear_in_the_state_and_multiplied_by_the_drug() -> None:
    model, state = by_hand(), after(100)
    over = state.values[0] - 100
    assert model.hazards(state)["fall"] == pytest.approx(2.0 * math.exp(0.1 * over))
    assert model.hazards(state, (RAMIPRIL,))["fall"] == pytest.approx(1.0 * math.exp(0.1 * over))


def test_what_comes_only_under_a_drug_comes_to_nobody_else() -> None:
    model, state = by_hand(), begun()
    assert model.hazards(state)["bruise"] == 0.0
    usual = model.hazards(state, (IBUPROFEN,))["bruise"]
    assert 1.0 < usual < 1.5  # twice the usual dose, felt less than twice
    assert model.hazards(state, (IBUPROFEN,), 0.0)["bruise"] == 0.0


def test_events_come_as_often_as_their_hazard_says() -> None:
    flat = with_course(
        variables=[{**v, "drift": 0.0} for v in with_course().content.model_dump()["courses"][0]["variables"]]
    )
    model = model_of(flat, "condition.hypertension")
    falls = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        _, happened = model.advance(model.begin(rng, 60.0), 365, rng=rng)
        falls += sum(h.what == "fall" for h in happened)
    assert falls / 300 == pytest.approx(2.0, abs=4 * math.sqrt(2.0 / 300))


def test_a_drug_that_is_stopped_at_once_rebounds_and_one_that_is_reduced_does_not() -> None:
    model = by_hand()
    on = after(50, BISOPROLOL)
    stopped = after(1, state=on)
    over = stopped.values[0] - 100
    assert model.hazards(stopped)["fall"] == pytest.approx(16.0 * math.exp(0.1 * over))
    assert model.hazards(after(6, state=stopped))["fall"] < 2.0 * math.exp(0.1 * 10)
    halved = after(1, replace(BISOPROLOL, dose=1.25), state=on)
    over = halved.values[0] - 100
    assert model.hazards(halved)["fall"] == pytest.approx(2.0 * math.exp(0.1 * over))


def test_an_event_leaves_its_mark_and_does_not_come_again_too_soon() -> None:
    event = {**HAND["events"][0], "again_after_days": 30, "rebound": None, "per_year": 30}
    model = model_of(with_course(events=[event]), "condition.hypertension")
    rng = np.random.default_rng(5)
    state, happened = model.advance(model.begin(rng, 60.0), 300, rng=rng)
    falls = [h.day for h in happened if h.what == "fall"]
    assert len(falls) >= 5
    assert min(np.diff(falls)) >= 30
    assert 50 + 0.4 * len(falls) < state.set_points[1] < 50 + 2 * len(falls)


def test_unwanted_effects_come_within_their_onset_oftener_with_the_dose_and_end_with_the_drug() -> None:
    model = by_hand()

    def swollen(dose: float) -> int:
        found = 0
        for seed in range(200):
            rng = np.random.default_rng(seed)
            taken = (replace(AMLODIPINE, dose=dose),)
            state, happened = model.advance(model.begin(rng, 60.0), 120, taken, rng=rng)
            days = [h.day for h in happened if h.what == "ankle swelling"]
            assert all(7 <= day <= 92 for day in days)
            assert {a.effect for a in state.adverse} == {h.what for h in happened if h.kind == "adverse"}
            assert not model.advance(state, 1, rng=rng)[0].adverse
            found += bool(days)
        return found

    low, high = swollen(2.5), swollen(10)
    assert low + high >= 24 * 0.5
    assert low < high


# --- laws, over every course of the base -------------------------------------------------------------------


def drawn_treatment(condition: str, which: int) -> Treatment:
    shown = of(condition).course.examples
    return () if which >= len(shown) else treatment(shown[which])


@pytest.mark.parametrize("condition", CONDITIONS)
@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_a_stretch_of_days_may_be_cut_anywhere(condition: str, data: st.DataObject) -> None:
    model = of(condition)
    taken = drawn_treatment(condition, data.draw(st.integers(0, 3)))
    adherence = data.draw(st.floats(0.0, 1.0))
    first, second = data.draw(st.integers(0, 70)), data.draw(st.integers(0, 70))
    seed = data.draw(st.integers(0, 10_000))

    def rng() -> np.random.Generator:
        return np.random.default_rng(seed)

    start = model.begin(rng(), 60.0)
    whole, happened = model.advance(start, first + second, taken, adherence, rng=rng())
    source = rng()
    half, early = model.advance(start, first, taken, adherence, rng=source)
    rest, late = model.advance(half, second, taken, adherence, rng=source)
    assert (*early, *late) == happened
    assert rest == whole


@pytest.mark.parametrize("condition", CONDITIONS)
@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_values_stay_within_their_bounds_under_anything(condition: str, data: st.DataObject) -> None:
    model = of(condition)
    drugs = data.draw(st.lists(st.sampled_from(sorted(load().drugs)), max_size=4, unique=True))
    doses = [load().drugs[d].max_daily for d in drugs]
    factor = data.draw(st.floats(0.1, 20.0))
    taken = tuple(Taking(d, m.value * factor, m.unit, 1) for d, m in zip(drugs, doses, strict=True))
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    state, _, values_DV = model.trace(model.begin(rng, 70.0), 200, taken, rng=rng)
    low = np.array([v.bounds[0] for v in model.course.variables])
    high = np.array([v.bounds[1] for v in model.course.variables])
    assert np.isfinite(values_DV).all()
    assert ((values_DV >= low) & (values_DV <= high)).all()
    assert all(a <= x <= b for a, x, b in zip(low, state.set_points, high, strict=True))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_not_taken_does_nothing(condition: str) -> None:
    model = of(condition)
    for example in model.course.examples:
        start = model.begin(np.random.default_rng(3), 60.0)
        none = model.trace(start, 200, rng=np.random.default_rng(4))
        untaken = model.trace(start, 200, treatment(example), 0.0, rng=np.random.default_rng(4))
        assert none[0] == untaken[0]
        assert none[1] == untaken[1]
        assert (none[2] == untaken[2]).all()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_same_seed_is_the_same_life_and_another_is_another(condition: str) -> None:
    model = of(condition)

    def life(seed: int) -> object:
        rng = np.random.default_rng(seed)
        return model.advance(model.begin(rng, 60.0), 300, rng=rng)

    assert life(1) == life(1)
    assert life(1) != life(2)


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "taken", "adherence", "said"),
    [
        (-1, (), 1.0, "days: -1"),
        (10**9, (), 1.0, "days: "),
        (1, (Taking("drug.moonshine", 1, "mg", 1),), 1.0, r"drug\.moonshine: no drug of the base"),
        (1, (replace(AMLODIPINE, dose=math.nan),), 1.0, "dose and per_day must be numbers"),
        (1, (AMLODIPINE,), 1.5, r"adherence to drug\.amlodipine: 1\.5"),
        (1, (AMLODIPINE,), math.nan, "adherence to"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    days: int, taken: Treatment, adherence: float, said: str
) -> None:
    with pytest.raises(CourseError, match=said):
        by_hand().advance(begun(), days, taken, adherence, rng=np.random.default_rng(0))


def test_a_condition_without_a_course_is_named_with_those_that_have_one() -> None:
    with pytest.raises(CourseError, match=r"condition\.common_cold: has no course: use one of condition\."):
        model_of(load(), "condition.common_cold")


def test_a_dose_in_a_unit_that_does_not_compare_counts_as_the_usual_one() -> None:
    odd = replace(RAMIPRIL, unit="{tablet}", dose=1)
    assert after(300, odd).levels[1] == pytest.approx(0.5)
    assert after(300, replace(RAMIPRIL, dose=0.0)).levels[1] == 0.0
