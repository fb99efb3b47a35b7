"""A bundle's JSON as entries: what each resource says, read anew, with nothing of Wardround's own reading of FHIR."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from wardround.evaluation.record.days import Day, day_of

Json = Mapping[str, Any]
Coding = tuple[str, str]
Value = float | str | bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one resource, or one component of it, says. `odd`: its value is of a kind that is not asked about."""

    kind: str
    codings: tuple[Coding, ...]
    text: str
    displays: tuple[str, ...]
    start: Day | None
    end: Day | None
    standing: bool
    recorded: date | None
    value: Value | None = None
    unit: str | None = None
    comparator: str | None = None
    criticality: str | None = None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who the record is about."""

    id: str
    name: str
    sex: str
    birth: Day | None
    died: Day | None


@dataclass(frozen=True, slots=True)
class Named:
    """A CodeableConcept."""

    text: str
    codings: tuple[Coding, ...]
    displays: tuple[str, ...]


@dataclass
class Bundle:
    """Finds what references mean."""

    by_url: dict[str, Json] = field(default_factory=dict)
    by_name: dict[str, Json] = field(default_factory=dict)
    resources: list[Json] = field(default_factory=list)


_LITERAL: Final = re.compile(r"(?:https?://.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.*)?")
_POINTERS: Final = ("subject", "patient", "beneficiary")


def bundle_of(whole: Json) -> Bundle:
    """The resources, each once, and what can be pointed at."""
    made = Bundle()
    seen: set[str] = set()
    for entry in whole.get("entry") or []:
        resource = entry["resource"]
        url = entry.get("fullUrl")
        if url:
            made.by_url.setdefault(url, resource)
        if resource.get("id"):
            name = f"{resource['resourceType']}/{resource['id']}"
            if name in seen:
                continue
            seen.add(name)
            made.by_name[name] = resource
        elif url in seen:
            continue
        elif url:
            seen.add(url)
        made.resources.append(resource)
    return made


def pointed(pointer: Json, bundle: Bundle) -> Json | None:
    """The resource that a reference means, if it is in the bundle."""
    reference = pointer.get("reference") or ""
    found = bundle.by_url.get(reference) or bundle.by_name.get(reference)
    literal = _LITERAL.fullmatch(reference)
    return found or (bundle.by_name.get(f"{literal[1]}/{literal[2]}") if literal else None)


def about_the_patient(resource: Json, bundle: Bundle) -> bool:
    """Whether the resource's subject is a patient; there is but one in the bundle."""
    pointers = [resource[key] for key in _POINTERS if isinstance(resource.get(key), dict)]
    for pointer in pointers:
        found = pointed(pointer, bundle)
        literal = _LITERAL.fullmatch(pointer.get("reference") or "")
        kind = found["resourceType"] if found else literal[1] if literal else "Patient"
        if kind != "Patient":
            return False
    return bool(pointers)


def named(concept: Json | None) -> Named | None:
    """The words and codes of a CodeableConcept; None where it says nothing."""
    if not concept:
        return None
    codings = tuple(
        (_said(c.get("system")), c["code"]) for c in concept.get("coding") or [] if _said(c.get("code"))
    )
    displays = tuple(c["display"] for c in concept.get("coding") or [] if _said(c.get("display")))
    text = _said(concept.get("text")) or next(iter(displays), "") or (codings[0][1] if codings else "")
    return Named(text, codings, displays) if text else None


def _said(text: str | None) -> str:
    return text if text and text.strip() else ""


def code_in(concept: Json | None, allowed: tuple[str, ...]) -> str | None:
    """The one of these codes that a status concept holds."""
    said = named(concept)
    if said is None:
        return None
    return next((c for c in (*(code for _, code in said.codings), said.text.lower()) if c in allowed), None)


def when(resource: Json, *keys: str) -> Day | None:
    """The first of these fields that is there; `performedPeriod.start` reaches into a period."""
    for key in keys:
        outer, _, inner = key.partition(".")
        held = resource.get(outer)
        written = held.get(inner) if inner and isinstance(held, dict) else held
        if isinstance(written, str):
            return day_of(written)
    return None


def recorded(resource: Json, *moments: Day | None) -> date | None:
    """The first day of the first moment that there is, else the day of the last update; None: nowhere said."""
    for moment in (*moments, when(resource.get("meta") or {}, "lastUpdated")):
        if moment is not None:
            return moment.first
    return None


def person_of(bundle: Bundle) -> Person:
    """The one patient. Raises ValueError where there is none, or more than one."""
    found = [r for r in bundle.resources if r["resourceType"] == "Patient"]
    if len(found) != 1:
        raise ValueError(f"the bundle holds {len(found)} patients")
    patient = found[0]
    names = patient.get("name") or [{}]
    name = " ".join([*(names[0].get("given") or []), names[0].get("family") or ""]).strip()
    sex = patient.get("gender") or "unknown"
    return Person(
        patient.get("id") or "", name, sex, when(patient, "birthDate"), when(patient, "deceasedDateTime")
    )
