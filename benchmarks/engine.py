"""What the local engine writes: `python -m benchmarks.engine [--json] [--quick] [--runs N] [--threads N]`.

Tokens a second at batch 1, 32 and 128, greedy, beside `transformers.generate` on the same model (random weights of
wardround-mini's shape, fp32), with the same prompts, in turns. Prompts are of unlike length and new in every run, so
that nothing is gone on from. CPU time of the process; with one thread, as measured here, that is a second of one core.
Then a conversation of several turns, where ours reads only what is new, what a mask costs, and whole encounters by
wardround-mini. One JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.engine_visits import encounters, shipped
from benchmarks.engine_work import Ours, Theirs, prompts, random_model
from benchmarks.measuring import interval, ratio_interval, surroundings

PACKAGES = ("wardround", "torch", "transformers", "llguidance")


@dataclass(frozen=True)
class Plan:
    """How much is measured: `runs` of each batch with `new` tokens each; conversations of `turns`; `masked` answers; `visits`
    whole encounters, `together` at once."""

    runs: int = 5
    batches: tuple[int, ...] = (1, 32, 128)
    new: int = 64
    repeats: int = 6
    turns: int = 6
    masked: int = 8
    visits: int = 48
    together: int = 32


QUICK = Plan(runs=2, batches=(1, 4), new=4, repeats=1, turns=2, masked=1, visits=1, together=1)


def measure(plan: Plan, threads: int) -> dict[str, Any]:
    """Everything, as one report."""
    began, network = perf_counter(), random_model(threads)
    ours, theirs = Ours(network), Theirs(network)
    taken, same = {}, {}
    for batch in plan.batches:
        repeats = plan.repeats if batch == 1 else 1
        taken[batch], same[batch] = _in_turns(ours, theirs, batch, plan, repeats)
    conversation = _conversation(ours, theirs, plan)
    masked = asyncio.run(_masked(ours, plan.masked))
    return {
        "task": "engine",
        "unit": "tokens a second of CPU, median",
        "ours": {str(batch): _median(rates[0]) for batch, rates in taken.items()},
        "peers": {theirs.name: {str(batch): _median(rates[1]) for batch, rates in taken.items()}},
        "ratio": {
            str(batch): round(float(np.median(rates[0]) / np.median(rates[1])), 2)
            for batch, rates in taken.items()
        },
        "ci95": {
            str(batch): {
                ours.name: interval(rates[0]),
                theirs.name: interval(rates[1]),
                "ratio": ratio_interval(1 / rates[0], 1 / rates[1:]),
            }
            for batch, rates in taken.items()
        },
        "same_tokens": {str(batch): share for batch, share in same.items()},
        "conversation": conversation,
        "mask_microseconds_a_token": masked,
        "encounters": encounters(plan.visits, plan.together) if shipped() else None,
        "n": plan.runs,
        "new_tokens": plan.new,
        "threads": threads,
        "unscored": 0,
        "seconds": round(perf_counter() - began, 1),
        **surroundings(PACKAGES),
    }


def _in_turns(
    ours: Ours, theirs: Theirs, batch: int, plan: Plan, repeats: int
) -> tuple[NDArray[np.float64], float]:
    """Tokens a second, `[ours or theirs, run]`, and the share of tokens that are the same."""
    warm = prompts(batch, 10_000)
    for warming in (ours.write, theirs.write):
        warming(warm, 2)
    rates, same = np.zeros((2, plan.runs)), []
    for run in range(plan.runs):
        given = [prompts(batch, run * 1_000 + repeat) for repeat in range(repeats)]
        written: dict[int, list[tuple[int, ...]]] = {}
        systems: list[tuple[int, Ours | Theirs]] = [(0, ours), (1, theirs)]
        for row, system in systems if run % 2 else reversed(systems):
            gc.collect()
            done = [system.write(each, plan.new) for each in given]
            rates[row, run] = batch * plan.new * repeats / sum(seconds for seconds, _ in done)
            written[row] = [ids for _, answers in done for ids in answers]
        pairs = zip(written[0], written[1], strict=True)
        same.append(np.mean([a == b for one, two in pairs for a, b in zip(one, two, strict=True)]))
    return rates, round(float(np.mean(same)), 4)


def _conversation(ours: Ours, theirs: Theirs, plan: Plan) -> dict[str, Any]:
    """A batch of conversations of so many turns: CPU seconds, and the tokens that ours read and found again."""
    batch = plan.batches[-2]
    before = ours.model.counts
    seconds = {}
    systems: tuple[Ours | Theirs, ...] = (ours, theirs)
    for system in systems:
        held, took = list(prompts(batch, 77)), 0.0
        for turn in range(plan.turns):
            spent, written = system.write(held, 16)
            took += spent
            new = prompts(batch, 1_000 + turn, 12, 24)
            held = [(*a, *b, *c) for a, b, c in zip(held, written, new, strict=True)]
        seconds[system.name] = round(took, 3)
    after = ours.model.counts
    return {
        "batch": batch,
        "turns": plan.turns,
        "seconds": seconds,
        "ratio": round(seconds[theirs.name] / seconds[ours.name], 2),
        "tokens_read": after.read - before.read,
        "tokens_found_again": after.reused - before.reused,
    }


async def _masked(ours: Ours, answers: int) -> float | None:
    """Microseconds a token for its mask; None where llguidance is not installed."""
    from wardround.models import ModelUnavailable

    try:
        done = [await ours.masked(call) for call in range(answers)]
    except ModelUnavailable:
        return None
    return round(1e6 * sum(seconds for _, seconds in done) / sum(tokens for tokens, _ in done), 1)


def _median(samples: NDArray[np.float64]) -> float:
    return round(float(np.median(samples)), 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of indented JSON")
    parser.add_argument("--quick", action="store_true", help="measure next to nothing: to see that it works")
    parser.add_argument("--runs", type=int, default=Plan.runs, help="repeats of both, in turns")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    given = parser.parse_args(arguments)
    plan = QUICK if given.quick else Plan(runs=max(2, given.runs))
    print(json.dumps(measure(plan, max(1, given.threads)), indent=None if given.json else 2))


if __name__ == "__main__":
    main()
