"""A question as a reader may have it answered: exact answer, what bears on it, open conflicts; one line in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wardround.clinical import Fact
from wardround.memory import reading
from wardround.memory.conflicts import Conflict
from wardround.memory.disclosure import disclosed
from wardround.memory.errors import NotUnderstood
from wardround.memory.reading import Reader
from wardround.memory.recall import Limits, Recollection
from wardround.memory.timeline import Statement
from wardround.memory.vocabulary import Vocabulary, shipped

if TYPE_CHECKING:
    from wardround.memory.asking import Answer, Question
    from wardround.memory.memory import Memory


@dataclass(frozen=True)
class Told:
    """The exact answer and the facts that it rests on. None where the words are no exact question, or where it rests on
    what this reader may not see whole: `withheld` says on how many such entries."""

    answer: Answer | None = None
    rests_on: tuple[Fact, ...] = ()
    withheld: int = 0
    purpose: bool = False

    def note(self) -> str:
        """What is said in place of a withheld answer. Empty where there is none."""
        if not self.withheld:
            return ""
        entries = "entry" if self.withheld == 1 else "entries"
        more = "this role may not see them" if self.purpose else "ask with a purpose"
        return f"an answer rests on {self.withheld} withheld {entries}; {more}"


@dataclass(frozen=True)
class Consulted:
    """The exact answer, what bears on the words, and the open conflicts that touch either."""

    told: Told
    found: Recollection
    conflicts: tuple[Conflict, ...] = ()


def consult(
    memory: Memory,
    question: str,
    limits: Limits,
    reader: Reader,
    *,
    patient_id: str,
    on: date,
    vocabulary: Vocabulary | None = None,
) -> Consulted:
    """Answer, what bears on the words, and their conflicts. One audit line counts what both showed, each entry once."""
    words = vocabulary or shipped()
    found = reading.looked_up(
        memory, question, limits, reader, patient_id=patient_id, on=on, vocabulary=words
    )
    told = _told(memory, question, reader, words, patient_id=patient_id, on=on)
    seen = {f.id for item in found.items for f in (item.statement.fact, *item.statement.facts)}
    if reader.purpose.strip():
        more = _as_statements(f for f in told.rests_on if f.id not in seen)
        shown = [*(item.statement for item in found.items), *more]
        reading.note(memory, reader, reading.asked_for("recall"), shown, patient_id, words)
    touched = seen | {f.id for f in told.rests_on}
    open_ones = reading.conflicts_for(memory, reader, patient_id=patient_id, on=on, vocabulary=words)
    return Consulted(told, found, tuple(c for c in open_ones if {c.first.id, c.second.id} & touched))


def _told(
    memory: Memory, question: Question | str, reader: Reader, words: Vocabulary, *, patient_id: str, on: date
) -> Told:
    try:
        answer = memory.ask(question, patient_id=patient_id, on=on)
    except NotUnderstood:
        return Told()
    facts = {f.id: f for f in memory.facts(patient_id=patient_id, superseded=True)}
    rests_on = tuple(facts[one] for one in answer.facts if one in facts)
    seen = disclosed(_as_statements(rests_on), reader.disclosure, words)
    if not seen.whole:
        return Told(withheld=len(seen.hidden), purpose=bool(reader.purpose.strip()))
    return Told(answer, rests_on)


def _as_statements(facts: Iterable[Fact]) -> list[Statement]:
    return [Statement(f, (f,)) for f in facts]
