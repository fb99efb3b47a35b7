"""Rollouts: patients played in the harness by the policy that learns, many at once, so that its model draws in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from wardround.care import Clinic
from wardround.harness import Budgets, Event, Policy
from wardround.simulation import Case, consult

TOGETHER = 64
"""So many visits are on their way at once."""


async def rollouts(
    clinic: Clinic,
    cases: Sequence[Case],
    policy: Policy,
    *,
    seeds: Sequence[int],
    together: int = TOGETHER,
    budgets: Budgets | None = None,
) -> list[tuple[Event, ...]]:
    """The log of each case under its seed, in their order. The same arguments give the same logs at one batch size."""
    gate = asyncio.Semaphore(together)

    async def one(case: Case, seed: int) -> tuple[Event, ...]:
        async with gate:
            return (await consult(clinic, case, policy, seed=seed, budgets=budgets)).events

    return list(await asyncio.gather(*(one(c, s) for c, s in zip(cases, seeds, strict=True))))
