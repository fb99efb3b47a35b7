"""Can a course be played: do its names resolve, its units convert, its numbers lie within their own bounds?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from wardround.clinical import is_unit
from wardround.knowledge.checks.doses import in_base_unit
from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import AGE, Course, CourseEvent, CourseReading, CourseResponse, CourseVariable

_MOST_A_YEAR: Final = 60.0
"""What befalls somebody more than once a week is a symptom, not an event."""


def check_courses(draft: Draft) -> Iterator[Problem]:
    """Every course, and that no condition has two."""
    seen: dict[str, str] = {}
    for course in draft.content.courses:
        if course.condition in seen:
            yield Problem(course.id, "condition", f"has a course already, {seen[course.condition]}: keep one")
        seen[course.condition] = course.id
        yield from _course(draft, course)


def _course(draft: Draft, course: Course) -> Iterator[Problem]:
    yield from _known(course.condition, draft.conditions, course.id, "condition", "inferred condition")
    names = {v.id for v in course.variables}
    for kind, items in (("variables", course.variables), ("events", course.events)):
        twice = sorted({x.id for x in items if sum(y.id == x.id for y in items) > 1})
        if twice:
            yield Problem(course.id, kind, f"{twice[0]} stands twice: rename one")
    if AGE in names:
        yield Problem(course.id, "variables", f"{AGE} is the patient's age: choose another name")
    for i, variable in enumerate(course.variables):
        yield from _variable(course, names, i, variable)
    for i, response in enumerate(course.responses):
        yield from _response(draft, course, names, i, response)
    for i, event in enumerate(course.events):
        yield from _event(draft, course, names, i, event)
    for i, reading in enumerate(course.readings):
        yield from _reading(draft, course, i, reading)
    yield from _signs(draft, course, names)
    yield from _examples(draft, course)
    shown = {r.of for r in course.readings} | {s.of for s in course.signs}
    for hidden in sorted(names - shown):
        yield Problem(course.id, "readings, signs", f"{hidden} shows in nothing: say how it is seen")


def _known(slug: str | None, known: Collection[str], entity: str, field: str, kind: str) -> Iterator[Problem]:
    if slug is not None and slug not in known:
        yield Problem(entity, field, f"{slug} is no {kind} of the base: add it, or use an id that is there")


def _drugs(draft: Draft) -> Collection[str]:
    return {*draft.drugs, *draft.classes}


def _variable(course: Course, names: set[str], i: int, v: CourseVariable) -> Iterator[Problem]:
    field = f"variables.{i} ({v.id})"
    low, high = v.bounds
    if not low < high or not low <= v.start[0] <= high:
        yield Problem(course.id, field, "give the lower bound first, and a start between them")
    if not is_unit(v.unit):
        yield Problem(course.id, field, f"{v.unit!r} does not convert: write a UCUM unit")
    ends = [x for x in v.target or () if x is not None]
    if v.target is not None and (not ends or sorted(ends) != ends or not low <= ends[0] <= ends[-1] <= high):
        yield Problem(course.id, field, "give a target with an end, in order and within the bounds")
    for j, pull in enumerate(v.pulls):
        yield from _known(pull.of, names, course.id, f"{field}.pulls.{j}", "variable")
        if pull.of == v.id:
            yield Problem(course.id, f"{field}.pulls.{j}", "pulls itself: that is what relaxation does")


def _response(draft: Draft, course: Course, names: set[str], i: int, r: CourseResponse) -> Iterator[Problem]:
    field = f"responses.{i} ({r.to})"
    yield from _known(r.to, _drugs(draft), course.id, field, "drug or class")
    yield from _known(r.of, names, course.id, field, "variable")
    if any((e.to, e.of, e.on) == (r.to, r.of, r.on) for e in course.responses[:i]):
        yield Problem(course.id, field, f"acts twice on the {r.on} of {r.of}: keep one")
    if not r.effect:
        yield Problem(course.id, field, "has no effect: leave it out")
    if r.half_dose is None:
        return
    drug = draft.drugs.get(r.to)
    given = in_base_unit(r.half_dose.value, r.half_dose.unit)
    most = in_base_unit(drug.max_daily.value, drug.max_daily.unit) if drug else None
    if drug is None:
        yield Problem(course.id, field, "half_dose is for one drug: give a class half_at")
    elif given is None or most is None or given[1] != most[1]:
        yield Problem(course.id, field, f"half_dose does not compare with max_daily {drug.max_daily.unit}")


def _event(draft: Draft, course: Course, names: set[str], i: int, e: CourseEvent) -> Iterator[Problem]:
    field = f"events.{i} ({e.id})"
    for j, rise in enumerate(e.rises):
        yield from _known(rise.of, {*names, AGE}, course.id, f"{field}.rises.{j}", "variable")
    for jump in e.does:
        yield from _known(jump.of, names, course.id, f"{field}.does", "variable")
    for brought in e.brings:
        yield from _known(brought.finding, draft.findings, course.id, f"{field}.brings", "finding")
        finding = draft.findings.get(brought.finding)
        if finding is not None and finding.answer != "yes_no":
            yield Problem(course.id, f"{field}.brings", f"{brought.finding} is not answered by yes or no")
    bearing = [factor.to for factor in e.under] + [x for x in (e.only_under,) if x]
    for to in [*bearing, *([e.rebound.to] if e.rebound else [])]:
        yield from _known(to, _drugs(draft), course.id, field, "drug or class")
    yield from _known(e.truth, draft.named_conditions, course.id, f"{field}.truth", "condition")
    if e.per_year > _MOST_A_YEAR:
        yield Problem(course.id, field, f"happens {e.per_year:g} times a year: make it a symptom (signs)")


def _reading(draft: Draft, course: Course, i: int, r: CourseReading) -> Iterator[Problem]:
    field = f"readings.{i} ({r.analyte or r.finding})"
    variable = next((v for v in course.variables if v.id == r.of), None)
    yield from _known(r.of, [v.id for v in course.variables], course.id, field, "variable")
    yield from _known(r.analyte, draft.analytes, course.id, field, "analyte")
    measured = {f.id for f in draft.content.findings if f.answer == "quantity"}
    yield from _known(r.finding, measured, course.id, field, "measured finding")
    unit, plausible = _measured(draft, r)
    if variable is None or plausible is None:
        return
    if r.form == "linear" and (r.slope, r.plus) == (1.0, 0.0) and unit != variable.unit:
        yield Problem(
            course.id, field, f"is measured in {unit}, {r.of} in {variable.unit}: give slope and plus"
        )
    if r.form == "power" and variable.bounds[0] <= 0:
        yield Problem(course.id, field, f"a power needs {r.of} above 0: mend its bounds")
        return
    at_start = r.at(variable.start[0])
    if not plausible[0] <= at_start <= plausible[1]:
        yield Problem(course.id, field, f"is {at_start:g} at the start, outside plausible {plausible}")


def _measured(draft: Draft, r: CourseReading) -> tuple[str | None, tuple[float, float] | None]:
    if r.analyte in draft.analytes:
        return draft.analytes[r.analyte].unit, draft.analytes[r.analyte].plausible
    finding = draft.findings.get(r.finding or "")
    return (finding.unit, finding.plausible) if finding else (None, None)


def _signs(draft: Draft, course: Course, names: set[str]) -> Iterator[Problem]:
    for i, sign in enumerate(course.signs):
        field = f"signs.{i} ({sign.finding})"
        yield from _known(sign.of, names, course.id, field, "variable")
        yield from _known(sign.finding, draft.findings, course.id, field, "finding")
        finding = draft.findings.get(sign.finding)
        if finding is not None and finding.answer != "yes_no":
            yield Problem(course.id, field, "is not answered by yes or no: make it a reading")
        if not sign.scale:
            yield Problem(course.id, field, "give a scale other than 0")


def _examples(draft: Draft, course: Course) -> Iterator[Problem]:
    for i, example in enumerate(course.examples):
        for regimen in example.regimens:
            field = f"examples.{i} ({regimen.drug})"
            drug = draft.drugs.get(regimen.drug)
            yield from _known(regimen.drug, draft.drugs, course.id, field, "drug")
            if drug is None:
                continue
            given = in_base_unit(regimen.dose.value, regimen.dose.unit)
            most = in_base_unit(drug.max_daily.value, drug.max_daily.unit)
            comparable = given is not None and most is not None and given[1] == most[1]
            if not comparable:
                yield Problem(course.id, field, f"its dose does not compare with {drug.max_daily.unit}")
            elif example.kind == "right" and given and most and given[0] * regimen.per_day > most[0] * 1.001:
                yield Problem(course.id, field, "is above the drug's max_daily: that is not right")
    if not any(example.kind == "right" for example in course.examples):
        yield Problem(course.id, "examples", "show a right treatment")
