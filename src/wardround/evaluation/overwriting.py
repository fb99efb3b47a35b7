"""A memory as it is usually built, to compare with: one entry for each thing, the newest statement replaces the last.

The same facade over another store. What is written about a thing (kind and concept, by the knowledge base's own id)
takes the place of what was there, whoever said it; reading a source again writes it again. Visits' summaries, plans and
answers to what was asked are kept side by side, as such memories do with episodes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from wardround.clinical import Fact, Patient
from wardround.memory import Memory, Naming

SIDE_BY_SIDE = ("summary", "plan", "social", "response", "procedure", "immunization")


class OverwritingStore:
    """Keeps the newest fact about each thing of each patient, and no other."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._newest: dict[str, dict[Hashable, Fact]] = {}
        self._stores: dict[str, Any] = {}
        self._who: dict[str, Patient] = {}
        self._moments = itertools.count(1)
        self._revisions: dict[str, int] = {}

    def write(self, facts: Sequence[Fact], *, patient_id: str) -> int:
        """Every fact is news: it replaces what was known about the same thing. There is nothing to settle, and no
        chain of corrections: the newest entry is all that there is."""
        facts = [replace(f, supersedes=None) for f in facts if f.kind != "settlement"]
        if not facts:
            return 0
        kept = self._newest.setdefault(patient_id, {})
        for fact in facts:
            key = self._key(fact)
            kept.pop(key, None)
            kept[key] = fact
        store = Memory().store
        store.write(tuple({f.id: f for f in kept.values()}.values()), patient_id=patient_id)
        self._stores[patient_id] = store
        self._revisions[patient_id] = next(self._moments)
        return len(facts)

    def _key(self, fact: Fact) -> Hashable:
        if fact.kind in SIDE_BY_SIDE:
            return fact.id
        return fact.kind, self._naming(fact.concept, fact.kind) or fact.concept.text.casefold()

    def revision(self, *, patient_id: str) -> int:
        """Another number after every write."""
        return self._revisions.get(patient_id, 0)

    def newer(self, *, patient_id: str, than: int | None) -> tuple[int, tuple[Fact, ...] | None]:
        """The revision of this store, not of the one inside, and all facts."""
        revision, store = self.revision(patient_id=patient_id), self._stores.get(patient_id)
        if revision == than:
            return revision, None
        return revision, () if store is None else tuple(store.read(patient_id=patient_id))

    def know(self, patient: Patient) -> None:
        """Remember who the patient is."""
        self._who[patient.id] = patient
        self._revisions[patient.id] = next(self._moments)

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is."""
        return self._who.get(patient_id)

    def patients(self) -> tuple[str, ...]:
        """Everybody of whom anything is kept."""
        return tuple(sorted({*self._who, *self._newest}))

    def close(self) -> None:
        """Let go of everything."""
        self._stores.clear()
        self._newest.clear()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Everything else as the patient's own store does it."""

        def call(*args: Any, **kwargs: Any) -> Any:
            store = self._stores.get(kwargs.get("patient_id", "")) or Memory().store
            return getattr(store, name)(*args, **kwargs)

        return call


def overwriting_memory(naming: Naming) -> Memory:
    """The facade over such a store."""
    store: Any = OverwritingStore(naming)
    return Memory(store, naming=naming)
