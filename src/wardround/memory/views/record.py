"""The structured record: what stands on a day, by section, what is current apart from what is past."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date

from wardround.clinical import Fact
from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import Entry, entry_of, is_current, newest_first
from wardround.memory.vocabulary import PREGNANCY, Vocabulary, shipped


@dataclass(frozen=True, slots=True)
class RecordView:
    """Each section newest first. `values` holds the latest of each quantity; `trends` has the others."""

    patient_id: str
    on: str
    allergies: tuple[Entry, ...] = ()
    no_allergies: tuple[Entry, ...] = ()
    """Statements that there are none."""
    pregnancy: tuple[Entry, ...] = ()
    drugs: tuple[Entry, ...] = ()
    past_drugs: tuple[Entry, ...] = ()
    problems: tuple[Entry, ...] = ()
    past_problems: tuple[Entry, ...] = ()
    refuted: tuple[Entry, ...] = ()
    directives: tuple[Entry, ...] = ()
    values: tuple[Entry, ...] = ()
    findings: tuple[Entry, ...] = ()
    procedures: tuple[Entry, ...] = ()
    immunizations: tuple[Entry, ...] = ()
    social: tuple[Entry, ...] = ()
    responses: tuple[Entry, ...] = ()
    plans: tuple[Entry, ...] = ()
    visits: tuple[Entry, ...] = ()

    def sections(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """Name and entries of each section that has any."""
        named = ((f.name.replace("_", " "), getattr(self, f.name)) for f in fields(self)[2:])
        return tuple((name, entries) for name, entries in named if entries)


def record_view(
    statements: Iterable[Statement], *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> RecordView:
    """The record as it stands on a day."""
    words = vocabulary or shipped()
    everything = newest_first(list(statements))

    def of(kind: str, which: Callable[[Fact], bool]) -> tuple[Entry, ...]:
        return tuple(entry_of(s) for s in everything if s.fact.kind == kind and which(s.fact))

    def current(fact: Fact) -> bool:
        return is_current(fact, on) and not denies_all(fact)

    def past(fact: Fact) -> bool:
        return not current(fact) and fact.status != "refuted" and not denies_all(fact)

    def carried(fact: Fact) -> bool:
        return words.meaning(fact).slug == PREGNANCY

    return RecordView(
        patient_id=patient_id,
        on=on.isoformat(),
        allergies=of("allergy", lambda f: f.status != "refuted" and not denies_all(f)),
        no_allergies=of("allergy", lambda f: f.status == "refuted" or denies_all(f)),
        pregnancy=tuple(
            entry_of(s)
            for s in everything
            if s.fact.kind in ("problem", "finding") and carried(s.fact) and is_current(s.fact, on)
        ),
        drugs=of("drug", current),
        past_drugs=of("drug", past),
        problems=of("problem", lambda f: current(f) and not carried(f)),
        past_problems=of("problem", past),
        refuted=tuple(
            entry_of(s) for s in everything if s.fact.status == "refuted" and s.fact.kind != "allergy"
        ),
        directives=of("directive", current),
        values=_latest(everything, words),
        findings=of("finding", lambda f: current(f) and not carried(f)),
        procedures=of("procedure", _stands),
        immunizations=of("immunization", _stands),
        social=of("social", current),
        responses=of("response", _stands),
        plans=of("plan", current),
        visits=of("summary", _stands),
    )


def _stands(fact: Fact) -> bool:
    return fact.status != "refuted"


def _latest(everything: list[Statement], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """Of each quantity the newest result."""
    latest: dict[object, Entry] = {}
    for statement in everything:
        fact = statement.fact
        if fact.kind == "result" and _stands(fact):
            codes = frozenset((c.system, c.code) for c in fact.concept.codings)
            key = vocabulary.meaning(fact).slug or codes or fact.concept.text.casefold()
            latest.setdefault(key, entry_of(statement))
    return tuple(latest.values())
