"""Run as a script by the store tests: goes on with one visit as soon as it is told to, against another such process.

python race_stage.py FOLDER NAME       prints `won` or `lost`; waits for the file FOLDER/go
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bank import Branch, do, script
from crash_stage import Fate, SqliteLedger

from wardround.harness import Answering, Reviewer, SqliteStore, StoreConflict


def bank_at(folder: Path, reviewer: Reviewer) -> Branch:
    """A teller who pays a large sum, with everything kept in this folder."""
    return Branch(
        {"teller": script(do("identify"), do("transfer", to="Mia", amount=2_000))},
        ledger=SqliteLedger(folder / "ledger.db", Fate()),
        store=SqliteStore(folder / "log.db"),
        reviewer=reviewer,
    )


async def race(folder: Path, name: str) -> str:
    """Resume first, then wait for the start, then play: both hold the same log in their hands."""
    visit = await bank_at(folder, Answering("approve", name)).resume()
    (folder / f"{name}.ready").touch()
    while not (folder / "go").exists():
        time.sleep(0.001)  # noqa: ASYNC251
    try:
        outcome = await visit.run()
    except StoreConflict:
        return "lost"
    return "won" if outcome.status == "finished" else outcome.status


if __name__ == "__main__":
    print(asyncio.run(race(Path(sys.argv[1]), sys.argv[2])))  # noqa: T201
