"""The outside systems of a small clinic: an order book that books once, and a door to this patient's memory."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from wardround.care.clinic import Clinic
from wardround.care.remembering import causes_of, fact_view
from wardround.harness import JSON, StoreError, ToolError
from wardround.memory import Memory, known_on

KIND_WORDS = {
    "allergies": "allergy",
    "medicines": "drug",
    "medication": "drug",
    "medications": "drug",
    "drugs": "drug",
    "tablets": "drug",
    "problems": "problem",
    "illnesses": "problem",
    "tests": "result",
    "results": "result",
    "visit": "summary",
    "visits": "summary",
    "plans": "plan",
}
"""Words of a topic that mean a kind of fact."""

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    key TEXT PRIMARY KEY, position INTEGER NOT NULL, patient_id TEXT NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID;
"""


class OrderBook:
    """Books orders in SQLite. The same key again is the same order: it is answered, not booked a second time."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        try:
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be opened as an order book: {error}.", fix="Give a SQLite file."
            ) from error

    async def call(self, request: JSON, key: str) -> JSON:
        """Book one order; how often it was asked for makes no difference."""
        row = (
            key,
            request["patient_id"],
            request["kind"],
            orjson.dumps(request, option=orjson.OPT_SORT_KEYS),
        )
        try:
            self._db.execute(
                "INSERT OR IGNORE INTO orders SELECT ?1, (SELECT coalesce(max(position), 0) + 1 FROM orders), ?2, ?3, ?4",
                row,
            )
        except sqlite3.Error as error:
            raise ToolError(
                f"the order could not be booked: {error}.", fix="Try again, or hand over."
            ) from error
        return {"ok": True, "id": key}

    def orders(self, *, patient_id: str) -> list[JSON]:
        """This patient's orders, oldest first."""
        rows = self._db.execute(
            "SELECT key, data FROM orders WHERE patient_id = ? ORDER BY position", (patient_id,)
        )
        return [{"id": key, **orjson.loads(data)} for key, data in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


@dataclass(frozen=True, slots=True)
class MemoryService:
    """Reads memory for one patient alone: a request for anybody else's is refused."""

    clinic: Clinic
    memory: Memory
    patient_id: str
    on: date

    async def call(self, request: JSON, key: str) -> JSON:
        """Facts whose words share something with the topic, newest first, with the events they came from."""
        if request["patient_id"] != self.patient_id:
            raise ToolError(
                "patient_id: that is another patient's record.", fix="Only this patient's can be read."
            )
        words = {w for w in re.split(r"[\W_]+", str(request["topic"]).lower()) if len(w) > 2}
        kinds = {KIND_WORDS.get(word, word) for word in words}
        scored = []
        everything = self.memory.facts(patient_id=self.patient_id, superseded=True)
        for place, fact in enumerate(known_on(everything, self.on)):
            text = f"{fact.concept.text} {fact.detail}".lower()
            hits = sum(1 for word in words if word in text) + (fact.kind in kinds)
            if hits:
                scored.append((-hits, -place, fact))
        chosen = [fact for _, _, fact in sorted(scored, key=lambda s: s[:2])[:12]]
        return {
            "facts": [fact_view(self.clinic, fact) for fact in chosen],
            "used": [list(ref) for fact in chosen for ref in causes_of(fact)],
        }
