"""Every kind of store for the machine: how it is opened, how it dies in the middle of a write, and how it is found then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from memory_places import LASTING, PLACES, Where
from sqlalchemy import event

from wardround.memory import Memory
from wardround.memory.stores.sql import SqlStore


class Died(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class StoreKind:
    """`survives`: whether what was written outlives the process. What does not cannot die half-written either."""

    where: Where
    survives: bool

    def open(self) -> Memory:
        return Memory(self.where)

    def reopen(self, memory: Memory) -> Memory:
        """What the next process finds."""
        memory.close()
        return self.open()

    @contextmanager
    def dying(self, memory: Memory, after: int) -> Iterator[None]:
        """Within a transaction, so many statements pass; the next one never reaches the database."""
        assert isinstance(memory.store, SqlStore)
        engine, left = memory.store._open.engine, [after]

        def statement(*_: Any) -> None:
            if left[0] == 0:
                raise Died
            left[0] -= 1

        event.listen(engine, "before_cursor_execute", statement)
        try:
            with pytest.raises(Died):
                yield
        finally:
            event.remove(engine, "before_cursor_execute", statement)


def _kind(name: str, folder: Path) -> StoreKind:
    return StoreKind(PLACES[name](folder), name in LASTING)


KINDS: dict[str, Callable[[str, Path], StoreKind]] = dict.fromkeys(PLACES, _kind)
