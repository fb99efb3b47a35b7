"""Observation becomes facts: its own value, and each component (systolic, diastolic) a fact of its own."""

from __future__ import annotations

from typing import Any

from wardround.clinical.codes import LOINC
from wardround.clinical.dates import PartialDate
from wardround.clinical.fact import Certainty, Fact, FactStatus
from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry
from wardround.clinical.fhir.errors import RecordError
from wardround.clinical.fhir.statements import (
    Scope,
    Statement,
    Withheld,
    bounds,
    labelled,
    notes,
    phrases,
    quantity,
    range_text,
    recorded,
    shown,
)
from wardround.clinical.quantities import Quantity

_STATUS: dict[str, tuple[FactStatus, Certainty]] = {
    "registered": ("active", "possible"),
    "preliminary": ("active", "probable"),
    "final": ("active", "confirmed"),
    "amended": ("active", "confirmed"),
    "corrected": ("active", "confirmed"),
    "cancelled": ("refuted", "confirmed"),
    "entered-in-error": ("entered-in-error", "reported"),
    "unknown": ("active", "possible"),
}
_SOCIAL = ("72166-2",)
"""Tobacco smoking status, which many systems send as a survey."""
_VALUES = (
    *("Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range"),
    *("Ratio", "SampledData", "Time", "DateTime", "Period"),
)


def observation(entry: Entry, scope: Scope) -> list[Fact]:
    """A measurement, an answer or an observation, as one fact or one per component."""
    resource, path = entry.resource, entry.path
    said = _statement(entry, scope)
    concept = fields.concept(resource, "code", path)
    if concept is None:
        raise fields.required(f"{path}.code", "what was observed")
    if resource.get("focus"):
        raise Withheld("its focus is not the patient")
    facts: list[Fact] = []
    components = fields.objects(resource, "component", path)
    value = _value(resource, path)
    if value is not None or not components:
        if value is None and resource.get("hasMember"):
            raise Withheld("a panel; its members are Observations of their own")
        facts.append(said.fact(concept, value, phrases(_about(resource, path), notes(resource, path))))
    for at, one in enumerate(components):
        here = f"{path}.component[{at}]"
        what = fields.concept(one, "code", here)
        if what is None:
            raise fields.required(f"{here}.code", "what was observed")
        part = f"component[{at}]"
        facts.append(
            said.fact(what, _value(one, here), phrases(f"part of: {concept.text}", _about(one, here)), part)
        )
    return facts


def _statement(entry: Entry, scope: Scope) -> Statement:
    resource, path = entry.resource, entry.path
    status = fields.one_of(resource, "status", path, tuple(_STATUS))
    if status is None:
        raise fields.required(f"{path}.status", "such as 'final'")
    start, end = _effective(resource, path)
    stands, certainty = _STATUS[status]
    return Statement(
        entry,
        scope,
        "social" if _is_social(resource, path) else "result",
        stands,
        certainty,
        recorded(entry, scope, "issued", otherwise=start or end),
        valid_from=start,
        valid_to=end,
    )


def _effective(resource: dict[str, Any], path: str) -> tuple[PartialDate | None, PartialDate | None]:
    for key in ("effectiveDateTime", "effectiveInstant"):
        moment = fields.when(resource, key, path)
        if moment is not None:
            return moment, None
    return fields.period(resource, "effectivePeriod", path)


def _is_social(resource: dict[str, Any], path: str) -> bool:
    for one in fields.concepts(resource, "category", path):
        if any(coding.code == "social-history" for coding in one.codings):
            return True
    concept = fields.concept(resource, "code", path)
    return concept is not None and concept.code(LOINC) in _SOCIAL


def _value(holder: dict[str, Any], path: str) -> Quantity | str | bool | None:
    """value[x], whichever of FHIR's kinds it is; None where there is none."""
    given = [kind for kind in _VALUES if holder.get(f"value{kind}") is not None]
    if len(given) > 1:
        raise RecordError(
            f"{path}.value{given[1]}",
            f"it stands beside value{given[0]}",
            "An observation has one value: keep one",
        )
    if not given:
        return None
    kind = given[0]
    key = f"value{kind}"
    if kind == "Quantity":
        return quantity(holder, key, path)
    if kind == "Boolean":
        return fields.flag(holder, key, path)
    if kind == "Integer":
        whole = fields.number(holder, key, path)
        return None if whole is None else Quantity(whole, "1")
    if kind == "CodeableConcept":
        coded = fields.concept(holder, key, path)
        return coded.text if coded else None
    if kind == "Range":
        return range_text(holder, key, path)
    if kind == "DateTime":
        moment = fields.when(holder, key, path)
        return moment.iso() if moment else None
    return _rare(kind, holder, path)


def _rare(kind: str, holder: dict[str, Any], path: str) -> str | None:
    key = f"value{kind}"
    if kind == "Ratio":
        inner = fields.object_(holder, key, path) or {}
        top, bottom = (quantity(inner, part, f"{path}.{key}") for part in ("numerator", "denominator"))
        return f"{shown(top)} : {shown(bottom)}" if top and bottom else None
    if kind == "Period":
        start, end = fields.period(holder, key, path)
        return f"{start.iso() if start else '...'} to {end.iso() if end else '...'}"
    if kind == "SampledData":
        fields.object_(holder, key, path)
        return "a series of samples; see the resource"
    return fields.text(holder, key, path)


def _about(holder: dict[str, Any], path: str) -> str:
    absent = fields.concept(holder, "dataAbsentReason", path)
    return phrases(
        labelled("interpretation", fields.concepts(holder, "interpretation", path)),
        *(_reference(one, f"{path}.referenceRange[{at}]") for at, one in _ranges(holder, path)),
        f"no value: {absent.text}" if absent else None,
    )


def _ranges(holder: dict[str, Any], path: str) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(fields.objects(holder, "referenceRange", path)))


def _reference(one: dict[str, Any], path: str) -> str | None:
    said = bounds(one, path) or fields.text(one, "text", path)
    return f"reference {said}" if said else None
