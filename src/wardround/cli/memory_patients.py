"""Which patient a word means, and statements, facts and conflicts as JSON and as lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, get_args

from wardround.cli.output import one_line
from wardround.cli.stores import Place
from wardround.clinical import Fact, FactKind, Patient
from wardround.harness import ConfigurationError
from wardround.memory import Conflict, Statement, fact_to_json

MOST_NAMED = 5
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "phd"))


def patient_of(place: Place, word: str) -> Patient:
    """The patient whom an id or a name means. A name must mean one alone."""
    return _the_one(place, word, meant(place, word))


def meant(place: Place, word: str) -> list[Patient]:
    """Everybody whom an id, a name or a part of a name can mean: by id first, then by full name."""
    known = _known(place, word)
    said = _plain(word)
    return _called(known, word) or [p for p in known if said and said in p.name.casefold()]


def exactly(place: Place, word: str) -> Patient:
    """The same for what changes a record: by id or by full name alone, so that no part of a name hits somebody else."""
    found = _called(_known(place, word), word)
    if not found and meant(place, word):
        raise ConfigurationError(
            f"{one_line(word)!r} is nobody's id or full name.",
            fix="A part of a name is not enough to change a record: give the id, or the full name.",
        )
    return _the_one(place, word, found)


def _known(place: Place, word: str) -> list[Patient]:
    """Whoever has this word as an id; everybody of whom a name is known, where nobody has."""
    memory = place.ward.memory
    ids = memory.patients()
    if word in ids:
        return [memory.patient(patient_id=word) or Patient(word, "", None, "unknown")]
    return [p for p in (memory.patient(patient_id=one) for one in ids) if p is not None]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _called(known: Iterable[Patient], word: str) -> list[Patient]:
    said = _plain(word)
    return [p for p in known if p.id == word or (said and _plain(p.name) == said)]


def _the_one(place: Place, word: str, found: list[Patient]) -> Patient:
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


def names_in(text: str, patient_id: str, name: str) -> tuple[str, ...]:
    """Which of id, full name and family name stand in a text, as words of their own; Chinese has no spaces between."""
    full = " ".join(name.split())
    candidates = dict.fromkeys(one for one in (patient_id, full, _family(full)) if one)
    said = " ".join(text.split()).casefold()
    return tuple(one for one in candidates if _stands_in(one.casefold(), said))


def _family(name: str) -> str:
    """What stands before a comma, else the last word that is no suffix; without the number that Synthea adds."""
    parts = [one.strip(".,") for one in name.split() if one.strip(".,").casefold() not in SUFFIXES]
    before = name.partition(",")[0]
    last = before if "," in name and " " not in before else parts[-1] if len(parts) > 1 else ""
    return last.rstrip("0123456789")


def _stands_in(word: str, text: str) -> bool:
    if not re.search(r"[a-z0-9]", word):
        return word in text
    after = r"(?![^\W\d_])" if word[-1].isalpha() else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(word)}{after}", text) is not None


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
