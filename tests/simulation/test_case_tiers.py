"""A tier says how hard a case is: for somebody who knows the base by heart, easy ones are easier than hard ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated_cases import base, train_cases

from wardround.knowledge import posterior
from wardround.simulation import Case, Telling, Tier, TierError, difficulty, generate, tier_of
from wardround.simulation.tiers import EASY_BELOW, HARD_FROM

TIERS: tuple[Tier, ...] = ("easy", "moderate", "hard")


def of_tier(tier: Tier, n: int = 25) -> list[Case]:
    """Cases of a tier."""
    return [generate(base(), "train", i, tier=tier) for i in range(n)]


def test_an_oracle_of_the_base_does_worse_from_tier_to_tier() -> None:
    """Not the posterior that defines the tier: everything as it is, nothing denied, at the exact age."""

    def found(cases: list[Case]) -> float:
        ranks = [posterior(base(), c.evidence()).ranked[0][0] == c.truth for c in cases]
        return float(np.mean(ranks))

    shares = [found(of_tier(tier)) for tier in TIERS]
    assert shares[0] > 0.95
    assert shares[0] > shares[1] > shares[2]


def test_every_tier_turns_up_and_the_easy_is_the_most_common() -> None:
    counted = [sum(c.tier == tier for c in train_cases()) for tier in TIERS]
    assert min(counted) > 3
    assert counted[0] == max(counted)


@pytest.mark.parametrize("tier", TIERS)
def test_a_wanted_tier_is_given(tier: Tier) -> None:
    case = generate(base(), "train", 3, tier=tier)
    assert case.tier == tier == tier_of(base(), case)


def test_tiers_are_cut_where_they_say() -> None:
    for case in train_cases()[:80]:
        hard = difficulty(base(), case)
        assert case.tier == ("easy" if hard < EASY_BELOW else "hard" if hard >= HARD_FROM else "moderate")


def test_an_unreliable_history_makes_a_case_harder() -> None:
    harder = []
    for case in (c for c in train_cases()[:150] if c.tier == "easy" and c.telling.reliable):
        caused = {m.finding for m in base().conditions[case.truth].findings}
        hidden = frozenset(f for f, v in case.findings.items() if v is True and f in caused)
        harder.append(
            difficulty(base(), replace(case, telling=Telling(denied=hidden))) - difficulty(base(), case)
        )
    assert np.mean(harder) > 0.5


def test_more_conditions_and_more_distractors_make_it_harder() -> None:
    case = train_cases()[0]
    assert difficulty(base(), replace(case, active=(*case.active, "condition.copd"))) > difficulty(
        base(), case
    )
    assert difficulty(
        base(), replace(case, distractors=(*case.distractors, "finding.tinnitus"))
    ) > difficulty(base(), case)


def test_a_tier_that_does_not_turn_up_is_an_error_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wardround.simulation.generator.TIER_TRIES", 3)
    monkeypatch.setattr("wardround.simulation.generator.tier_of", lambda base, case: "easy")
    with pytest.raises(
        TierError, match="tier: no hard case of train in 3 tries: leave out tier or condition"
    ):
        generate(base(), "train", 0, tier="hard")
