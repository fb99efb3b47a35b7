"""MedicationRequest and MedicationStatement become facts."""

from __future__ import annotations

from typing import Any

from wardround.clinical.codes import Concept
from wardround.clinical.dates import PartialDate
from wardround.clinical.fact import Certainty, Fact, FactKind, FactStatus
from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry
from wardround.clinical.fhir.statements import (
    Scope,
    Statement,
    notes,
    phrases,
    pointed_concept,
    quantity,
    range_text,
    reasons,
    recorded,
    shown,
)
from wardround.clinical.quantities import Quantity

_Standing = tuple[FactKind, FactStatus, Certainty]
_REQUEST: dict[str, _Standing] = {
    "active": ("drug", "active", "confirmed"),
    "on-hold": ("drug", "active", "confirmed"),
    "cancelled": ("drug", "refuted", "confirmed"),
    "completed": ("drug", "resolved", "confirmed"),
    "entered-in-error": ("drug", "entered-in-error", "reported"),
    "stopped": ("drug", "resolved", "confirmed"),
    "draft": ("plan", "active", "possible"),
    "unknown": ("drug", "active", "possible"),
}
"""On hold counts as active: its interactions and allergies matter the day it is taken again. `detail` says so."""
_STATEMENT: dict[str, _Standing] = {
    "active": ("drug", "active", "reported"),
    "completed": ("drug", "resolved", "reported"),
    "entered-in-error": ("drug", "entered-in-error", "reported"),
    "intended": ("plan", "active", "reported"),
    "stopped": ("drug", "resolved", "reported"),
    "on-hold": ("drug", "active", "reported"),
    "unknown": ("drug", "active", "possible"),
    "not-taken": ("drug", "refuted", "reported"),
}
_INTENTS = (
    *("proposal", "plan", "order", "original-order"),
    *("reflex-order", "filler-order", "instance-order", "option"),
)


def request(entry: Entry, scope: Scope) -> list[Fact]:
    """A prescription. A proposal, a plan, or an order *not* to give is a plan, never a drug taken."""
    resource, path = entry.resource, entry.path
    kind, status, certainty = _standing(entry, _REQUEST)
    intent = fields.one_of(resource, "intent", path, _INTENTS)
    if intent is None:
        raise fields.required(f"{path}.intent", "such as 'order'")
    forbidden = fields.flag(resource, "doNotPerform", path)
    if forbidden or intent in ("proposal", "plan", "option"):
        kind = "plan"
    doses = fields.objects(resource, "dosageInstruction", path)
    ordered = fields.when(resource, "authoredOn", path)
    start, end = _bounds(doses, f"{path}.dosageInstruction")
    said = Statement(
        entry,
        scope,
        kind,
        status,
        certainty,
        recorded(entry, scope, "authoredOn", otherwise=start),
        valid_from=start or ordered,
        valid_to=end,
    )
    detail = phrases("do not give" if forbidden else None, _dosages(doses, f"{path}.dosageInstruction"))
    return [_fact(said, doses, f"{path}.dosageInstruction", detail)]


def statement(entry: Entry, scope: Scope) -> list[Fact]:
    """What the patient, or somebody for them, says is taken."""
    resource, path = entry.resource, entry.path
    kind, status, certainty = _standing(entry, _STATEMENT)
    moment = fields.when(resource, "effectiveDateTime", path)
    start, end = fields.period(resource, "effectivePeriod", path)
    doses = fields.objects(resource, "dosage", path)
    said = Statement(
        entry,
        scope,
        kind,
        status,
        certainty,
        recorded(entry, scope, "dateAsserted", otherwise=moment or start),
        valid_from=moment or start,
        valid_to=end,
    )
    return [_fact(said, doses, f"{path}.dosage", _dosages(doses, f"{path}.dosage"))]


def _standing(entry: Entry, table: dict[str, _Standing]) -> _Standing:
    status = fields.one_of(entry.resource, "status", entry.path, tuple(table))
    if status is None:
        raise fields.required(f"{entry.path}.status", "such as 'active' or 'stopped'")
    return table[status]


def _fact(said: Statement, doses: list[dict[str, Any]], dose_path: str, dosage: str) -> Fact:
    resource, path = said.entry.resource, said.entry.path
    why = (
        fields.concept(resource, "statusReason", path)
        if isinstance(resource.get("statusReason"), dict)
        else None
    )
    held = "on hold" if resource.get("status") == "on-hold" else None
    detail = phrases(
        dosage,
        held,
        reasons(said.entry, said.scope),
        f"because: {why.text}" if why else None,
        notes(resource, path),
    )
    return said.fact(_medicine(said.entry, said.scope), value=_single_dose(doses, dose_path), detail=detail)


def _medicine(entry: Entry, scope: Scope) -> Concept:
    """Which medicine; where only a reference says so and it leads nowhere, the reference itself."""
    resource, path = entry.resource, entry.path
    named = fields.concept(resource, "medicationCodeableConcept", path)
    if named is not None:
        return named
    pointer = fields.object_(resource, "medicationReference", path)
    if pointer is None:
        raise fields.required(f"{path}.medicationCodeableConcept", "which medicine")
    here = f"{path}.medicationReference"
    reference = fields.text(pointer, "reference", here)
    for at, inner in enumerate(fields.objects(resource, "contained", path)):
        if reference and reference == f"#{inner.get('id')}":
            contained = fields.concept(inner, "code", f"{path}.contained[{at}]")
            if contained is not None:
                return contained
    return pointed_concept(pointer, here, scope.index) or Concept(
        f"unnamed medicine ({reference or 'no reference'})"
    )


def _single_dose(doses: list[dict[str, Any]], path: str) -> Quantity | None:
    """The dose where there is one instruction with one quantity that has a unit."""
    if len(doses) != 1:
        return None
    rates = fields.objects(doses[0], "doseAndRate", f"{path}[0]")
    if len(rates) != 1:
        return None
    dose = quantity(rates[0], "doseQuantity", f"{path}[0].doseAndRate[0]")
    return dose if dose is not None and dose.unit else None


def _bounds(doses: list[dict[str, Any]], path: str) -> tuple[PartialDate | None, PartialDate | None]:
    """From when to when the instructions run, where all of them say so."""
    starts: list[PartialDate | None] = []
    ends: list[PartialDate | None] = []
    for at, dose in enumerate(doses):
        here = f"{path}[{at}].timing"
        repeat = fields.object_(fields.object_(dose, "timing", f"{path}[{at}]") or {}, "repeat", here) or {}
        start, end = fields.period(repeat, "boundsPeriod", f"{here}.repeat")
        starts.append(start)
        ends.append(end)
    first, last = [one for one in starts if one], [one for one in ends if one]
    return (
        min(first, key=lambda one: one.earliest()) if first and len(first) == len(doses) else None,
        max(last, key=lambda one: one.latest()) if last and len(last) == len(doses) else None,
    )


def _dosages(doses: list[dict[str, Any]], path: str) -> str:
    return phrases(*(_dosage(one, f"{path}[{at}]") for at, one in enumerate(doses)))


def _dosage(dose: dict[str, Any], path: str) -> str:
    written = fields.text(dose, "text", path)
    if written:
        return written
    rates = fields.objects(dose, "doseAndRate", path)
    amounts = [_amount(one, f"{path}.doseAndRate[{at}]") for at, one in enumerate(rates)]
    route = fields.concept(dose, "route", path)
    needed_for = fields.concept(dose, "asNeededCodeableConcept", path)
    as_needed = "as needed" if fields.flag(dose, "asNeededBoolean", path) else None
    parts = [
        *amounts,
        route.text if route else None,
        _timing(dose, path),
        f"as needed for {needed_for.text}" if needed_for else as_needed,
    ]
    return " ".join(part for part in parts if part)


def _amount(one: dict[str, Any], path: str) -> str | None:
    dose = quantity(one, "doseQuantity", path)
    return shown(dose) if dose else range_text(one, "doseRange", path)


def _timing(dose: dict[str, Any], path: str) -> str | None:
    timing = fields.object_(dose, "timing", path)
    if timing is None:
        return None
    code = fields.concept(timing, "code", f"{path}.timing")
    if code is not None:
        return code.text
    here = f"{path}.timing.repeat"
    repeat = fields.object_(timing, "repeat", f"{path}.timing") or {}
    times = fields.number(repeat, "frequency", here)
    period = fields.number(repeat, "period", here)
    unit = fields.text(repeat, "periodUnit", here)
    if period is None or unit is None:
        return None
    return f"{1.0 if times is None else times:.15g} per {period:.15g} {unit}"
