"""A shelf of what was worked out for patients who were lately asked about: small, and thrown away when memory changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """One thing for each patient, revision of memory, and day; the least used goes first."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._lock = RLock()
        self._kept: OrderedDict[tuple[str, int, date], T] = OrderedDict()

    def take(self, patient_id: str, revision: int, on: date, make: Callable[[], T]) -> T:
        """What stands there, made where it is not there."""
        key = (patient_id, revision, on)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def forget(self, patient_id: str) -> None:
        """Drop what is kept of a patient."""
        with self._lock:
            for key in [k for k in self._kept if k[0] == patient_id]:
                del self._kept[key]
