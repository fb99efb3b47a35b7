"""How one resource becomes a Fact: what every kind shares (id, source, recorded time, notes, reasons)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wardround.clinical.codes import Concept
from wardround.clinical.dates import PartialDate
from wardround.clinical.fact import Certainty, Fact, FactKind, FactSource, FactStatus, fact_id
from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry, Index
from wardround.clinical.patient import Patient
from wardround.clinical.quantities import Quantity

UCUM_SYSTEMS = ("http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8")


@dataclass(frozen=True, slots=True)
class Scope:
    """The bundle around a resource. `received` stands in where a record does not say when it was recorded."""

    patient: Patient
    index: Index
    received: datetime


class Withheld(Exception):
    """This resource is kept, but states no fact; the message says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One resource on its way to being facts."""

    entry: Entry
    scope: Scope
    kind: FactKind
    status: FactStatus
    certainty: Certainty
    recorded: datetime
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None

    def fact(
        self,
        concept: Concept,
        value: Quantity | str | bool | None = None,
        detail: str = "",
        part: str = "",
    ) -> Fact:
        """The fact that this concept, with this value, makes of the resource."""
        certainty, detail = self._doubted(detail)
        source = FactSource("fhir", self.entry.reference)
        return Fact(
            id=fact_id(
                patient_id=self.scope.patient.id,
                source=source,
                kind=self.kind,
                concept=concept,
                status=self.status,
                certainty=certainty,
                valid_from=self.valid_from,
                valid_to=self.valid_to,
                value=value,
                detail=detail,
                part=part,
            ),
            patient_id=self.scope.patient.id,
            kind=self.kind,
            concept=concept,
            status=self.status,
            certainty=certainty,
            recorded=self.recorded,
            source=source,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            value=value,
            detail=detail,
        )

    def _doubted(self, detail: str) -> tuple[Certainty, str]:
        """A modifier extension may turn a statement round. We know none, so what carries one is only possible."""
        modifiers = fields.objects(self.entry.resource, "modifierExtension", self.entry.path)
        if not modifiers:
            return self.certainty, detail
        urls = ", ".join(str(one.get("url")) for one in modifiers)
        return "possible", phrases(detail, f"modified in a way that was not understood: {urls}")


def phrases(*parts: str | None) -> str:
    """What is said, joined by "; "."""
    return "; ".join(part for part in parts if part)


def recorded(entry: Entry, scope: Scope, *keys: str, otherwise: PartialDate | None = None) -> datetime:
    """When the record says that this was written down: the first of `keys`, else when it was true, else its last
    update on the server, else when the bundle was received. Never later than that: what is there is known by then."""
    stated = (fields.when(entry.resource, key, entry.path) for key in keys)
    found = next((one for one in stated if one is not None), otherwise)
    if found is None:
        meta = fields.object_(entry.resource, "meta", entry.path) or {}
        found = fields.when(meta, "lastUpdated", f"{entry.path}.meta")
    return scope.received if found is None else min(_aware(found), scope.received)


def _aware(moment: PartialDate) -> datetime:
    earliest = moment.earliest()
    return earliest if earliest.tzinfo is not None else earliest.replace(tzinfo=UTC)


def notes(holder: dict[str, Any], path: str) -> str | None:
    """The free-text notes of a resource."""
    found = (
        fields.text(one, "text", f"{path}.note[{at}]")
        for at, one in enumerate(fields.objects(holder, "note", path))
    )
    said = " / ".join(" ".join(one.split()) for one in found if one)
    return f"note: {said}" if said else None


def labelled(label: str, concepts: list[Concept]) -> str | None:
    """`label: first, second` or None."""
    return f"{label}: {', '.join(one.text for one in concepts)}" if concepts else None


def reasons(entry: Entry, scope: Scope) -> str | None:
    """Why: reasonCode and what reasonReference points to."""
    found = fields.concepts(entry.resource, "reasonCode", entry.path)
    for at, pointer in enumerate(fields.objects(entry.resource, "reasonReference", entry.path)):
        pointed = pointed_concept(pointer, f"{entry.path}.reasonReference[{at}]", scope.index)
        if pointed is not None and pointed.text not in [one.text for one in found]:
            found.append(pointed)
    return labelled("for", found)


def pointed_concept(pointer: dict[str, Any], path: str, index: Index) -> Concept | None:
    """The `code` of the resource that a reference points to, else the reference's display."""
    reference = fields.text(pointer, "reference", path)
    target = index.find(reference) if reference else None
    if target is not None:
        found = fields.concept(target.resource, "code", target.path)
        if found is not None:
            return found
    display = fields.text(pointer, "display", path)
    return Concept(display) if display else None


def quantity(holder: dict[str, Any], key: str, path: str) -> Quantity | None:
    """A Quantity; None where it is missing or has no value. The unit is the UCUM code, else the unit as written."""
    inner = fields.object_(holder, key, path)
    if inner is None:
        return None
    here = f"{path}.{key}"
    value = fields.number(inner, "value", here)
    if value is None:
        return None
    comparator = fields.one_of(inner, "comparator", here, ("<", "<=", ">=", ">"))
    code, unit = fields.text(inner, "code", here), fields.text(inner, "unit", here)
    is_ucum = fields.text(inner, "system", here) in UCUM_SYSTEMS
    return Quantity(value, (code if is_ucum else None) or unit or code or "", comparator)


def shown(value: Quantity) -> str:
    """`<0.5 mg/L`."""
    return f"{value.comparator or ''}{value.value:.15g} {value.unit}".strip()


def range_text(holder: dict[str, Any], key: str, path: str) -> str | None:
    """A Range as words: `4-6 %`, `at most 5 mmol/L`."""
    inner = fields.object_(holder, key, path)
    return None if inner is None else bounds(inner, f"{path}.{key}")


def bounds(inner: dict[str, Any], path: str) -> str | None:
    """`low` and `high` of an object as words."""
    low, high = quantity(inner, "low", path), quantity(inner, "high", path)
    if low and high:
        return f"{low.value:.15g}-{shown(high)}"
    if low:
        return f"at least {shown(low)}"
    return f"at most {shown(high)}" if high else None
