"""The outside systems of a small clinic: an order book that books once, and a door to this patient's memory."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from wardround.care.clinic import Clinic
from wardround.care.remembering import fact_view
from wardround.harness import JSON, StoreError, ToolError
from wardround.memory import Memory, Recalled, Recollection, RememberingError, dictionary

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

    def erase(self, *, patient_id: str) -> int:
        """Delete this patient's orders by law; how many."""
        try:
            self._db.execute("PRAGMA secure_delete=ON")
            return self._db.execute("DELETE FROM orders WHERE patient_id = ?", (patient_id,)).rowcount
        except sqlite3.Error as error:
            raise StoreError(
                f"the orders could not be erased: {error}.", fix="Erase again when the file can be written."
            ) from error

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
        """`facts` about the topic, the best first, and the events `used` that they were learnt in.

        Beside `topic` a request may say `when`, `kind`, `past` and `purpose`, in which `role` it is asked, and what the
        visit is about (`complaint`, `about`): by that it is decided what of the sensitive is shown. What is not is
        counted in `withheld`; `note` says what of the question was not understood. Both stand there only if they say
        something.
        """
        if request["patient_id"] != self.patient_id:
            raise ToolError(
                "patient_id: that is another patient's record.", fix="Only this patient's can be read."
            )
        try:
            found = self._recall(request)
        except RememberingError as error:
            raise ToolError(str(error), fix="Ask in other words.") from error
        said = {"note": found.note, "withheld": found.withheld.note()}
        return {
            "facts": [self._view(item) for item in found.items],
            "used": [list(ref) for ref in found.causes],
            **{name: words for name, words in said.items() if words},
        }

    def _recall(self, request: JSON) -> Recollection:
        vocabulary = dictionary(self.clinic.base)
        complaint, role = str(request.get("complaint") or ""), str(request.get("role") or "attending")
        kind = request.get("kind")
        return self.memory.recall(
            " ".join(str(request.get(part) or "") for part in ("topic", "when")).strip(),
            patient_id=self.patient_id,
            on=self.on,
            kinds=[kind] if kind else None,
            history=bool(request.get("past")),
            role=role,
            purpose=str(request.get("purpose") or ""),
            by=f"{role} of {self.patient_id}'s visit of {self.on.isoformat()}",
            concerns=self.memory.concerns(
                patient_id=self.patient_id,
                on=self.on,
                complaint=complaint,
                about=request.get("about") or (),
                vocabulary=vocabulary,
            ),
            vocabulary=vocabulary,
        )

    def _view(self, item: Recalled) -> JSON:
        """A fact as agents see it, why it was found, and why it no longer stands, where it does not."""
        past = {"past": item.past} if item.past else {}
        return {**fact_view(self.clinic, item.fact), "because": list(item.because), **past}
