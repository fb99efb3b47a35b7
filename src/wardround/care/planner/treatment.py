"""Which lines of management fit this patient: for whom they are meant, allergies, and what was refused already."""

from __future__ import annotations

from wardround.care.chart import Chart
from wardround.knowledge import KnowledgeBase, Treatment, Who


def meant_for(who: Who, chart: Chart) -> bool:
    """Whether a value for `who` is meant for this patient. A dose for an age is for nobody whose age is unknown."""
    age, evidence = chart.age, chart.evidence
    if who.age != (0.0, 130.0) and (age is None or not who.age[0] <= age < who.age[1]):
        return False
    if who.sex != "any" and evidence.sex in ("female", "male") and who.sex != evidence.sex:
        return False
    return who.pregnant is None or who.pregnant == bool(evidence.pregnant)


def candidates(base: KnowledgeBase, chart: Chart, kind: str = "drug") -> tuple[Treatment, ...]:
    """Lines of the working (else the likeliest) diagnosis that fit, first line first; the allergic get their own.

    What a specialist alone starts is none, nor what was stopped in this visit or did harm before, or its like.
    """
    condition = chart.diagnosis or (chart.differential[0].condition if chart.differential else None)
    if condition is None or condition not in base.conditions:
        return ()
    groups = {g for a in chart.allergies for g in a.groups}
    order = {"first": 0, "second": 1, "third": 2}
    fitting = [
        t
        for t in base.conditions[condition].management
        if t.kind == kind and not t.specialist and meant_for(t.who, chart) and _suits(base, t, groups)
        if t.regimen is None or not _given_up(base, chart, t.regimen.drug)
    ]
    return tuple(sorted(fitting, key=lambda t: order[t.line]))


def covering(base: KnowledgeBase, chart: Chart, drug: str) -> str | None:
    """A drug that the patient takes and that does what this one would: the same, or of the same class."""
    main = base.drugs[drug].classes[0]
    taken = [d.drug for d in chart.drugs if d.drug is not None and d.drug in base.drugs]
    return next((t for t in taken if t == drug or base.drugs[t].classes[0] == main), None)


def _given_up(base: KnowledgeBase, chart: Chart, drug: str) -> bool:
    """Whether this drug, or one of its class, was stopped in this visit, or did harm before."""
    named = [*(s.drug for s in chart.stopped), *(h.drug for h in chart.harmed)]
    gone = [drug for drug in named if drug in base.drugs]
    return any(g == drug or base.drugs[g].classes[0] == base.drugs[drug].classes[0] for g in gone)


def treated(base: KnowledgeBase, chart: Chart) -> tuple[str, ...]:
    """What the patient already takes for the working diagnosis, where it is known: treatment goes on."""
    condition = base.conditions.get(chart.diagnosis or "")
    if condition is None or condition.id not in chart.evidence.known_conditions:
        return ()
    lines = [
        t.regimen.drug for t in condition.management if t.regimen is not None and meant_for(t.who, chart)
    ]
    found = (covering(base, chart, drug) for drug in lines)
    return tuple(dict.fromkeys(drug for drug in found if drug is not None))


def _suits(base: KnowledgeBase, line: Treatment, groups: set[str]) -> bool:
    """A line for the allergic is for them alone; a line with what they are allergic to is for the others."""
    if line.if_allergic_to is not None:
        return line.if_allergic_to in groups
    return line.regimen is None or not groups.intersection(base.drugs[line.regimen.drug].cross_reactivity)
