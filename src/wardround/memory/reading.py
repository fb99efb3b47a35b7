"""What memory gives to a reader: recall, the context of a visit, and the views, each as far as the reader may see.

Asking with a purpose for what is withheld is written into the audit trail, whether or not anything was found.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from wardround.clinical import Fact
from wardround.memory import recall_index, sensitivity
from wardround.memory.brief import Brief, brief_of
from wardround.memory.conflicts import Conflict, conflicts
from wardround.memory.context import Context, Count, Line, Materials, context_of, plain_line
from wardround.memory.disclosure import (
    Disclosed,
    Disclosure,
    Withheld,
    concerns,
    conflict_for,
    disclosed,
    fact_for,
)
from wardround.memory.errors import RememberingError
from wardround.memory.recall import LONGEST_QUERY, Asked, Limits, Recollection, read_question, recall_from
from wardround.memory.recall_index import Index, Sense
from wardround.memory.recall_narrow import LONG, narrowed
from wardround.memory.sensitivity import NONE, Categories, marks_of
from wardround.memory.stores import AuditEntry
from wardround.memory.timeline import Statement, statements
from wardround.memory.views import (
    History,
    RecordView,
    Response,
    Trend,
    history_view,
    record_view,
    responses,
    trends,
)
from wardround.memory.vocabulary import Vocabulary, dictionary, shipped

if TYPE_CHECKING:
    from wardround.memory.memory import Memory

LONGEST_PURPOSE = 500
Look = tuple[int, tuple[Fact, ...]]
"""The store's revision, and a patient's facts as of it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `role` by the table of disclosure, `by` a name for the audit trail, `purpose` why they ask for what is
    withheld, `concerns` the categories that the visit is about."""

    role: str = "physician"
    purpose: str = ""
    by: str = ""
    concerns: Categories = NONE

    def __post_init__(self) -> None:
        if len(self.purpose) > LONGEST_PURPOSE:
            raise RememberingError(
                f"purpose: {len(self.purpose)} characters. Say it in at most {LONGEST_PURPOSE}."
            )

    @property
    def disclosure(self) -> Disclosure:
        """What they may see."""
        return Disclosure(self.role, self.concerns, self.purpose)


@dataclass(frozen=True)
class Views:
    """The views that M4 names, of one patient as of a day, and what of it this reader may not see."""

    record: RecordView
    history: History
    trends: tuple[Trend, ...]
    responses: tuple[Response, ...]
    withheld: Withheld = field(default_factory=Withheld)


def index_of(
    memory: Memory, patient_id: str, on: date, vocabulary: Vocabulary | None = None, look: Look | None = None
) -> Index:
    """The patient's statements ready to be searched, from the shelf where memory has not changed since."""
    words = vocabulary or shipped()
    revision, facts = look or memory.look(patient_id=patient_id)

    def made() -> Index:
        standing = statements(facts, on, memory.naming)
        return Index(facts, standing, words, on, partial(_born, memory, patient_id))

    return memory.shelf.take(patient_id, revision, on, made)


def forget_words() -> None:
    """Drop every text that was looked up for anybody: after an erasure nothing of it is left in the process either."""
    for kept in (sensitivity._words, sensitivity._phrases, sensitivity._about, recall_index._words_of):
        kept.cache_clear()
    dictionary.cache_clear()
    shipped.cache_clear()


def _born(memory: Memory, patient_id: str) -> date | None:
    patient = memory.patient(patient_id=patient_id)
    return patient.birth.middle() if patient is not None and patient.birth is not None else None


def recall(
    memory: Memory,
    query: str,
    limits: Limits,
    reader: Reader,
    *,
    patient_id: str,
    on: date,
    vocabulary: Vocabulary | None = None,
) -> Recollection:
    """What memory holds about a question, as of a day."""
    words = vocabulary or shipped()
    found = looked_up(memory, query, limits, reader, patient_id=patient_id, on=on, vocabulary=words)
    if reader.purpose.strip():
        note(memory, reader, asked_for("recall"), [item.statement for item in found.items], patient_id, words)
    return found


def looked_up(
    memory: Memory,
    query: str,
    limits: Limits,
    reader: Reader,
    *,
    patient_id: str,
    on: date,
    vocabulary: Vocabulary,
) -> Recollection:
    """The same without a line in the audit trail: whoever calls this writes it, over all that was shown."""
    to, words = reader.disclosure, vocabulary
    look = memory.look(patient_id=patient_id)
    if len(look[1]) > LONG:
        index = _narrow(memory, look[1], query, limits, to, words, patient_id, on)
    else:
        index = index_of(memory, patient_id, on, words, look)
    sense = _sense(memory, patient_id)
    found = recall_from(index, _asked(index, query, to), limits, to, sense)
    if sense is not None and sense.new:
        memory.store.keep_vectors(patient_id=patient_id, model=sense.embedder.name, vectors=sense.new)
    return found


def _asked(index: Index, query: str, to: Disclosure) -> Asked:
    return read_question(query, lambda: index.facts_for(to), index.on, lambda: index.born, index.vocabulary)


def _narrow(
    memory: Memory,
    facts: tuple[Fact, ...],
    query: str,
    limits: Limits,
    to: Disclosure,
    words: Vocabulary,
    patient_id: str,
    on: date,
) -> Index:
    """Of a long record, what the question may be about."""
    birth = partial(_born, memory, patient_id)
    whole = Index(facts, (), words, on, birth)
    return narrowed(
        facts,
        _asked(whole, query, to).wanted,
        on,
        words,
        by_words=lambda said, most: memory.store.matching(patient_id=patient_id, words=said, limit=most),
        naming=memory.naming,
        birth=birth,
        codes=limits.codes,
        kinds=frozenset(limits.kinds),
    )


def _sense(memory: Memory, patient_id: str) -> Sense | None:
    if memory.embedder is None:
        return None
    return Sense(memory.embedder, memory.store.vectors(patient_id=patient_id, model=memory.embedder.name))


def context(
    memory: Memory,
    reader: Reader,
    *,
    patient_id: str,
    on: date,
    complaint: str,
    budget: int,
    count: Count,
    about: Collection[str] = (),
    line: Line = plain_line,
    vocabulary: Vocabulary | None = None,
) -> Context:
    """What a visit begins with, under a budget of tokens. `about`: entries that the complaint is known to mean; `line`:
    how a statement is going to be read, where that is not memory's own way."""
    if budget < 1:
        raise RememberingError(f"budget: {budget} tokens. Give at least 1; what finds no room is named.")
    look = memory.look(patient_id=patient_id)
    index = index_of(memory, patient_id, on, vocabulary, look)
    touched = concerns(complaint, index.statements, on=on, vocabulary=index.vocabulary, about=about)
    reader = replace(reader, concerns=reader.concerns | touched)
    to = reader.disclosure
    seen, _, _ = index.seen_by(to, history=False)
    recalled = recall_from(index, _asked(index, complaint[:LONGEST_QUERY], to), Limits(), to)
    found = (conflict_for(c, to, index.vocabulary) for c in conflicts(look[1], on, memory.naming))
    made_of = Materials(
        brief=brief_for(brief_of(look[1], on), to, index.vocabulary),
        statements=seen.shown,
        conflicts=tuple(c for c in found if c is not None),
        recalled=recalled,
        on=on,
        vocabulary=index.vocabulary,
        line=line,
        concerns=reader.concerns,
    )
    made = context_of(made_of, budget=budget, count=count, withheld=seen.withheld)
    if reader.purpose.strip():
        note(memory, reader, asked_for("context"), seen.shown, patient_id, index.vocabulary)
    return made


def concerned(
    memory: Memory,
    *,
    patient_id: str,
    on: date,
    complaint: str,
    about: Collection[str] = (),
    vocabulary: Vocabulary | None = None,
) -> Categories:
    """The sensitive categories that a visit is about."""
    index = index_of(memory, patient_id, on, vocabulary)
    return concerns(complaint, index.statements, on=on, vocabulary=index.vocabulary, about=about)


def disclosed_to(
    memory: Memory, reader: Reader, *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> Disclosed:
    """Everything that stands, refuted statements too, as far as a reader may see it."""
    index = index_of(memory, patient_id, on, vocabulary)
    found = disclosed(index.statements, reader.disclosure, index.vocabulary)
    if reader.purpose.strip():
        note(memory, reader, asked_for("record"), found.shown, patient_id, index.vocabulary)
    return found


def exported(
    memory: Memory, reader: Reader, *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> Disclosed:
    """The same for whoever hands it out: that is written into the audit trail, with a purpose or without."""
    index = index_of(memory, patient_id, on, vocabulary)
    found = disclosed(index.statements, reader.disclosure, index.vocabulary)
    note(memory, reader, "exported", found.shown, patient_id, index.vocabulary)
    return found


def brief_for(brief: Brief, to: Disclosure, vocabulary: Vocabulary) -> Brief:
    """A brief as a reader may see it."""
    if not to.hidden:
        return brief

    def seen(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        return tuple(f for f in (fact_for(one, to, vocabulary) for one in facts) if f is not None)

    return replace(
        brief,
        allergies=seen(brief.allergies),
        drugs=seen(brief.drugs),
        problems=seen(brief.problems),
        values=seen(brief.values),
        findings=seen(brief.findings),
        summaries=seen(brief.summaries),
    )


def views(
    memory: Memory, reader: Reader, *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> Views:
    """Record, history, trends and responses as of a day."""
    index = index_of(memory, patient_id, on, vocabulary)
    to, words = reader.disclosure, index.vocabulary
    seen, _, _ = index.seen_by(to, history=False)
    refuted = [s for s in index.statements if s.fact.status == "refuted"]
    shown = (*seen.shown, *index.also_seen(refuted, to))
    told = (fact_for(f, to, words) for f in index.facts if f.kind == "drug" and f.recorded.date() <= on)
    made = Views(
        record=record_view(shown, patient_id=patient_id, on=on, vocabulary=words),
        history=history_view(seen.shown, patient_id=patient_id, on=on, vocabulary=words),
        trends=trends(seen.shown, vocabulary=words),
        responses=responses(seen.shown, on=on, accounts=[f for f in told if f is not None], vocabulary=words),
        withheld=seen.withheld,
    )
    if reader.purpose.strip():
        note(memory, reader, asked_for("views"), seen.shown, patient_id, index.vocabulary)
    return made


def conflicts_for(
    memory: Memory, reader: Reader, *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> tuple[Conflict, ...]:
    """The open contradictions, as a reader may see them."""
    words = vocabulary or shipped()
    found = memory.conflicts(patient_id=patient_id, on=on)
    seen = (conflict_for(c, reader.disclosure, words) for c in found)
    return tuple(c for c in seen if c is not None)


def asked_for(what: str) -> str:
    """How the audit trail names what was asked for with a purpose."""
    return f"asked with a purpose: {what}"


def note(
    memory: Memory,
    reader: Reader,
    what: str,
    shown: Collection[Statement],
    patient_id: str,
    vocabulary: Vocabulary,
) -> None:
    """The line in the audit trail: who asked, why, for which categories, and how many entries they saw."""
    need = reader.disclosure.need
    asked = [marks_of(s.fact, vocabulary).all for s in shown]
    touched = sorted({c for marks in asked for c in marks})
    refused = "" if need.of else "; the role may have none"
    memory.store.note(
        AuditEntry(
            at=datetime.now(UTC),
            by=reader.by or reader.role,
            role=reader.role,
            what=what,
            about=f"{', '.join(touched) or 'nothing sensitive'}{refused}",
            patient_id=patient_id,
            reason=reader.purpose.strip(),
            count=sum(1 for marks in asked if marks),
        )
    )
