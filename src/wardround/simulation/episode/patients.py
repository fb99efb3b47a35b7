"""Who an episode is about: a case taken back to before the diagnosis, or forward to life with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from wardround.knowledge import KnowledgeBase, Stratum
from wardround.simulation.background import KnownDrug, KnownProblem
from wardround.simulation.case import Case
from wardround.simulation.links import histories
from wardround.simulation.medicines import Taker, permitted, regimens

LIVED_WITH_DAYS = 400
"""For so long at least have the diagnosed had their illness, and the drugs for it."""


def with_courses(base: KnowledgeBase, case: Case) -> tuple[str, ...]:
    """The conditions of a case that have a course, the truth first; none for one that has no course itself."""
    if case.truth not in base.courses:
        return ()
    lasting = [p.condition for p in case.known_problems if p.active and p.condition in base.courses]
    return tuple(dict.fromkeys((case.truth, *(c for c in lasting if c in base.conditions))))


def on_problem_list(case: Case) -> bool:
    """Whether the truth was known before the visit."""
    return any(p.active and p.condition == case.truth for p in case.known_problems)


def undiagnosed(base: KnowledgeBase, case: Case) -> Case:
    """The same person before anybody knew: neither on the list, nor treated, nor in any history or past result."""
    problems = tuple(p for p in case.known_problems if p.condition != case.truth)
    drugs = tuple(d for d in case.known_drugs if d.indication != case.truth)
    findings = {**case.findings, **dict.fromkeys(_history_of(base, case.truth), False)}
    visits = tuple(v for v in case.past_visits if v.condition != case.truth)
    return _told(
        replace(case, known_problems=problems, known_drugs=drugs, findings=findings, past_visits=visits)
    )


def diagnosed(base: KnowledgeBase, case: Case) -> Case:
    """The same person a year and more after the diagnosis, on the first drug for it that this person may have."""
    since = case.on - timedelta(days=LIVED_WITH_DAYS)
    problems, drugs = case.known_problems, case.known_drugs
    if not on_problem_list(case):
        problems = (*problems, KnownProblem(case.truth, base.named(case.truth), since))
    if not any(d.indication == case.truth for d in drugs):
        drugs = (*drugs, *_first_drug(base, case, drugs))
    findings = {**case.findings, **dict.fromkeys(_history_of(base, case.truth), True)}
    return _told(replace(case, known_problems=problems, known_drugs=drugs, findings=findings))


def _first_drug(base: KnowledgeBase, case: Case, taken: tuple[KnownDrug, ...]) -> tuple[KnownDrug, ...]:
    age, sex = case.age, case.sex
    if age is None or sex not in ("female", "male"):
        return ()
    stratum = Stratum(age, "female" if sex == "female" else "male", case.pregnant)
    taker = Taker(
        stratum,
        case.findings.get("finding.breastfeeding") is True,
        case.weight or 70.0,
        case.analytes.get("analyte.egfr", 90.0),
        frozenset((*case.active, *(p.condition for p in case.known_problems if p.active))),
        case.findings,
        case.known_allergies,
    )
    found = (r for r in regimens(base, case.truth, stratum) if permitted(base, taker, r, taken))
    regimen = next(found, None)
    if regimen is None:
        return ()
    dose, since = regimen.dose, case.on - timedelta(days=LIVED_WITH_DAYS - 30)
    return (
        KnownDrug(
            regimen.drug, base.drugs[regimen.drug].name, dose.value, dose.unit, regimen.route, regimen.per_day,
            regimen.as_needed, case.truth, since,
        ),
    )  # fmt: skip


def _history_of(base: KnowledgeBase, condition: str) -> tuple[str, ...]:
    """The findings that say that somebody has it."""
    return tuple(f for f, h in histories(base).items() if condition in h.conditions and not h.over)


def history_now(base: KnowledgeBase, known: frozenset[str]) -> Mapping[str, bool]:
    """Every history of a lasting illness, as it is for somebody with these on the list."""
    return {f: not known.isdisjoint(h.conditions) for f, h in histories(base).items() if not h.over}


def _told(case: Case) -> Case:
    """The words that the patient has for drugs and problems, after they changed."""
    return replace(
        case,
        drugs=tuple(d.text for d in case.known_drugs),
        problems=tuple(p.text for p in case.known_problems),
    )
