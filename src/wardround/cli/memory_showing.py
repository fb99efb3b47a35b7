"""`memory show`, `as-of` and `conflicts`: what stands, what was known, what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from rich.padding import Padding

from wardround.cli.memory_patients import (
    conflict_json,
    day,
    kind_of,
    patient_json,
    patient_of,
    statement_json,
)
from wardround.cli.memory_readers import Reader, say_withheld
from wardround.cli.output import one_line, out, print_json, width_of, words
from wardround.cli.stores import Place, opened
from wardround.clinical import Fact, FactKind, Patient
from wardround.memory import Conflict, Disclosed, Statement, dictionary, is_current, source_words, value_words

MOST_SOURCES = 2


def show(
    who: str,
    on: date | None,
    kind: str | None,
    reader: Reader,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """What stands today; with a day, what of it was so on that day."""
    wanted = kind_of(kind)
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        seen, open_ones = _seen(place, patient.id, date.today(), reader)
    found = seen.shown
    if on is not None:
        found = tuple(s for s in found if _so_on(s.fact, on))
    found = _of_kind(found, wanted)
    if as_json:
        print_json(
            {
                "patient": patient_json(patient),
                "on": day(on).isoformat(),
                "statements": [statement_json(s) for s in found],
                "conflicts": [conflict_json(c) for c in open_ones],
                "withheld": dict(seen.withheld.counts),
            }
        )
        return
    title = f"what was so on {on.isoformat()}, as known today" if on else "what stands today"
    _print(patient, title, found)
    _say_conflicts(open_ones)
    say_withheld(seen.withheld)


def as_of(
    who: str,
    on: date,
    kind: str | None,
    reader: Reader,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """What was known on a day."""
    wanted = kind_of(kind)
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        seen, open_then = _seen(place, patient.id, on, reader)
    found = _of_kind(seen.shown, wanted)
    if as_json:
        print_json(
            {
                "patient": patient_json(patient),
                "as_of": on.isoformat(),
                "statements": [statement_json(s) for s in found],
                "conflicts": [conflict_json(c) for c in open_then],
                "withheld": dict(seen.withheld.counts),
            }
        )
        return
    _print(patient, f"what was known on {on.isoformat()}", found)
    _say_conflicts(open_then)
    say_withheld(seen.withheld)


def _seen(place: Place, patient_id: str, on: date, reader: Reader) -> tuple[Disclosed, tuple[Conflict, ...]]:
    """What stood on a day and what contradicts itself, as far as this reader may see it."""
    memory = place.ward.memory
    seen = memory.disclosed(
        patient_id=patient_id, on=on, role=reader.role, purpose=reader.purpose, by=reader.by
    )
    found = memory.conflicts(patient_id=patient_id, on=on)
    return seen, reader.conflicts(found, dictionary(place.ward.clinic.base))


def conflicts(who: str, on: date | None, store: Path | None, memory: str | None, as_json: bool) -> None:
    """Open contradictions."""
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        found = place.ward.memory.conflicts(patient_id=patient.id, on=day(on))
    if as_json:
        print_json({"patient": patient_json(patient), "conflicts": [conflict_json(c) for c in found]})
        return
    if not found:
        out.print(
            one_line(f"Nothing in {patient.name or patient.id}'s record contradicts itself."), markup=False
        )
    _say_conflicts(found)


def _of_kind(found: Sequence[Statement], kind: FactKind | None) -> tuple[Statement, ...]:
    return tuple(s for s in found if kind is None or s.fact.kind == kind)


def _so_on(fact: Fact, on: date) -> bool:
    """Whether it was so on a day: had begun, and had not ended. What says no beginning had begun."""
    if fact.valid_from is not None and fact.valid_from.earliest().date() > on:
        return False
    return fact.valid_to is None or fact.valid_to.latest().date() >= on


def _print(patient: Patient, title: str, found: Sequence[Statement]) -> None:
    """Kind by kind, two lines a statement: what it says, and where it comes from."""
    width = width_of(out)
    out.print(words(one_line(f"{patient.name or patient.id} ({patient.id}): {title}"), "bold"))
    for kind in _ORDER:
        of_kind = [s for s in found if s.fact.kind == kind]
        if of_kind:
            out.print(words(f"\n{kind} ({len(of_kind)})", "bold"))
        for statement in of_kind:
            fact = statement.fact
            about = "; ".join(one for one in (status(fact), when(fact), sources(statement), fact.id) if one)
            out.print(Padding(words(one_line(said(fact))), (0, 0, 0, 2)), width=width)
            out.print(Padding(words(one_line(about), "dim"), (0, 0, 0, 4)), width=width)
    out.print(f"\n{len(found)} statements")


_ORDER = (
    "allergy", "drug", "problem", "directive", "settlement", "finding", "result", "social", "procedure",
    "immunization", "response", "plan", "summary",
)  # fmt: skip


def said(fact: Fact) -> str:
    """What a fact says, without when."""
    value = value_words(fact)
    detail = f" ({fact.detail})" if fact.detail else ""
    return f"{fact.concept.text}{f': {value}' if value and value != 'yes' else ''}{detail}"


def status(fact: Fact) -> str:
    """Its status, and how sure it is where that is in doubt."""
    doubt = f", {fact.certainty}" if fact.certainty in ("possible", "probable") else ""
    over = fact.status == "active" and not is_current(fact, date.today()) and fact.valid_to is not None
    return f"{'over' if over else fact.status}{doubt}"


def when(fact: Fact) -> str:
    """Its time, to the day."""
    since = fact.valid_from.iso()[:10] if fact.valid_from else ""
    until = fact.valid_to.iso()[:10] if fact.valid_to else ""
    if since and until:
        return since if since == until else f"{since} to {until}"
    return since or (f"until {until}" if until else "")


def sources(statement: Statement) -> str:
    """Where it comes from, and what was corrected."""
    shown = [source_words(s) for s in statement.sources[:MOST_SOURCES]]
    more = len(statement.sources) - len(shown)
    corrected = f"; corrected {len(statement.history)}x" if statement.history else ""
    return ", ".join([*shown, *([f"{more} more"] if more else [])]) + corrected


def _say_conflicts(found: Iterable[Conflict]) -> None:
    for conflict in found:
        label = "grave" if conflict.grave else "open"
        raised = ", raised" if conflict.raised else ""
        out.print(
            words(f"! {label}{raised}: {one_line(conflict.words())}", "red" if conflict.grave else "yellow")
        )
        out.print(words(f"  wardround memory settle PATIENT {conflict.id} first|second|both|raised", "dim"))
