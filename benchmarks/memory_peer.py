"""LangGraph's SQLite store as a patient memory: a namespace for each patient, a JSON value for each fact.

It overwrites by key, keeps no history, and without an embedding model searches by namespace and fields alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardround.clinical import Fact
from wardround.memory import fact_to_json


@dataclass(frozen=True)
class LangGraphStore:
    """Writes and searches as its documentation shows."""

    store: Any

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[LangGraphStore]:
        """Open a new store, in WAL mode like ours."""
        from langgraph.store.sqlite import SqliteStore

        with SqliteStore.from_conn_string(str(path)) as store:
            store.setup()
            yield cls(store)

    def write(self, who: str, facts: Sequence[Fact]) -> None:
        """Put the facts of one write, in one batch."""
        from langgraph.store.base import PutOp

        self.store.batch([PutOp((who,), fact.id, fact_to_json(fact)) for fact in facts])

    def search(self, who: str, kind: str) -> list[Any]:
        """A patient's facts of one kind."""
        return list(self.store.search((who,), filter={"kind": kind}, limit=12))
