"""What the harness costs: `python -m benchmarks.harness [--json] [--quick] [--runs N]`.

CPU microseconds a step with everything on (view, stub model, parse, mask, every clinical constraint, event, hash, log),
without and with a durable log, beside LangGraph and pydantic-ai, which play the same script with the same tools in the
same run; beside them a bare loop, which is a floor and no peer. Then disk, memory and import time. One JSON object on
standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness_floor import Floor
from benchmarks.harness_ours import Ours
from benchmarks.harness_work import STEPS, Work
from benchmarks.measuring import (
    System,
    disk,
    import_seconds,
    in_turns,
    interval,
    python_json,
    ratio_interval,
    surroundings,
)

PACKAGES = (
    "wardround",
    "pydantic",
    "orjson",
    "langgraph",
    "langgraph-checkpoint-sqlite",
    "langchain-core",
    "pydantic-ai-slim",
)
MODULES = ("wardround", "wardround.harness", "wardround.care")


@dataclass(frozen=True)
class Plan:
    """How much is measured: `runs` turns of about `turn` seconds each; `held` encounters are held open at once."""

    runs: int = 24
    turn: float = 0.1
    held: int = 1_000
    disk_visits: int = 10
    imports: int = 7


QUICK = Plan(runs=2, turn=0.001, held=40, disk_visits=1, imports=1)


async def measure(plan: Plan) -> dict[str, Any]:
    """Everything, as one report."""
    from benchmarks.harness_peers import durable_peers, durable_variants, peers, variants

    began, work = perf_counter(), Work.prepare()
    await Ours(work, durable=False).check()
    report = await _compared(
        [Ours(work, False), *peers(work), Floor(work, False), *variants(work)], len(peers(work)), plan
    )
    report["durable"] = await _compared(
        [Ours(work, True), *durable_peers(work), Floor(work, True), *durable_variants(work)],
        len(durable_peers(work)),
        plan,
    )
    on_disk: list[System] = [Ours(work, True), *durable_peers(work), Floor(work, True)]
    report["durable"]["disk_kb"] = {s.name: round(await disk(s, plan.disk_visits), 1) for s in on_disk}
    held = json.loads(python_json("benchmarks.harness_memory", str(plan.held)))
    report["memory"] = {"encounters": plan.held, "kb_an_encounter": held}
    report["import_seconds"] = {module: import_seconds(module, plan.imports) for module in MODULES}
    return {
        "task": "harness",
        "unit": "CPU microseconds a step, median",
        **report,
        "n": plan.runs,
        "steps": STEPS,
        "unscored": 0,
        "seconds": round(perf_counter() - began, 1),
        **surroundings(PACKAGES),
    }


async def _compared(systems: Sequence[System], peers: int, plan: Plan) -> dict[str, Any]:
    """Ours first, then so many peers, then what else is told of but not compared with."""
    taken = await in_turns(systems, plan.runs, plan.turn, STEPS)
    medians = {s.name: round(float(np.median(row)), 1) for s, row in zip(systems, taken, strict=True)}
    names = [s.name for s in systems]
    rivals, others = names[1 : 1 + peers], names[2 + peers :]
    return {
        "ours": medians["ours"],
        "peers": {name: medians[name] for name in rivals},
        "ratio": _ratio(taken, peers),
        "floor": medians["floor"],
        "variants": {name: medians[name] for name in others},
        "ci95": {name: interval(row) for name, row in zip(names, taken, strict=True)}
        | {"ratio": ratio_interval(taken[0], taken[1 : 1 + peers])},
    }


def _ratio(taken: NDArray[np.float64], peers: int) -> float:
    medians = np.median(taken, axis=1)
    return round(float(medians[1 : 1 + peers].min() / medians[0]), 2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.harness", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of indented JSON")
    parser.add_argument("--quick", action="store_true", help="measure next to nothing: to see that it works")
    parser.add_argument("--runs", type=int, default=Plan.runs, help="repeats of every system, in turns")
    given = parser.parse_args(arguments)
    plan = QUICK if given.quick else Plan(runs=max(2, given.runs))
    try:
        report = asyncio.run(measure(plan))
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed. Run: pip install 'wardround[bench]'")
    print(json.dumps(report, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
