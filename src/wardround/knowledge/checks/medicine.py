"""Is every entry complete enough to be used: reachable, treatable, askable, dosed, within its own limits?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal

from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Analyte, Condition, Contraindication, Drug, Finding, Treatment
from wardround.knowledge.strata import Stratum, applying, holds

_COMPLAINT_P: Final = 0.2
_TYPICAL: Final = 0.002
"""A stratum is typical of a condition at this prevalence, or where it is the commonest."""
_AGES: Final = (3.0, 9.0, 15.0, 25.0, 35.0, 50.0, 60.0, 75.0, 85.0)


def check_medicine(draft: Draft) -> Iterator[Problem]:
    """Findings, tests, conditions."""
    for finding in draft.content.findings:
        yield from _finding(finding)
    for analyte in draft.analytes.values():
        yield from _analyte(analyte)
    for condition in draft.content.conditions:
        yield from _reachable(draft, condition)
        yield from _treatable(draft, condition)
        yield from _means(draft, condition)
    for flag in draft.content.red_flags:
        for i, limit in enumerate(flag.limits):
            plausible = _plausible(draft, limit.of)
            for value in (limit.below, limit.above):
                if plausible and value is not None and not plausible[0] <= value <= plausible[1]:
                    yield Problem(
                        flag.id, f"limits.{i}", f"{value:g} is outside plausible {plausible}: mend either"
                    )


def _plausible(draft: Draft, slug: str) -> tuple[float, float] | None:
    if slug in draft.findings:
        return draft.findings[slug].plausible
    return draft.analytes[slug].plausible if slug in draft.analytes else None


def _finding(f: Finding) -> Iterator[Problem]:
    if f.answer == "quantity":
        if f.unit is None or f.normal is None or f.plausible is None:
            yield Problem(f.id, "unit, normal, plausible", "a quantity needs all three")
        elif f.normal[1] <= 0 or not f.plausible[0] <= f.normal[0] <= f.plausible[1]:
            yield Problem(f.id, "normal", "give a mean inside plausible and an sd above 0")
        if not f.examined and not any("{value}" in text for text in f.answers.yes):
            yield Problem(f.id, "answers.yes", "write {value} where the value stands")
    if f.answer == "choice" and len(f.choices) < 2:
        yield Problem(f.id, "choices", "give at least two")
    if f.answer == "yes_no" and not f.background:
        yield Problem(f.id, "background", "give P(present) in somebody who consults for another reason")
    if not f.examined and (len(f.answers.yes) < 2 or (f.answer == "yes_no" and len(f.answers.no) < 2)):
        yield Problem(f.id, "answers", "give at least two ways to say it")
    if not f.examined and not f.lay:
        yield Problem(f.id, "lay", "give at least one lay wording")


def _analyte(a: Analyte) -> Iterator[Problem]:
    low, high = a.plausible
    if not low < high:
        yield Problem(a.id, "plausible", "give the lower value first")
        return
    mean = math.exp(a.typical[0]) if a.log else a.typical[0]
    if a.typical[1] <= 0 or not low <= mean <= high:
        yield Problem(
            a.id, "typical", f"mean {mean:g} and sd {a.typical[1]:g}: mean inside plausible, sd above 0"
        )
    if a.log and low < 0:
        yield Problem(a.id, "plausible", "a log-normal analyte is never below 0")
    if not a.reference:
        yield Problem(a.id, "reference", "give a reference range")
    for i, r in enumerate(a.reference):
        ends = [x for x in (r.low, r.high) if x is not None]
        if not ends or sorted(ends) != ends or not all(low <= x <= high for x in ends):
            yield Problem(
                a.id, f"reference.{i}", f"{ends} is not an ordered range inside plausible {a.plausible}"
            )
    limits = (a.critical.below, a.critical.above) if a.critical else ()
    for value in limits:
        if value is not None and not low <= value <= high:
            yield Problem(a.id, "critical", f"{value:g} is outside plausible {a.plausible}")


def _reachable(draft: Draft, condition: Condition) -> Iterator[Problem]:
    if any(shown.finding not in draft.findings for shown in condition.findings):
        return  # said already
    for shown in condition.findings:
        finding = draft.findings.get(shown.finding)
        asked = finding is not None and finding.kind == "symptom" and not finding.examined
        if asked and shown.p is not None and shown.p >= _COMPLAINT_P:
            return
    yield Problem(condition.id, "findings", f"no symptom with p >= {_COMPLAINT_P}: nobody would come with it")


def _means(draft: Draft, condition: Condition) -> Iterator[Problem]:
    for i, shown in enumerate(condition.findings):
        plausible = _plausible(draft, shown.finding)
        if shown.mean is not None and plausible and not plausible[0] <= shown.mean <= plausible[1]:
            yield Problem(
                condition.id, f"findings.{i} ({shown.finding})", f"mean is outside plausible {plausible}"
            )


def _strata(condition: Condition) -> Iterator[Stratum]:
    """Typical patients: the commonest stratum, and every other that is not rare."""
    sexes: tuple[Literal["female", "male"], ...] = ("female", "male")
    found = []
    for age in _AGES:
        for sex in sexes:
            for pregnant in (False, True) if sex == "female" and 15 <= age < 50 else (False,):
                stratum = Stratum(age, sex, pregnant)
                if (band := applying(condition.prevalence, stratum)) is not None:
                    found.append((band.p, stratum))
    if not found:
        return
    most = max(p for p, _ in found)
    yield from (stratum for p, stratum in found if p == most or p >= _TYPICAL)


def _treatable(draft: Draft, condition: Condition) -> Iterator[Problem]:
    for i, line in enumerate(condition.management):
        drug = draft.drugs.get(line.regimen.drug) if line.regimen else None
        if drug is not None and any(
            c.severity == "absolute" and c.condition == condition.id for c in drug.contraindications
        ):
            yield Problem(
                condition.id, f"management.{i}", f"{drug.id} is contraindicated in it: choose another"
            )
    strata = list(_strata(condition))
    if not strata:
        yield Problem(condition.id, "prevalence", "no band holds for anybody: mend who")
    for stratum in strata:
        firsts = [t for t in condition.management if t.line == "first" and holds(t.who, stratum)]
        if not any(_usable(draft, t, stratum) for t in firsts):
            who = f"{stratum.sex}, {stratum.age:g}{', pregnant' if stratum.pregnant else ''}"
            yield Problem(
                condition.id, "management", f"no first line that is not forbidden to: {who}; add one"
            )


def _usable(draft: Draft, line: Treatment, stratum: Stratum) -> bool:
    if line.regimen is None:
        return True
    drug = draft.drugs.get(line.regimen.drug)
    return drug is not None and not forbidden(drug, stratum)


def forbidden(drug: Drug, stratum: Stratum) -> bool:
    """Whether a drug is absolutely contraindicated to a person only for who they are."""
    if stratum.age < drug.min_age or (stratum.pregnant and drug.pregnancy.advice == "contraindicated"):
        return True
    return any(c.severity == "absolute" and c.who is not None and holds(c.who, stratum) and _only_who(c)
               for c in drug.contraindications)  # fmt: skip


def _only_who(c: Contraindication) -> bool:
    return c.condition is None and c.finding is None and c.egfr_below is None
