"""Whole encounters by wardround-mini: how many a minute, on one core and on two, and where the time goes."""

from __future__ import annotations

import asyncio
import cProfile
import pstats
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from time import perf_counter, process_time, thread_time
from typing import Any

from wardround.care import Clinic, policy_named
from wardround.harness import Decided
from wardround.knowledge import load
from wardround.models import MINI
from wardround.simulation import generate
from wardround.training import rollouts

ROOMS = (
    "models/local",
    "models/masks",
    "models",
    "care",
    "simulation",
    "harness",
    "knowledge",
    "language",
    "memory",
)
"""What time is counted to: the first that the file lies in."""


def shipped() -> bool:
    """Whether the model is in this installation."""
    return (MINI / "config.json").is_file()


def encounters(visits: int, together: int) -> dict[str, Any]:
    """`visits` a process, `together` at once; in one process with one thread, and in two at a time."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(_warm, range(2)))
        one = pool.submit(_played, 0, visits, together).result()
        began = perf_counter()
        both = [pool.submit(_played, k * visits, visits, together) for k in (1, 2)]
        done = [each.result() for each in both]
        wall = perf_counter() - began
        shares = pool.submit(_by_room, 3 * visits, visits, together).result()
    beside = one["thread"] / one["cpu"]
    return {
        "visits": visits,
        "together": together,
        "decisions": one["decisions"],
        "cpu_seconds_a_visit": round(one["cpu"] / visits, 3),
        "a_minute_on_one_core": round(60 * visits / one["wall"], 1),
        "a_minute_on_two_cores": round(60 * 2 * visits / wall, 1),
        "cpu_seconds_a_visit_on_two": round(sum(each["cpu"] for each in done) / (2 * visits), 3),
        "where": {"engine": round(1 - beside, 3), **{r: round(beside * s, 3) for r, s in shares.items()}},
    }


def _warm(number: int) -> None:
    _played(900_000 + number, 1, 1)


def _played(
    first: int, visits: int, together: int, profile: cProfile.Profile | None = None
) -> dict[str, float]:
    import torch

    torch.set_num_threads(1)
    clinic = Clinic(load())
    policy = policy_named("mini", clinic)
    cases = [generate(clinic.base, "train", first + k) for k in range(visits)]
    asyncio.run(rollouts(clinic, cases[:1], policy, seeds=[0]))
    wall, cpu, thread = perf_counter(), process_time(), thread_time()
    with profile or nullcontext():
        logs = asyncio.run(rollouts(clinic, cases, policy, seeds=list(range(visits)), together=together))
    decisions = sum(isinstance(event.body, Decided) for log in logs for event in log)
    return {
        "wall": perf_counter() - wall,
        "cpu": process_time() - cpu,
        "thread": thread_time() - thread,
        "decisions": round(decisions / visits, 1),
    }


def _by_room(first: int, visits: int, together: int) -> dict[str, float]:
    """The share of each room in what a profiled run does beside the engine, largest first."""
    profile = cProfile.Profile()
    _played(first, visits, together, profile)
    known: Mapping[tuple[str, int, str], Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    taken: dict[str, float] = defaultdict(float)
    for (path, _, _), (_, _, own, _, _) in known.items():
        inside = path.partition("/wardround/")[2]
        taken[next((room for room in ROOMS if inside.startswith(f"{room}/")), "python")] += own
    whole = sum(taken.values())
    return {room: own / whole for room, own in sorted(taken.items(), key=lambda one: -one[1])}
