"""What every store of memory promises: append-only facts of one named patient, erased only by law, and audited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from wardround.clinical import Fact, FactKind, Patient


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail: when, who, in which role, what was done, about what, and to whose record.

    `about` holds names (ids of facts, a category), never a record's words. `patient_id` is None where no one
    patient is meant; after a patient's erasure it is `erased:` and a keyed digest.
    """

    at: datetime
    by: str
    role: str
    what: str
    about: str = ""
    patient_id: str | None = None
    reason: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did: how many facts went, and why traces may be left in the files (empty: none are)."""

    count: int
    traces: str = ""


class FactStore(Protocol):
    """Facts, who the patients are, vectors, and the audit trail. Methods may be called from several threads.

    Refusals are `RememberingError`; nothing is half-written then. A closed store refuses everything but `close`.
    """

    def write(self, facts: Sequence[Fact], *, patient_id: str) -> int:
        """Write facts, all or none, in this order; how many were new.

        An id that is there already keeps what was first written; an id that was erased is not written again.
        """
        ...

    def read(
        self,
        *,
        patient_id: str,
        kinds: Collection[FactKind] | None = None,
        ids: Collection[str] | None = None,
    ) -> tuple[Fact, ...]:
        """This patient's facts in the order of writing; only these kinds, only these ids, where given."""
        ...

    def coded(self, *, patient_id: str, codes: Collection[tuple[str, str]]) -> tuple[Fact, ...]:
        """This patient's facts that carry any of these (system, code), in the order of writing."""
        ...

    def matching(self, *, patient_id: str, words: Sequence[str], limit: int) -> tuple[str, ...]:
        """Ids of this patient's facts that contain any of the words: those with the most words first, then the latest.

        A word is matched whole and without regard to case or accents; Chinese, Japanese and Korean words are found
        inside longer ones. Words are data: nothing in them is query syntax.
        """
        ...

    def revision(self, *, patient_id: str) -> int:
        """A number that is another after every write, correction of who the patient is, and erasure.

        No number comes twice, so that a cache kept under it is never taken for a newer one; 0: nothing is kept.
        """
        ...

    def newer(self, *, patient_id: str, than: int | None) -> tuple[int, tuple[Fact, ...] | None]:
        """The revision, and all facts as `read` gives them; None in their place where the revision is still `than`."""
        ...

    def know(self, patient: Patient) -> None:
        """Remember who the patient is; the latest word counts."""
        ...

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is, or None where nobody of this id was ever made known."""
        ...

    def patients(self) -> tuple[str, ...]:
        """Ids of all patients of whom anything is kept, sorted."""
        ...

    def erase(
        self, *, patient_id: str, ids: Collection[str] | None, by: str, reason: str, at: datetime
    ) -> Erasure:
        """Erase by law: these facts, or with `ids=None` the patient; from tables, indexes, vectors and files.

        What stays is one line of the audit trail and, for each erased id, a keyed digest that keeps a late writer
        from bringing the fact back. With `ids=None` older lines of the trail lose the patient's name as well.
        """
        ...

    def note(self, entry: AuditEntry) -> None:
        """Add a line to the audit trail."""
        ...

    def audit(self, *, patient_id: str | None = None) -> tuple[AuditEntry, ...]:
        """The audit trail in the order of writing: of one patient (erased ones included), or with None all of it."""
        ...

    def keep_vectors(self, *, patient_id: str, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep embeddings by fact id; those of facts that are not there (any more) are dropped."""
        ...

    def vectors(self, *, patient_id: str, model: str) -> dict[str, bytes]:
        """The embeddings kept for this patient's facts, by fact id."""
        ...

    def backup(self, path: Path | str) -> None:
        """Write one consistent copy of everything to a file, while writers go on. Any store can restore it."""
        ...

    def restore(self, path: Path | str) -> None:
        """Take a backup into this store, whole or not at all. Refused unless the store is empty."""
        ...

    def close(self) -> None:
        """Let go of the file or the server. Closing twice is closing once."""
        ...
