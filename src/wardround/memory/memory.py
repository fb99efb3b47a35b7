"""Memory of patients: append-only facts, always of one named patient, and what can be said from them on any day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from wardround.clinical import Coding, Fact, FactKind, FactSource, Patient, fact_id
from wardround.memory import consulting, reading
from wardround.memory.brief import Brief, brief_of
from wardround.memory.conflicts import DECISIONS, Conflict, Decision, conflicts
from wardround.memory.context import DEFAULT_BUDGET, Context, about_tokens, plain_line
from wardround.memory.disclosure import Disclosed
from wardround.memory.errors import RememberingError
from wardround.memory.recall import Limits, Recollection
from wardround.memory.settling import settlements
from wardround.memory.shelf import Shelf
from wardround.memory.stores import open_store
from wardround.memory.timeline import Naming, Statement, known_on, statements, superseding_fault

if TYPE_CHECKING:
    from wardround.knowledge import Sensitivity
    from wardround.memory.asking import Answer, Lexicon, Question
    from wardround.memory.context import Context
    from wardround.memory.recall import Recollection
    from wardround.memory.recall_index import Index
    from wardround.memory.stores import AuditEntry, Erasure, FactStore
    from wardround.memory.vocabulary import Vocabulary
    from wardround.search import Embedder

MOST_PATIENTS_IN_MIND = 8
"""So many patients' facts are kept decoded; each is looked up anew when the store's revision moved. Few, for what is kept
is gone through by every full garbage collection: 256 in place of 8 doubled the 99th percentile of recall."""


class Memory:
    """What is remembered, of any number of patients.

    `where` is `:memory:` (the process alone), the path of a SQLite file, or a `postgresql://` address. `naming` gives
    our own id of what a record names, so that accounts in two vocabularies are recognised as the same statement.
    `embedder` (`wardround.search.embedder()`) lets recall find by meaning too, at some tens of milliseconds a question;
    without one it goes by structure, names and words.
    """

    def __init__(
        self,
        where: Path | str | FactStore = ":memory:",
        *,
        naming: Naming | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self.store: FactStore = open_store(where) if isinstance(where, str | Path) else where
        self.naming = naming
        self._lock = RLock()
        self._in_mind: OrderedDict[str, tuple[int, tuple[Fact, ...]]] = OrderedDict()
        self.shelf: Shelf[Index] = Shelf()
        self._names: Shelf[Lexicon] = Shelf()
        self.embedder = embedder

    # --- writing ---------------------------------------------------------------------------------------

    def write(self, facts: Iterable[Fact], *, patient_id: str) -> int:
        """Write facts, all or none; how many were new. A fact of another patient is refused, and nothing is written.

        The same id again is the same statement from the same source: it is kept as it was first written. A correction
        is refused where it is not about the statement that it supersedes.
        """
        new = tuple(facts)
        for fact in new:
            if fact.patient_id != patient_id:
                raise RememberingError(
                    f"fact {fact.id} is about {fact.patient_id}, not {patient_id}: write it under its own."
                )
        self._check_corrections(new, patient_id)
        return self.store.write(new, patient_id=patient_id)

    def _check_corrections(self, new: Sequence[Fact], patient_id: str) -> None:
        wanted = {f.supersedes for f in new if f.supersedes}
        if not wanted:
            return
        there = {f.id: f for f in self.store.read(patient_id=patient_id, ids=wanted)}
        there |= {f.id: f for f in new if f.id not in there}
        for fact in new:
            old = there.get(fact.supersedes or "")
            fault = superseding_fault(fact, old) if old is not None else None
            if fault:
                raise RememberingError(
                    f"fact {fact.id} cannot supersede {fact.supersedes}: {fault}. Correct a statement with one about "
                    "the same thing; what is something else is a fact of its own, and the old one is retracted."
                )

    def know(self, patient: Patient) -> None:
        """Remember who the patient is; the latest word counts."""
        self.store.know(patient)

    def retract(
        self, fact: str, *, patient_id: str, why: str, source: FactSource, at: datetime | None = None
    ) -> Fact:
        """Say of a fact that it was entered in error. It is kept, and counts no more from that day on."""
        (old,) = self.store.read(patient_id=patient_id, ids=[fact]) or (None,)
        if old is None:
            raise RememberingError(f"{fact}: {patient_id} has no such fact. Look at `memory show`.")
        detail = f"retracted: {why}"
        error = replace(
            old,
            id=fact_id(
                patient_id=patient_id,
                source=source,
                kind=old.kind,
                concept=old.concept,
                status="entered-in-error",
                certainty=old.certainty,
                detail=detail,
                part=old.id,
            ),
            status="entered-in-error",
            recorded=at or datetime.now(UTC),
            source=source,
            detail=detail,
            supersedes=old.id,
        )
        self.write([error], patient_id=patient_id)
        return error

    def settle(
        self,
        conflict: str,
        decision: Decision,
        *,
        patient_id: str,
        why: str,
        source: FactSource,
        at: datetime | None = None,
    ) -> tuple[Fact, ...]:
        """Decide an open conflict: the `first` account holds, the `second` does, `both` do, or it is `raised` with a
        physician and stays open."""
        moment = at or datetime.now(UTC)
        if decision not in DECISIONS:
            raise RememberingError(f"decision: {decision!r} is none. Use {', '.join(DECISIONS)}.")
        found = next(
            (c for c in self.conflicts(patient_id=patient_id, on=moment.date()) if c.id == conflict), None
        )
        if found is None:
            raise RememberingError(
                f"conflict: {patient_id} has no open {conflict}. `memory conflicts` lists what is open."
            )
        standing = self.statements(patient_id=patient_id, on=moment.date())
        facts = settlements(found, decision, standing, why=why, source=source, recorded=moment)
        self.write(facts, patient_id=patient_id)
        return facts

    def erase(
        self,
        *,
        patient_id: str,
        by: str,
        reason: str,
        facts: Sequence[str] | None = None,
        at: datetime | None = None,
    ) -> Erasure:
        """Erase by law, truly and audited: these facts, or with None the patient. What was erased cannot come back."""
        if not by.strip() or not reason.strip():
            raise RememberingError("by, reason: an erasure names who ordered it and why. Give both.")
        erased = self.store.erase(
            patient_id=patient_id, ids=facts, by=by, reason=reason, at=at or datetime.now(UTC)
        )
        with self._lock:
            self._in_mind.pop(patient_id, None)
        self.shelf.forget(patient_id)
        self._names.forget(patient_id)
        reading.forget_words()
        return erased

    # --- reading ---------------------------------------------------------------------------------------

    def facts(
        self, *, patient_id: str, kind: FactKind | None = None, superseded: bool = False
    ) -> tuple[Fact, ...]:
        """This patient's facts in the order of writing; those that a later one supersedes only if asked for."""
        everything = self._everything(patient_id)
        replaced = set() if superseded else {f.supersedes for f in everything if f.supersedes}
        return tuple(f for f in everything if (kind is None or f.kind == kind) and f.id not in replaced)

    def known(self, *, patient_id: str, on: date) -> tuple[Fact, ...]:
        """What stood on a day, corrections counted from when they came."""
        return tuple(known_on(self._everything(patient_id), on))

    def statements(self, *, patient_id: str, on: date) -> tuple[Statement, ...]:
        """What stood on a day, repeated statements as one with every source."""
        return statements(self._everything(patient_id), on, self.naming)

    def conflicts(self, *, patient_id: str, on: date) -> tuple[Conflict, ...]:
        """What contradicts itself on a day and has not been settled; what can harm first."""
        return conflicts(self._everything(patient_id), on, self.naming)

    def brief(self, *, patient_id: str, on: date) -> Brief:
        """What the next visit must know, as of a day."""
        return brief_of(self._everything(patient_id), on)

    def recall(
        self,
        query: str = "",
        *,
        patient_id: str,
        on: date,
        kinds: Collection[FactKind] | None = None,
        codes: Collection[str | tuple[str, str] | Coding] | None = None,
        since: date | None = None,
        until: date | None = None,
        history: bool = False,
        k: int = 12,
        role: str = "physician",
        purpose: str = "",
        by: str = "",
        concerns: Collection[Sensitivity] = (),
        vocabulary: Vocabulary | None = None,
    ) -> Recollection:
        """What stands about a question, as of a day: by kind, code, class and time, by words and by meaning.

        What was superseded, retracted or refuted comes with `history` alone. A role that does not need what is
        sensitive is told how much is withheld; asking with a `purpose` is written into the audit trail.
        """
        limits = Limits.of(kinds, codes, since, until, history, k)
        reader = reading.Reader(role, purpose, by, frozenset(concerns))
        return reading.recall(
            self, query, limits, reader, patient_id=patient_id, on=on, vocabulary=vocabulary
        )

    def ask(self, question: Question | str, *, patient_id: str, on: date) -> Answer:
        """The exact answer to a question, as a structure or in English, as of a day, with the facts that it rests on.

        Raises RememberingError for a sentence that is not understood; nothing is guessed.
        """
        from wardround.memory.asking import Entries, Lexicon, ask

        def made() -> Lexicon:
            patient, facts = self.patient(patient_id=patient_id), self._everything(patient_id)
            return Lexicon(Entries.of(facts, patient=patient, on=on))

        revision = self.store.revision(patient_id=patient_id)
        return ask(self._names.take(patient_id, revision, on, made), question)

    def consult(
        self,
        question: str,
        *,
        patient_id: str,
        on: date,
        k: int = 12,
        role: str = "physician",
        purpose: str = "",
        by: str = "",
        vocabulary: Vocabulary | None = None,
    ) -> consulting.Consulted:
        """`ask` and `recall` in one, as far as a role may see it, with the open conflicts that touch what is shown.

        Asking with a `purpose` writes one line into the audit trail, over everything that was shown.
        """
        limits, reader = Limits.of(None, None, None, None, False, k), reading.Reader(role, purpose, by)
        return consulting.consult(
            self, question, limits, reader, patient_id=patient_id, on=on, vocabulary=vocabulary
        )

    def context(
        self,
        *,
        patient_id: str,
        on: date,
        complaint: str = "",
        role: str = "attending",
        budget: int | None = None,
        count: Callable[[str], int] | None = None,
        purpose: str = "",
        by: str = "",
        about: Collection[str] = (),
        line: Callable[[Statement], str] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> Context:
        """What a visit begins with, under a budget of tokens that `count` counts; what found no room is named."""
        return reading.context(
            self,
            reading.Reader(role, purpose, by),
            patient_id=patient_id,
            on=on,
            complaint=complaint,
            budget=DEFAULT_BUDGET if budget is None else budget,
            count=count or about_tokens,
            about=about,
            line=line or plain_line,
            vocabulary=vocabulary,
        )

    def views(
        self,
        *,
        patient_id: str,
        on: date,
        role: str = "physician",
        purpose: str = "",
        by: str = "",
        concerns: Collection[Sensitivity] = (),
        vocabulary: Vocabulary | None = None,
    ) -> reading.Views:
        """The structured record, the history, laboratory trends, and the response to drugs."""
        reader = reading.Reader(role, purpose, by, frozenset(concerns))
        return reading.views(self, reader, patient_id=patient_id, on=on, vocabulary=vocabulary)

    def concerns(
        self,
        *,
        patient_id: str,
        on: date,
        complaint: str,
        about: Collection[str] = (),
        vocabulary: Vocabulary | None = None,
    ) -> frozenset[Sensitivity]:
        """The sensitive categories that a visit with this complaint is about, for this patient."""
        return reading.concerned(
            self, patient_id=patient_id, on=on, complaint=complaint, about=about, vocabulary=vocabulary
        )

    def disclosed(
        self,
        *,
        patient_id: str,
        on: date,
        role: str = "physician",
        purpose: str = "",
        by: str = "",
        concerns: Collection[Sensitivity] = (),
    ) -> Disclosed:
        """What stood on a day, as far as a role may see it, and how much is withheld: for whoever writes it out."""
        reader = reading.Reader(role, purpose, by, frozenset(concerns))
        return reading.disclosed_to(self, reader, patient_id=patient_id, on=on)

    def exported(
        self, *, patient_id: str, on: date, role: str = "physician", purpose: str = "", by: str = ""
    ) -> Disclosed:
        """What `disclosed` gives, for a copy that leaves: that it did is written into the audit trail."""
        return reading.exported(self, reading.Reader(role, purpose, by), patient_id=patient_id, on=on)

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is, or None where nobody of this id was ever seen."""
        return self.store.patient(patient_id=patient_id)

    def patients(self) -> tuple[str, ...]:
        """The ids of everybody who is remembered."""
        return self.store.patients()

    def audit(self, *, patient_id: str | None = None) -> tuple[AuditEntry, ...]:
        """Erasures, and who asked for what is withheld, oldest first."""
        return self.store.audit(patient_id=patient_id)

    def _everything(self, patient_id: str) -> tuple[Fact, ...]:
        return self.look(patient_id=patient_id)[1]

    def look(self, *, patient_id: str) -> tuple[int, tuple[Fact, ...]]:
        """The store's revision and all facts as of it, in the order of writing: one look serves one question whole."""
        with self._lock:
            known, facts = self._in_mind.get(patient_id, (None, ()))
        revision, newer = self.store.newer(patient_id=patient_id, than=known)
        if newer is not None:
            facts = newer
        with self._lock:
            self._in_mind[patient_id] = (revision, facts)
            self._in_mind.move_to_end(patient_id)
            while len(self._in_mind) > MOST_PATIENTS_IN_MIND:
                self._in_mind.popitem(last=False)
        return revision, facts

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
