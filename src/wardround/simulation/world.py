"""A world: the base as one family of cases has it, its log-odds disturbed, so that the planner's model is not the patient's.

Every P(finding | condition) and background is moved on the log-odds scale by seeded Gaussian noise, every shift of a
value by a seeded factor. A child stays conditional on its parent, what is impossible stays impossible, and
prevalence is not touched. The planner sees the undisturbed base alone.
"""

# ruff: noqa: N802, N803, N806, N815 (dimension suffixes)
from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.harness import seed_of
from wardround.knowledge import KnowledgeBase, Stratum
from wardround.simulation.expectations import (
    Effect,
    Floats,
    Layout,
    backgrounds,
    effect,
    entries_of,
    layout,
    odds_of,
)
from wardround.simulation.vital_signs import normals

LOG_ODDS_SD: Final = 0.4
"""Of the disturbance of a probability: 0.5 becomes 0.40 to 0.60 in two families of three."""
SHIFT_SD: Final = 0.15
"""Of the ln of the factor by which the shift of a value is disturbed."""


@dataclass(frozen=True, eq=False)
class World:
    """One family's world."""

    base: KnowledgeBase
    name: str
    log_odds_sd: float = LOG_ODDS_SD
    shift_sd: float = SHIFT_SD

    @functools.cached_property
    def _background_noise_B(self) -> Floats:
        rng = np.random.default_rng(seed_of("world", self.name, "background"))
        return rng.normal(0.0, self.log_odds_sd, len(layout(self.base).binaries))

    @functools.cached_property
    def _noise(self) -> dict[str, Floats]:
        return {}

    def noise(self, condition: str) -> Floats:
        """Standard normal disturbance of everything that a condition says, in its own order."""
        found = self._noise.get(condition)
        if found is None:
            rng = np.random.default_rng(seed_of("world", self.name, condition))
            found = rng.standard_normal(len(entries_of(self.base.conditions[condition])))
            self._noise[condition] = found
        return found

    @functools.cached_property
    def _backgrounds(self) -> dict[Stratum, Floats]:
        return {}

    def background_B(self, stratum: Stratum) -> Floats:
        """P(present) without any condition, in this world."""
        found = self._backgrounds.get(stratum)
        if found is None:
            plain_B = backgrounds(self.base, stratum)
            found = np.where(plain_B > 0.0, _disturbed(plain_B, self._background_noise_B), 0.0)
            self._backgrounds[stratum] = found
        return found

    def present_N(self, condition: str, acts: Effect) -> Floats:
        """P(present | condition) of the effect's entries, in this world."""
        return _disturbed(acts.p_N, self.log_odds_sd * self.noise(condition)[acts.noise_N])

    def factor_N(self, condition: str, acts: Effect) -> Floats:
        """By what the effect's shifts of values are multiplied in this world: never turned round."""
        factor_N: Floats = np.exp(self.shift_sd * self.noise(condition)[acts.moved_noise_N])
        return factor_N


def _disturbed(p: Floats, noise: Floats) -> Floats:
    """sigmoid(logit p + noise)."""
    odds: Floats = p / (1.0 - p) * np.exp(noise)
    moved: Floats = odds / (1.0 + odds)
    return moved


@functools.lru_cache(maxsize=256)
def world(base: KnowledgeBase, name: str) -> World:
    """The world of a family, kept."""
    return World(base, name)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a person of a world has. `present_B` counts children only under present parents."""

    present_B: NDArray[np.bool_]
    explained_B: NDArray[np.bool_]
    """What an active condition may do, whether or not it did."""
    by_truth_B: Floats
    """P(present | the first of the active conditions), 0 where it says nothing."""


def draw_histories(here: World, stratum: Stratum, truth: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(B) what the person already has or had when the illness came, likelier where it leads to it."""
    at = layout(here.base)
    background_B = here.background_B(stratum)
    chance_B = _with_odds(here.base, background_B, (truth,))
    acts = effect(here.base, truth, stratum)
    chance_B[acts.at_N] = 1.0 - (1.0 - chance_B[acts.at_N]) * (1.0 - here.present_N(truth, acts))
    had_B: NDArray[np.bool_] = (rng.random(len(chance_B)) < chance_B) & at.history_B & (background_B > 0.0)
    _under_parents(at, had_B)
    return had_B


def draw_present(
    here: World,
    stratum: Stratum,
    active: Sequence[str],
    had_B: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Drawn:
    """Findings and test results by noisy-or of the active conditions and the background; histories are as they are.

    What the stratum makes impossible is never present.
    """
    at = layout(here.base)
    background_B = here.background_B(stratum)
    chance_B = _with_odds(here.base, background_B, active)
    caused_B = np.zeros(len(chance_B), dtype=bool)
    explained_B = np.zeros(len(chance_B), dtype=bool)
    by_truth_B = np.zeros(len(chance_B))
    for place, condition in enumerate(active):
        acts = effect(here.base, condition, stratum)
        p_N = here.present_N(condition, acts)
        caused_B[acts.at_N] |= rng.random(len(p_N)) < p_N
        explained_B[acts.at_N] = True
        if place == 0:
            by_truth_B[acts.at_N] = p_N
    present_B = (caused_B | (rng.random(len(chance_B)) < chance_B)) & (background_B > 0.0)
    present_B = np.where(at.history_B, had_B, present_B)
    _under_parents(at, present_B)
    return Drawn(present_B, explained_B, by_truth_B)


def _under_parents(at: Layout, present_B: NDArray[np.bool_]) -> None:
    for child_K, parent_K in at.below:
        present_B[child_K] &= present_B[parent_K]


def _with_odds(base: KnowledgeBase, background_B: Floats, active: Sequence[str]) -> Floats:
    """Backgrounds of histories and exposures among people who have what they lead to: q r / (1 - q + q r)."""
    odds_B = np.ones(len(background_B))
    for condition in active:
        at_N, odds_N = odds_of(base, condition)
        odds_B[at_N] *= odds_N
    chance_B: Floats = background_B * odds_B / (1.0 - background_B + background_B * odds_B)
    return chance_B


def draw_values(
    here: World,
    stratum: Stratum,
    age: float,
    active: Mapping[str, float],
    rng: np.random.Generator,
) -> Floats:
    """(Q) measured values, ln where log-normal. `active` gives the share of its effect that each condition has.

    Of two conditions that shift a value the same way the further one counts; opposite shifts add.
    """
    mean_Q, sd_Q, scale_Q, adult_Q = normals(here.base, age, stratum.sex == "female")
    up_Q, down_Q = np.zeros(len(mean_Q)), np.zeros(len(mean_Q))
    spread_Q = sd_Q.copy()
    for condition, share in active.items():
        acts = effect(here.base, condition, stratum)
        at_N = acts.moved_at_N
        from_child_N = acts.shift_N + (adult_Q[at_N] - mean_Q[at_N]) * (scale_Q[at_N] != 1.0)
        shift_N = np.where(acts.own_N, from_child_N, acts.shift_N * scale_Q[at_N])
        shift_N *= share * here.factor_N(condition, acts)
        up_Q[at_N] = np.maximum(up_Q[at_N], shift_N)
        down_Q[at_N] = np.minimum(down_Q[at_N], shift_N)
        if share == 1.0:
            spread_Q[at_N] = np.maximum(spread_Q[at_N], acts.sd_N * scale_Q[at_N])
    drawn_Q: Floats = mean_Q + up_Q + down_Q + spread_Q * rng.standard_normal(len(mean_Q))
    return drawn_Q
