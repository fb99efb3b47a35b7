"""What simulated practice costs: `python -m benchmarks.simulation [--json] [--quick] [--runs N]`.

Encounters of twenty scripted steps a second and core, through the whole harness: view, mask, every clinical
constraint, a standardised patient, the reading of what the patient says, event, hash, log. The same with patients who
were never met before. Then whole visits (record read, door opened, memory written), cases generated, the planner's
visits, visits scored. CPU time, one core, medians over runs. One JSON object on standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measuring import interval, surroundings
from benchmarks.simulation_work import STEPS, Practice

PACKAGES = ("wardround", "pydantic", "orjson", "numpy", "rapidfuzz")
Turn = Callable[[int], Awaitable[float]]
"""CPU seconds of so many repeats."""


@dataclass(frozen=True)
class Plan:
    """How much is measured: `runs` turns of `encounters` scripted encounters, `cases` cases, `visits` visits."""

    runs: int = 15
    encounters: int = 200
    cases: int = 40
    visits: int = 10


QUICK = Plan(runs=2, encounters=2, cases=1, visits=1)


async def measure(plan: Plan) -> dict[str, Any]:
    """Everything, as one report."""
    began, practice = perf_counter(), Practice.prepare()
    await practice.check()
    measured: dict[str, tuple[Turn, int]] = {
        "encounters_per_second_per_core": (practice.encounters, plan.encounters),
        "with_new_patients_per_second": (practice.new_patients, plan.visits * 4),
        "whole_visits_per_second": (practice.whole_visits, plan.visits * 2),
        "cases_per_second": (practice.cases, plan.cases),
        "planner_visits_per_second": (practice.planner_visits, plan.visits),
        "scores_per_second": (practice.scores, plan.visits * 2),
    }
    rates = await _in_turns(measured, plan.runs)
    return {
        "task": "simulation",
        "unit": "a second of CPU on one core, median",
        **{name: round(float(np.median(row)), 1) for name, row in rates.items()},
        "ci95": {name: interval(row) for name, row in rates.items()},
        "n": plan.runs,
        "steps": STEPS,
        "unscored": 0,
        "seconds": round(perf_counter() - began, 1),
        **surroundings(PACKAGES),
    }


async def _in_turns(measured: dict[str, tuple[Turn, int]], runs: int) -> dict[str, Any]:
    """Repeats a CPU second, by name and run. What is measured takes turns, so that a slow minute hits all of it."""
    for turn, _ in measured.values():
        await turn(1)
    gc.collect()
    gc.freeze()
    rates = {name: np.zeros(runs) for name in measured}
    for run in range(runs):
        for name, (turn, repeats) in measured.items():
            gc.collect()
            rates[name][run] = repeats / await turn(repeats)
    return rates


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of indented JSON")
    parser.add_argument("--quick", action="store_true", help="measure next to nothing: to see that it works")
    parser.add_argument("--runs", type=int, default=Plan.runs, help="repeats of everything, in turns")
    given = parser.parse_args(arguments)
    plan = QUICK if given.quick else Plan(runs=max(2, given.runs))
    print(json.dumps(asyncio.run(measure(plan)), indent=None if given.json else 2))


if __name__ == "__main__":
    main()
