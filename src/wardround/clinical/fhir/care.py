"""Procedure, Immunization, Encounter, CarePlan, Goal and DiagnosticReport become facts."""

from __future__ import annotations

from typing import Any

from wardround.clinical.codes import Concept
from wardround.clinical.fact import Certainty, Fact, FactKind, FactStatus
from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry
from wardround.clinical.fhir.problems import timing
from wardround.clinical.fhir.statements import (
    Scope,
    Statement,
    Withheld,
    labelled,
    notes,
    phrases,
    pointed_concept,
    quantity,
    range_text,
    reasons,
    recorded,
    shown,
)

_Standing = tuple[FactKind, FactStatus, Certainty]
_WRONG: _Standing = ("plan", "entered-in-error", "reported")
_PROCEDURE: dict[str, _Standing] = {
    "preparation": ("plan", "active", "confirmed"),
    "in-progress": ("procedure", "active", "confirmed"),
    "not-done": ("procedure", "refuted", "confirmed"),
    "on-hold": ("plan", "active", "confirmed"),
    "stopped": ("procedure", "active", "confirmed"),
    "completed": ("procedure", "active", "confirmed"),
    "entered-in-error": ("procedure", "entered-in-error", "reported"),
    "unknown": ("procedure", "active", "possible"),
}
_IMMUNIZATION: dict[str, _Standing] = {
    "completed": ("immunization", "active", "confirmed"),
    "entered-in-error": ("immunization", "entered-in-error", "reported"),
    "not-done": ("immunization", "refuted", "confirmed"),
}
_ENCOUNTER: dict[str, _Standing] = {
    "planned": ("plan", "active", "confirmed"),
    **dict.fromkeys(
        ("arrived", "triaged", "in-progress", "onleave", "finished"), ("summary", "active", "confirmed")
    ),
    "cancelled": ("summary", "refuted", "confirmed"),
    "entered-in-error": ("summary", "entered-in-error", "reported"),
    "unknown": ("summary", "active", "possible"),
}
_PLAN: dict[str, _Standing] = {
    "draft": ("plan", "active", "possible"),
    "active": ("plan", "active", "confirmed"),
    "on-hold": ("plan", "active", "confirmed"),
    "revoked": ("plan", "refuted", "confirmed"),
    "completed": ("plan", "resolved", "confirmed"),
    "entered-in-error": _WRONG,
    "unknown": ("plan", "active", "possible"),
}
_GOAL: dict[str, _Standing] = {
    "proposed": ("plan", "active", "possible"),
    **dict.fromkeys(("planned", "accepted", "active", "on-hold"), ("plan", "active", "confirmed")),
    "completed": ("plan", "resolved", "confirmed"),
    "cancelled": ("plan", "refuted", "confirmed"),
    "rejected": ("plan", "refuted", "confirmed"),
    "entered-in-error": _WRONG,
}
_REPORT: dict[str, _Standing] = {
    "registered": ("result", "active", "possible"),
    **dict.fromkeys(("partial", "preliminary"), ("result", "active", "probable")),
    **dict.fromkeys(("final", "amended", "corrected", "appended"), ("result", "active", "confirmed")),
    "cancelled": ("result", "refuted", "confirmed"),
    "entered-in-error": ("result", "entered-in-error", "reported"),
    "unknown": ("result", "active", "possible"),
}


def _standing(entry: Entry, table: dict[str, _Standing], key: str = "status") -> tuple[str, _Standing]:
    status = fields.one_of(entry.resource, key, entry.path, tuple(table))
    if status is None:
        raise fields.required(f"{entry.path}.{key}", f"one of {', '.join(table)}")
    return status, table[status]


def procedure(entry: Entry, scope: Scope) -> list[Fact]:
    """Something that was done. `active` means that the statement stands, as for results."""
    resource, path = entry.resource, entry.path
    status, (kind, stands, certainty) = _standing(entry, _PROCEDURE)
    start, end, words = timing(resource, "performed", path)
    concept = fields.concept(resource, "code", path)
    if concept is None:
        raise Withheld("no code says which procedure")
    why = fields.concept(resource, "statusReason", path)
    outcome = fields.concept(resource, "outcome", path)
    detail = phrases(
        status if status in ("stopped", "in-progress", "on-hold", "not-done") else None,
        f"because: {why.text}" if why else None,
        words,
        reasons(entry, scope),
        labelled("site", fields.concepts(resource, "bodySite", path)),
        f"outcome: {outcome.text}" if outcome else None,
        notes(resource, path),
    )
    when_recorded = recorded(entry, scope, otherwise=start or end)
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=end)
    return [said.fact(concept, detail=detail)]


def immunization(entry: Entry, scope: Scope) -> list[Fact]:
    """A vaccine given, or not given (`refuted`, with the reason)."""
    resource, path = entry.resource, entry.path
    _, (kind, stands, certainty) = _standing(entry, _IMMUNIZATION)
    start, end, words = timing(resource, "occurrence", path)
    concept = fields.concept(resource, "vaccineCode", path)
    if concept is None:
        raise fields.required(f"{path}.vaccineCode", "which vaccine")
    why = fields.concept(resource, "statusReason", path)
    detail = phrases(words, f"because: {why.text}" if why else None, notes(resource, path))
    when_recorded = recorded(entry, scope, "recorded", otherwise=start)
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=end)
    return [said.fact(concept, detail=detail)]


def encounter(entry: Entry, scope: Scope) -> list[Fact]:
    """A visit of the past, in one line; a planned one is a plan."""
    resource, path = entry.resource, entry.path
    status, (kind, stands, certainty) = _standing(entry, _ENCOUNTER)
    start, end = fields.period(resource, "period", path)
    types = fields.concepts(resource, "type", path)
    class_ = fields.object_(resource, "class", path) or {}
    setting = fields.text(class_, "display", f"{path}.class") or fields.text(class_, "code", f"{path}.class")
    concept = types[0] if types else Concept(f"Encounter ({setting})" if setting else "Encounter")
    detail = phrases(
        status if status not in ("finished", "planned") else None,
        f"setting {setting}" if setting else None,
        reasons(entry, scope),
    )
    when_recorded = recorded(entry, scope, otherwise=start or end)
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=end)
    return [said.fact(concept, detail=detail)]


def care_plan(entry: Entry, scope: Scope) -> list[Fact]:
    """A plan of care: its title or category; `detail` lists the activities and what it is for."""
    resource, path = entry.resource, entry.path
    status, (kind, stands, certainty) = _standing(entry, _PLAN)
    start, end = fields.period(resource, "period", path)
    title = fields.text(resource, "title", path)
    categories = fields.concepts(resource, "category", path)
    found = (Concept(title) if title else None) or next(iter(categories[::-1]), None)
    if found is None:
        raise Withheld("no title or category says which plan")
    activities = fields.objects(resource, "activity", path)
    tasks = [_activity(one, f"{path}.activity[{at}]", scope) for at, one in enumerate(activities)]
    aims = [
        pointed_concept(one, f"{path}.addresses[{at}]", scope.index)
        for at, one in enumerate(fields.objects(resource, "addresses", path))
    ]
    detail = phrases(
        status if status in ("draft", "on-hold", "revoked") else None,
        labelled("activities", [one for one in tasks if one]),
        labelled("for", [one for one in aims if one]),
        fields.text(resource, "description", path),
        notes(resource, path),
    )
    when_recorded = recorded(entry, scope, "created", otherwise=start or end)
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=end)
    return [said.fact(found, detail=detail)]


def _activity(one: dict[str, Any], path: str, scope: Scope) -> Concept | None:
    detail = fields.object_(one, "detail", path)
    if detail is None:
        pointer = fields.object_(one, "reference", path)
        return pointed_concept(pointer, f"{path}.reference", scope.index) if pointer else None
    concept = fields.concept(detail, "code", f"{path}.detail")
    words = fields.text(detail, "description", f"{path}.detail")
    return concept or (Concept(words) if words else None)


def goal(entry: Entry, scope: Scope) -> list[Fact]:
    """What is aimed for: a plan."""
    resource, path = entry.resource, entry.path
    status, (kind, stands, certainty) = _standing(entry, _GOAL, "lifecycleStatus")
    concept = fields.concept(resource, "description", path)
    if concept is None:
        raise fields.required(f"{path}.description", "what is aimed for")
    start = fields.when(resource, "startDate", path)
    stated = fields.when(resource, "statusDate", path)
    targets = [
        _target(one, f"{path}.target[{at}]")
        for at, one in enumerate(fields.objects(resource, "target", path))
    ]
    detail = phrases(
        "goal" if status in ("active", "completed") else f"goal, {status}",
        *(one for one in targets if one),
        notes(resource, path),
    )
    when_recorded = recorded(entry, scope, "statusDate", otherwise=start)
    ended = stated if stands in ("resolved", "refuted") else None
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=ended)
    return [said.fact(concept, detail=detail)]


def _target(one: dict[str, Any], path: str) -> str | None:
    measure = fields.concept(one, "measure", path)
    amount = quantity(one, "detailQuantity", path)
    aimed = (shown(amount) if amount else None) or range_text(one, "detailRange", path)
    words = fields.concept(one, "detailCodeableConcept", path)
    due = fields.when(one, "dueDate", path)
    parts = [measure.text if measure else None, aimed or (words.text if words else None)]
    said = " ".join(part for part in [*parts, f"by {due.iso()}" if due else None] if part)
    return f"target: {said}" if said else None


def report(entry: Entry, scope: Scope) -> list[Fact]:
    """A report's conclusion in words. Its single results are Observations, which are facts already."""
    resource, path = entry.resource, entry.path
    _, (kind, stands, certainty) = _standing(entry, _REPORT)
    concept = fields.concept(resource, "code", path)
    if concept is None:
        raise fields.required(f"{path}.code", "which report")
    start = fields.when(resource, "effectiveDateTime", path)
    end = None
    if start is None:
        start, end = fields.period(resource, "effectivePeriod", path)
    codes = fields.concepts(resource, "conclusionCode", path)
    conclusion = fields.text(resource, "conclusion", path) or ", ".join(one.text for one in codes)
    when_recorded = recorded(entry, scope, "issued", otherwise=start)
    if not conclusion:
        if resource.get("result"):
            raise Withheld("its results are Observations of their own")
        raise Withheld("no conclusion in words")
    said = Statement(entry, scope, kind, stands, certainty, when_recorded, valid_from=start, valid_to=end)
    return [said.fact(concept, value=" ".join(conclusion.split()))]
