"""The floor of `benchmarks.harness`: a bare loop that validates and runs the same tools, and appends to a bare WAL log.

No view, no rule, no event, no hash, no renderer: a floor, not a peer.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

import orjson

from benchmarks.harness_work import Work


@dataclass(frozen=True)
class Floor:
    """Validates with pydantic, awaits the tool."""

    work: Work
    durable: bool
    name: str = field(default="floor")

    async def play(self, visits: int, path: Path) -> float:
        """CPU seconds of so many visits."""
        inputs, bodies, written = self.work.inputs, self.work.bodies, self.work.written[:-1]
        log = self._log(path) if self.durable else None
        began = process_time()
        for _ in range(visits):
            for tool, text in written:
                given = inputs[tool].model_validate_json(text)
                output = await bodies[tool](given)
                if log is not None:
                    log.execute("INSERT INTO steps (text, output) VALUES (?,?)", (text, orjson.dumps(output)))
        spent = process_time() - began
        if log is not None:
            log.close()
        return spent

    def _log(self, path: Path) -> sqlite3.Connection:
        log = sqlite3.connect(path, isolation_level=None)
        log.execute("PRAGMA journal_mode=WAL")
        log.execute("PRAGMA synchronous=NORMAL")
        log.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, text TEXT, output BLOB)")
        return log
