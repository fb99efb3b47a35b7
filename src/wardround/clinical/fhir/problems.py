"""Condition and AllergyIntolerance become facts."""

from __future__ import annotations

from typing import Any

from wardround.clinical.codes import Concept
from wardround.clinical.dates import PartialDate
from wardround.clinical.fact import Certainty, Fact, FactStatus
from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry
from wardround.clinical.fhir.statements import (
    Scope,
    Statement,
    Withheld,
    labelled,
    notes,
    phrases,
    quantity,
    range_text,
    recorded,
    shown,
)

_ACTIVE = ("active", "recurrence", "relapse")
_CLINICAL = (*_ACTIVE, "inactive", "remission", "resolved")
_ALLERGY_CLINICAL = ("active", "inactive", "resolved")
_CERTAINTIES: dict[str | None, Certainty] = {
    None: "reported",
    "unconfirmed": "possible",
    "provisional": "probable",
    "differential": "possible",
    "confirmed": "confirmed",
    "refuted": "confirmed",
    "entered-in-error": "reported",
}
_ALLERGY_VERIFICATION = ("unconfirmed", "confirmed", "refuted", "entered-in-error")


def condition(entry: Entry, scope: Scope) -> list[Fact]:
    """A problem or diagnosis."""
    resource, path = entry.resource, entry.path
    start, _, start_words = timing(resource, "onset", path)
    abated, abated_to, end_words = timing(resource, "abatement", path)
    end = abated_to or abated
    over = end is not None or end_words is not None
    concept = fields.concept(resource, "code", path)
    status, certainty = _standing(entry, "Condition", over)
    if concept is None:
        raise Withheld("no code says which condition")
    said = Statement(
        entry,
        scope,
        "problem",
        status,
        certainty,
        recorded(entry, scope, "recordedDate", otherwise=start),
        valid_from=start,
        valid_to=end,
    )
    severity = fields.concept(resource, "severity", path)
    detail = phrases(
        labelled("severity", [severity] if severity else []),
        labelled("site", fields.concepts(resource, "bodySite", path)),
        f"onset {start_words}" if start_words else None,
        f"abated {end_words}" if end_words else None,
        notes(resource, path),
    )
    return [said.fact(concept, detail=detail)]


def allergy(entry: Entry, scope: Scope) -> list[Fact]:
    """An allergy or intolerance: which substance; `detail` says kind, criticality and reactions."""
    resource, path = entry.resource, entry.path
    start, _, words = timing(resource, "onset", path)
    status, certainty = _standing(entry, "AllergyIntolerance", over=False)
    reactions = fields.objects(resource, "reaction", path)
    concept = fields.concept(resource, "code", path) or _substance(reactions, path)
    if concept is None:
        raise Withheld("no code says to what")
    last = fields.when(resource, "lastOccurrence", path)
    said = Statement(
        entry,
        scope,
        "allergy",
        status,
        certainty,
        recorded(entry, scope, "recordedDate", otherwise=start or last),
        valid_from=start,
    )
    criticality = fields.one_of(resource, "criticality", path, ("low", "high", "unable-to-assess"))
    detail = phrases(
        fields.one_of(resource, "type", path, ("allergy", "intolerance")),
        f"criticality {criticality}" if criticality else None,
        *(_reaction(one, f"{path}.reaction[{at}]") for at, one in enumerate(reactions)),
        f"onset {words}" if words else None,
        f"last occurred {last.iso()}" if last else None,
        notes(resource, path),
    )
    return [said.fact(concept, detail=detail)]


def _standing(entry: Entry, kind: str, over: bool) -> tuple[FactStatus, Certainty]:
    """Status and certainty from clinicalStatus and verificationStatus; an ended condition without the first is resolved."""
    is_condition = kind == "Condition"
    clinical = fields.coded(
        entry.resource, "clinicalStatus", entry.path, _CLINICAL if is_condition else _ALLERGY_CLINICAL
    )
    verified = fields.coded(
        entry.resource,
        "verificationStatus",
        entry.path,
        tuple(key for key in _CERTAINTIES if key) if is_condition else _ALLERGY_VERIFICATION,
    )
    certainty = _CERTAINTIES[verified]
    if verified == "refuted":
        return "refuted", certainty
    if verified == "entered-in-error":
        return "entered-in-error", certainty
    if clinical is None:
        return ("resolved" if over else "active"), certainty
    return ("active" if clinical in _ACTIVE else "resolved"), certainty


def timing(
    resource: dict[str, Any], stem: str, path: str
) -> tuple[PartialDate | None, PartialDate | None, str | None]:
    """onset[x] or abatement[x]: from, to, and words where it is no date (an age, a range, text)."""
    moment = fields.when(resource, f"{stem}DateTime", path)
    if moment is not None:
        return moment, None, None
    start, end = fields.period(resource, f"{stem}Period", path)
    if start is not None or end is not None:
        return start, end, None
    age = quantity(resource, f"{stem}Age", path)
    if age is not None:
        return None, None, f"at age {shown(age)}"
    span = range_text(resource, f"{stem}Range", path)
    if span is not None:
        return None, None, f"at age {span}"
    return None, None, fields.text(resource, f"{stem}String", path)


def _substance(reactions: list[dict[str, Any]], path: str) -> Concept | None:
    for at, one in enumerate(reactions):
        found = fields.concept(one, "substance", f"{path}.reaction[{at}]")
        if found is not None:
            return found
    return None


def _reaction(one: dict[str, Any], path: str) -> str:
    shown_as = ", ".join(found.text for found in fields.concepts(one, "manifestation", path)) or "unnamed"
    severity = fields.one_of(one, "severity", path, ("mild", "moderate", "severe"))
    onset = fields.when(one, "onset", path)
    substance = fields.concept(one, "substance", path)
    said = [
        shown_as,
        severity or "",
        onset.iso() if onset else "",
        f"to {substance.text}" if substance else "",
    ]
    words = fields.text(one, "description", path)
    return "reaction: " + ", ".join(part for part in said if part) + (f" ({words})" if words else "")
