"""From resources to entries: which count, when they were true, when they were recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from wardround.evaluation.record.days import Day
from wardround.evaluation.record.raw import (
    Bundle,
    Entry,
    Json,
    Named,
    Value,
    about_the_patient,
    code_in,
    named,
    pointed,
    recorded,
    when,
)

_NO_ALLERGY: Final = re.compile(
    r"\s*(no (known )?((drug|food|environmental|medication) )?allerg|nkd?a\b)", re.IGNORECASE
)
_NO_DRUG: Final = re.compile(r"\s*no ((current|regular) )?(medication|medicine|drug)", re.IGNORECASE)
_UCUM: Final = (
    "http://unitsofmeasure.org",
    "https://unitsofmeasure.org",
    "urn:oid:2.16.840.1.113883.6.8",
)
_ACTIVE: Final = ("active", "recurrence", "relapse")
_CLINICAL: Final = (*_ACTIVE, "inactive", "remission", "resolved")
_ODD: Final = ("Range", "Ratio", "SampledData", "Time", "DateTime", "Period")
_ENDED: Final = ("abatementDateTime", "abatementPeriod", "abatementAge", "abatementRange", "abatementString")


def entries_of(bundle: Bundle) -> list[Entry]:
    """All entries of the bundle, doubles taken out, in the order of the file."""
    found: dict[object, Entry] = {}
    for resource in bundle.resources:
        maker = _MAKERS.get(resource["resourceType"])
        if maker is not None and about_the_patient(resource, bundle):
            for entry in maker(resource, bundle):
                key = _same(entry)
                found[key] = _earlier(found[key], entry) if key in found else entry
    return list(found.values())


def _earlier(first: Entry, double: Entry) -> Entry:
    """The first of two doubles, recorded when either was recorded first; None is today, the latest there is."""
    days = [day for day in (first.recorded, double.recorded) if day is not None]
    return replace(first, recorded=min(days, default=None))


def _same(entry: Entry) -> object:
    what = frozenset(entry.codings) or entry.text.casefold()
    moments = [d.moment if d else None for d in (entry.start, entry.end)]
    value = (type(entry.value).__name__, entry.value, entry.unit, entry.comparator)
    return (entry.kind, what, *moments, entry.standing, value)


def _entry(kind: str, what: Named, start: Day | None, end: Day | None, **more: Any) -> Entry:
    more.setdefault("standing", True)
    return Entry(kind, what.codings, what.text, what.displays, start, end, **more)


def stand_in(moment: Day | None) -> Day | None:
    """The full day that stands in for a start that was not said: the first that the recorded date allows."""
    if moment is None or moment.full:
        return moment
    return Day(moment.first.isoformat(), moment.first, moment.first, moment.moment)


def _updated(resource: Json) -> Day | None:
    return when(resource.get("meta") or {}, "lastUpdated")


@dataclass(frozen=True, slots=True)
class _Read:
    value: Value | None
    unit: str | None = None
    comparator: str | None = None
    odd: bool = False


def _observation(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    if resource.get("status") in ("cancelled", "entered-in-error") or resource.get("focus"):
        return
    start = when(resource, "effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
    end = None
    if "effectiveDateTime" not in resource and "effectiveInstant" not in resource:
        end = when(resource, "effectivePeriod.end")
    known = recorded(resource, when(resource, "issued"), start, end)
    for holder in (resource, *(resource.get("component") or [])):
        what, read = named(holder.get("code")), _read(holder)
        if what is None or (read.value is None and not read.odd):
            continue
        yield _entry(
            "result",
            what,
            start,
            end,
            recorded=known,
            value=read.value,
            unit=read.unit,
            comparator=read.comparator,
            odd=read.odd,
        )


def _read(holder: Json) -> _Read:
    if isinstance(holder.get("valueQuantity"), dict):
        quantity = holder["valueQuantity"]
        if quantity.get("value") is None:
            return _Read(None)
        code = quantity.get("code") if quantity.get("system") in _UCUM else None
        unit = code or quantity.get("unit") or quantity.get("code")
        return _Read(float(quantity["value"]), unit or None, quantity.get("comparator"))
    if holder.get("valueInteger") is not None:
        return _Read(float(holder["valueInteger"]), "1")
    if holder.get("valueBoolean") is not None:
        return _Read(bool(holder["valueBoolean"]))
    if holder.get("valueCodeableConcept") is not None:
        what = named(holder["valueCodeableConcept"])
        return _Read(what.text if what else None)
    if holder.get("valueString") is not None:
        return _Read(holder["valueString"] if holder["valueString"].strip() else None)
    return _Read(None, odd=any(holder.get(f"value{kind}") is not None for kind in _ODD))


def _report(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    what = named(resource.get("code"))
    if resource.get("status") in ("cancelled", "entered-in-error") or what is None:
        return
    start = when(resource, "effectiveDateTime", "effectivePeriod.start")
    end = None if "effectiveDateTime" in resource else when(resource, "effectivePeriod.end")
    codes = [found.text for found in map(named, resource.get("conclusionCode") or []) if found]
    said = " ".join((resource.get("conclusion") or ", ".join(codes)).split())
    if said:
        known = recorded(resource, when(resource, "issued"), start)
        yield _entry("result", what, start, end, recorded=known, value=said)


def _condition(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    what = named(resource.get("code"))
    verified = code_in(resource.get("verificationStatus"), ("refuted", "entered-in-error"))
    if what is None or verified is not None:
        return
    onset = when(resource, "onsetDateTime", "onsetPeriod.start")
    end = when(resource, "abatementDateTime", "abatementPeriod.end", "abatementPeriod.start")
    clinical = code_in(resource.get("clinicalStatus"), _CLINICAL)
    standing = clinical in _ACTIVE if clinical else not any(resource.get(key) for key in _ENDED)
    said = when(resource, "recordedDate")
    known = recorded(resource, said, onset)
    start = onset or stand_in(said or _updated(resource))
    yield _entry("problem", what, start, end, standing=standing, recorded=known)


def _request(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    status, intent = resource.get("status"), resource.get("intent")
    if status not in ("active", "on-hold", "completed", "stopped", "unknown"):
        return
    if intent in ("proposal", "plan", "option") or resource.get("doNotPerform"):
        return
    doses = resource.get("dosageInstruction") or []
    bounds = [((d.get("timing") or {}).get("repeat") or {}).get("boundsPeriod") or {} for d in doses]
    starts = [found for found in (when(b, "start") for b in bounds) if found]
    ends = [found for found in (when(b, "end") for b in bounds) if found]
    ordered = when(resource, "authoredOn")
    first = min(starts, key=lambda d: d.moment) if starts and len(starts) == len(doses) else None
    last = max(ends, key=lambda d: (d.last, d.moment)) if ends and len(ends) == len(doses) else None
    yield from _drug(resource, bundle, first or ordered, last, recorded(resource, ordered, first))


def _statement(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    if resource.get("status") not in ("active", "completed", "stopped", "on-hold", "unknown"):
        return
    start = when(resource, "effectiveDateTime", "effectivePeriod.start")
    end = when(resource, "effectivePeriod.end")
    known = recorded(resource, when(resource, "dateAsserted"), start)
    yield from _drug(resource, bundle, start, end, known)


def _drug(resource: Json, bundle: Bundle, start: Day | None, end: Day | None, known: Any) -> Iterator[Entry]:
    what = named(resource.get("medicationCodeableConcept")) or _medicine(resource, bundle)
    if _NO_DRUG.match(what.text):
        return
    standing = resource["status"] in ("active", "on-hold", "unknown")
    yield _entry("drug", what, start, end, standing=standing, recorded=known)


def _medicine(resource: Json, bundle: Bundle) -> Named:
    pointer = resource.get("medicationReference") or {}
    reference = pointer.get("reference") or ""
    for inner in resource.get("contained") or []:
        if reference == f"#{inner.get('id')}":
            found = named(inner.get("code"))
            if found:
                return found
    target = pointed(pointer, bundle)
    found = named(target.get("code")) if target else None
    words = pointer.get("display") or f"unnamed medicine ({reference or 'no reference'})"
    return found or Named(words, (), ())


def _allergy(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    substances = [named(one.get("substance")) for one in resource.get("reaction") or []]
    what = named(resource.get("code")) or next((one for one in substances if one), None)
    verified = code_in(resource.get("verificationStatus"), ("refuted", "entered-in-error"))
    if what is None or verified is not None or _NO_ALLERGY.match(what.text):
        return
    clinical = code_in(resource.get("clinicalStatus"), ("active", "inactive", "resolved"))
    onset = when(resource, "onsetDateTime", "onsetPeriod.start")
    moments = (when(resource, "recordedDate"), onset, when(resource, "lastOccurrence"))
    start = next((m for m in (*moments, _updated(resource)) if m), None)
    yield _entry(
        "allergy",
        what,
        stand_in(start),
        None,
        standing=clinical in (None, "active"),
        recorded=recorded(resource, *moments),
        criticality=resource.get("criticality"),
    )


def _procedure(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    what = named(resource.get("code"))
    if resource.get("status") not in ("in-progress", "stopped", "completed", "unknown") or what is None:
        return
    start = when(resource, "performedDateTime", "performedPeriod.start")
    end = None if "performedDateTime" in resource else when(resource, "performedPeriod.end")
    yield _entry("procedure", what, start, end, recorded=recorded(resource, start, end))


def _immunization(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    what = named(resource.get("vaccineCode"))
    if resource.get("status") != "completed" or what is None:
        return
    start = when(resource, "occurrenceDateTime")
    yield _entry(
        "immunization", what, start, None, recorded=recorded(resource, when(resource, "recorded"), start)
    )


def _encounter(resource: Json, bundle: Bundle) -> Iterator[Entry]:
    if resource.get("status") not in ("arrived", "triaged", "in-progress", "onleave", "finished", "unknown"):
        return
    types = [found for found in map(named, resource.get("type") or []) if found]
    setting = (resource.get("class") or {}).get("display") or (resource.get("class") or {}).get("code")
    what = types[0] if types else Named(f"Encounter ({setting})" if setting else "Encounter", (), ())
    start, end = when(resource, "period.start"), when(resource, "period.end")
    yield _entry("visit", what, start, end, recorded=recorded(resource, start, end))


_MAKERS: Final[Mapping[str, Callable[[Json, Bundle], Iterator[Entry]]]] = MappingProxyType(
    {
        "AllergyIntolerance": _allergy,
        "Condition": _condition,
        "DiagnosticReport": _report,
        "Encounter": _encounter,
        "Immunization": _immunization,
        "MedicationRequest": _request,
        "MedicationStatement": _statement,
        "Observation": _observation,
        "Procedure": _procedure,
    }
)
