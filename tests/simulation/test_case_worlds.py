"""Worlds: the log-odds of a family are disturbed and seeded; prevalence, impossibility and the planner's base are not."""

from __future__ import annotations

import numpy as np
import pytest
from generated_cases import base, of, train_cases

from wardround.knowledge import Stratum
from wardround.simulation.expectations import Floats, backgrounds, effect, layout, stratum_of
from wardround.simulation.world import LOG_ODDS_SD, World, draw_present, world

WOMAN = stratum_of(base(), 35.0, True, False)
MAN = stratum_of(base(), 35.0, False, False)


def logit(p: Floats) -> Floats:
    odds: Floats = p / (1 - p)
    return np.asarray(np.log(odds))


def moves(name: str) -> Floats:
    """By how much every P(finding | condition) of a world is moved, in log-odds."""
    here = world(base(), name)
    found = []
    for condition in base().conditions:
        acts = effect(base(), condition, WOMAN)
        found.append(logit(here.present_N(condition, acts)) - logit(acts.p_N))
    return np.concatenate(found)


def test_probabilities_are_moved_by_the_noise_that_it_says() -> None:
    moved = np.concatenate([moves(f"train/{i}") for i in range(6)])
    assert 0.3 <= LOG_ODDS_SD <= 0.5
    assert abs(moved.mean()) < 0.03
    assert moved.std() == pytest.approx(LOG_ODDS_SD, rel=0.06)


def test_a_family_is_the_same_every_time_and_no_other_is_like_it() -> None:
    again = World(base(), "train/1")
    acts = effect(base(), "condition.migraine", WOMAN)
    assert np.array_equal(
        again.present_N("condition.migraine", acts),
        world(base(), "train/1").present_N("condition.migraine", acts),
    )
    assert not np.allclose(moves("train/1"), moves("train/2"))
    assert len({case.family for case in train_cases()}) > 10


def test_what_cannot_be_stays_impossible_and_probabilities_stay_probabilities() -> None:
    for name in ("train/0", "heldout-seeds/3"):
        plain_B = backgrounds(base(), MAN)
        moved_B = world(base(), name).background_B(MAN)
        assert ((plain_B == 0) == (moved_B == 0)).all()
        assert ((moved_B >= 0) & (moved_B < 1)).all()
        assert moved_B[layout(base()).binary_at["finding.missed_period"]] == 0


def test_children_are_drawn_under_present_parents_alone() -> None:
    rng, at = np.random.default_rng(5), layout(base())
    for _ in range(30):
        nothing = np.zeros(len(at.binaries), dtype=bool)
        found = draw_present(world(base(), "train/4"), WOMAN, ("condition.migraine",), nothing, rng)
        for slug, place in at.binary_at.items():
            parent = base().findings[slug].parent if slug in base().findings else None
            if parent is not None and found.present_B[place]:
                assert found.present_B[at.binary_at[parent]]


def test_without_noise_findings_come_as_often_as_noisy_or_says() -> None:
    here, rng, at = World(base(), "still", log_odds_sd=0.0), np.random.default_rng(6), layout(base())
    acts = effect(base(), "condition.migraine", WOMAN)
    nothing = np.zeros(len(at.binaries), dtype=bool)
    n = 3000
    counts = np.zeros(len(at.binaries))
    for _ in range(n):
        counts += draw_present(here, WOMAN, ("condition.migraine",), nothing, rng).present_B
    tops = [
        (place, p)
        for place, p in zip(acts.at_N.tolist(), acts.p_N.tolist(), strict=True)
        if base().findings.get(at.binaries[place]) is not None
        and base().findings[at.binaries[place]].parent is None
        and base().findings[at.binaries[place]].kind == "symptom"
    ]
    assert tops
    for place, p in tops:
        wanted = 1 - (1 - p) * (1 - backgrounds(base(), WOMAN)[place])
        assert counts[place] / n == pytest.approx(wanted, abs=0.045)


def test_over_families_cases_look_as_the_base_says() -> None:
    cases = of("condition.streptococcal_pharyngitis", 200)
    entry = base().conditions["condition.streptococcal_pharyngitis"]
    fever = next(m.p for m in entry.findings if m.finding == "finding.fever" and m.p is not None)
    share = np.mean([case.findings["finding.fever"] is True for case in cases])
    assert share == pytest.approx(fever, abs=0.18)


def test_strata_of_a_band_are_one() -> None:
    assert stratum_of(base(), 30.0, True, False) == stratum_of(base(), 30.4, True, False)
    assert isinstance(WOMAN, Stratum)
