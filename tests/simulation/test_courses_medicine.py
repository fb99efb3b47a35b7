"""The courses of the base are good medicine: right treatment helps, none does less, wrong hurts, and why."""

from __future__ import annotations

import numpy as np
import pytest
from simulated_courses import cohort, examples, of, treatment

from wardround.knowledge import load
from wardround.simulation.courses import Taking

CONDITIONS = sorted(load().courses)
DRAWN_TOGETHER = 0.03
"""Difference in sds off target that is no difference."""


def harmful(condition: str) -> list[str]:
    """Events that lead to a visit or to hospital."""
    return [e.id for e in of(condition).course.events if e.care != "none"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_right_treatment_is_better_than_none_and_half_of_it_is_in_between(condition: str) -> None:
    model, (right, *_) = of(condition), examples(condition, "right")
    none, half, full = (cohort(model, given) for given in ((), treatment(right, 0.5), treatment(right)))
    assert full.off <= half.off + DRAWN_TOGETHER
    assert half.off <= none.off + DRAWN_TOGETHER
    better_off, fewer = none.off - full.off, none.rate(harmful(condition)) - full.rate(harmful(condition))
    assert better_off > DRAWN_TOGETHER or fewer > 0.0


@pytest.mark.parametrize("condition", CONDITIONS)
def test_half_taken_is_worse_than_taken(condition: str) -> None:
    model, (right, *_) = of(condition), examples(condition, "right")
    taken = cohort(model, treatment(right), 270, 25)
    half = cohort(model, treatment(right), 270, 25, adherence=0.4)
    assert taken.off <= half.off + DRAWN_TOGETHER


@pytest.mark.parametrize(
    ("condition", "place"), [(c, i) for c in CONDITIONS for i in range(len(examples(c, "wrong")))]
)
def test_wrong_treatment_is_worse_than_right(condition: str, place: int) -> None:
    model, (right, *_), wrong = (
        of(condition),
        examples(condition, "right"),
        examples(condition, "wrong")[place],
    )
    well, ill = cohort(model, treatment(right), n=60), cohort(model, treatment(wrong), n=60)
    assert ill.off > well.off + DRAWN_TOGETHER or ill.rate(harmful(condition)) > well.rate(harmful(condition))


def final(condition: str, variable: str, *taken: Taking, days: int = 180) -> float:
    """The mean of a variable after some months."""
    model = of(condition)
    return float(cohort(model, taken, days, 25).mean_DV[-1, model.names.index(variable)])


def test_metformin_lowers_hba1c_by_about_eleven_and_no_further_than_normal() -> None:
    lower = final("condition.type_2_diabetes", "hba1c") - final(
        "condition.type_2_diabetes", "hba1c", Taking("drug.metformin", 1000, "mg", 2)
    )
    assert 9 < lower < 14


def test_a_class_of_pressure_drugs_lowers_about_nine_points_and_two_add() -> None:
    one = Taking("drug.amlodipine", 5, "mg", 1)
    two = Taking("drug.losartan", 50, "mg", 1)
    untreated = final("condition.hypertension", "systolic")
    first, both = (final("condition.hypertension", "systolic", *t) for t in ((one,), (one, two)))
    assert 6 < untreated - first < 13
    assert 4 < first - both < 13


def test_an_unselective_beta_blocker_hurts_in_asthma_and_a_selective_one_less() -> None:
    propranolol, bisoprolol = Taking("drug.propranolol", 40, "mg", 2), Taking("drug.bisoprolol", 5, "mg", 1)
    none, selective, unselective = (
        final("condition.asthma", "peak_flow", *t) for t in ((), (bisoprolol,), (propranolol,))
    )
    assert unselective < selective - 5
    assert selective < none


def test_anti_inflammatory_painkillers_hurt_in_heart_failure() -> None:
    furosemide, naproxen = Taking("drug.furosemide", 40, "mg", 1), Taking("drug.naproxen", 500, "mg", 2)
    model = of("condition.heart_failure")
    dry, wet = cohort(model, (furosemide,)), cohort(model, (furosemide, naproxen))
    assert wet.off > dry.off + 0.5
    assert wet.rate(["decompensation"]) > 1.5 * dry.rate(["decompensation"])


def test_metformin_is_dangerous_where_the_kidneys_fail() -> None:
    model = of("condition.type_2_diabetes")
    rng = np.random.default_rng(1)
    well, failing = (model.begin(rng, 60.0, {"egfr": x}) for x in (90.0, 20.0))
    metformin = (Taking("drug.metformin", 1000, "mg", 2),)
    assert model.hazards(failing)["lactic_acidosis"] == 0.0
    sound, poor = (model.hazards(s, metformin)["lactic_acidosis"] for s in (well, failing))
    assert sound < 1e-4
    assert poor > 100 * sound


def test_sulfonylureas_and_insulin_bring_hypoglycaemia_the_more_the_lower_the_glucose() -> None:
    model = of("condition.type_2_diabetes")
    rng = np.random.default_rng(1)
    high, low = (model.begin(rng, 60.0, {"hba1c": x}) for x in (75.0, 42.0))
    gliclazide = (Taking("drug.gliclazide", 80, "mg", 2),)
    assert (
        model.hazards(low, gliclazide)["hypoglycaemia"] > 5 * model.hazards(high, gliclazide)["hypoglycaemia"]
    )
    assert model.hazards(low, (Taking("drug.metformin", 1000, "mg", 2),))["hypoglycaemia"] == 0.0


def test_too_much_levothyroxine_silences_tsh_and_endangers_the_heart() -> None:
    right, much = (Taking("drug.levothyroxine", dose, "ug", 1) for dose in (100, 300))
    model = of("condition.hypothyroidism")
    assert 0.3 < np.exp(final("condition.hypothyroidism", "ln_tsh", right)) < 5.5
    assert np.exp(final("condition.hypothyroidism", "ln_tsh", much)) < 0.45
    rng = np.random.default_rng(1)
    state = model.begin(rng, 70.0)
    settled = [model.advance(state, 150, (t,), rng=np.random.default_rng(2))[0] for t in (right, much)]
    well, over = (model.hazards(s)["atrial_fibrillation"] for s in settled)
    assert over > 2 * well


def test_tsh_tested_too_early_misleads() -> None:
    model = of("condition.hypothyroidism")
    path_DV = cohort(model, (Taking("drug.levothyroxine", 100, "ug", 1),), 120, 25).mean_DV
    tsh = np.exp(path_DV[:, model.names.index("ln_tsh")])
    assert tsh[20] > 1.5 * tsh[-1]


def test_antidepressants_take_weeks() -> None:
    model = of("condition.depression")
    sertraline = (Taking("drug.sertraline", 100, "mg", 1),)
    none, treated = cohort(model, (), 90, 40).mean_DV[:, 0], cohort(model, sertraline, 90, 40).mean_DV[:, 0]
    assert none[6] - treated[6] < 1.2
    assert none[-1] - treated[-1] > 3


def test_stopping_at_once_brings_what_stopping_slowly_does_not() -> None:
    model = of("condition.depression")
    sertraline = Taking("drug.sertraline", 100, "mg", 1)
    rng = np.random.default_rng(1)
    on, _ = model.advance(model.begin(rng, 40.0), 120, (sertraline,), rng=rng)
    stopped, _ = model.advance(on, 1, rng=rng)
    assert model.hazards(stopped)["withdrawal"] > 100 * model.hazards(on, (sertraline,))["withdrawal"]


def test_bronchodilators_prevent_exacerbations_of_copd() -> None:
    model = of("condition.copd")
    none = cohort(model, n=80)
    treated = cohort(model, treatment(examples("condition.copd", "right")[0]), n=80)
    assert 0.4 < treated.rate(["exacerbation"]) / none.rate(["exacerbation"]) < 0.95


def test_anticoagulants_prevent_strokes_at_the_price_of_bleeding_and_aspirin_prevents_few() -> None:
    model = of("condition.atrial_fibrillation")
    state = model.begin(np.random.default_rng(1), 75.0)
    apixaban, aspirin = (
        (Taking(drug, dose, "mg", n),) for drug, dose, n in (("drug.apixaban", 5, 2), ("drug.aspirin", 75, 1))
    )
    none, thin, weak = (model.hazards(state, t) for t in ((), apixaban, aspirin))
    assert 0.2 < thin["stroke"] / none["stroke"] < 0.45
    assert 0.75 < weak["stroke"] / none["stroke"] < 1.0
    assert thin["bleeding"] > 1.5 * none["bleeding"]


def test_a_pregnancy_ends() -> None:
    model = of("condition.pregnancy")
    ends = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        state, happened = model.advance(model.begin(rng, 30.0), 400, rng=rng)
        assert state.over
        ends += [h.day for h in happened if h.what == "birth"]
        assert sum(h.what in ("birth", "miscarriage") for h in happened) == 1
    assert 190 < float(np.mean(ends)) < 245
