"""Which patient a word means, and statements, facts and conflicts as JSON and as lines."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from wardround.cli.output import one_line
from wardround.cli.stores import Place
from wardround.clinical import Fact, FactKind, Patient
from wardround.harness import ConfigurationError
from wardround.memory import Conflict, Statement, fact_to_json

MOST_NAMED = 5


def patient_of(place: Place, word: str) -> Patient:
    """The patient whom an id or a name means. A name must mean one alone."""
    memory = place.ward.memory
    ids = memory.patients()
    if word in ids:
        return memory.patient(patient_id=word) or Patient(word, "", None, "unknown")
    known = [p for p in (memory.patient(patient_id=one) for one in ids) if p is not None]
    said = " ".join(word.split()).casefold()
    found = [p for p in known if " ".join(p.name.split()).casefold() == said]
    found = found or [p for p in known if said and said in p.name.casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            f"{one_line(word)!r}: nobody of this id or name is remembered in {place.path}.",
            fix="Check the name and --store; `wardround record import` takes a record in.",
        )
    names = ", ".join(f"{p.name} ({p.id})" for p in found[:MOST_NAMED])
    raise ConfigurationError(
        f"{one_line(word)!r} can mean {len(found)} patients: {one_line(names)}.", fix="Give the id."
    )


def kind_of(word: str | None) -> FactKind | None:
    """A kind of fact by its name, in the plural too."""
    if word is None:
        return None
    kinds: tuple[FactKind, ...] = get_args(FactKind)
    said = word.strip().casefold()
    said = {"allergies": "allergy", "summaries": "summary", "visits": "summary"}.get(
        said, said.removesuffix("s")
    )
    found = next((k for k in kinds if k == said), None)
    if found is None:
        raise ConfigurationError(f"--kind: {one_line(word)!r} is none.", fix=f"Use {', '.join(kinds)}.")
    return found


def patient_json(patient: Patient) -> dict[str, Any]:
    """Who it is."""
    return {"id": patient.id, "name": patient.name, "sex": patient.sex, "deceased": bool(patient.deceased)}


def fact_json(fact: Fact) -> dict[str, Any]:
    """A fact, its source as fields."""
    source = fact.source
    more = {
        **({"span": list(source.span)} if source.span else {}),
        **({"quote": source.quote} if source.quote else {}),
        **({"page": source.page} if source.page is not None else {}),
        **({"box": list(source.box)} if source.box else {}),
    }
    where = {"kind": source.kind, "reference": source.reference, "encounter": source.encounter, **more}
    made = {k: v for k, v in fact_to_json(fact).items() if k != "patient_id"}
    return {**made, "source": where}


def statement_json(statement: Statement) -> dict[str, Any]:
    """A statement: the account that stands, every source, and what it corrected."""
    made = fact_json(statement.fact)
    made["sources"] = [fact_json(f)["source"] for f in statement.facts]
    made["accounts"] = [f.id for f in statement.facts]
    made["history"] = [fact_json(f) for f in statement.history]
    made["corrected"] = len(statement.history)
    return made


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """A contradiction, both sides."""
    return {
        "id": conflict.id,
        "kind": conflict.kind,
        "why": conflict.why,
        "grave": conflict.grave,
        "raised": conflict.raised,
        "words": conflict.words(),
        "first": fact_json(conflict.first),
        "second": fact_json(conflict.second),
    }


def day(on: date | None) -> date:
    """The day that was named, else today."""
    return on or date.today()
