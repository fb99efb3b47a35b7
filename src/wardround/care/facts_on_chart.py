"""What a recalled fact puts on the chart: allergies, drugs, problems, histories, values, harm that a drug did before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from wardround.care.chart import Allergy, Chart, CurrentDrug, Harmed, Statement
from wardround.care.values_on_record import with_values
from wardround.clinical import PartialDate, but
from wardround.harness import JSON

HISTORY: Mapping[str, str] = {
    "condition.type_2_diabetes": "finding.diabetes_history",
    "condition.hypertension": "finding.hypertension_history",
    "condition.asthma": "finding.asthma_history",
    "condition.copd": "finding.copd_history",
    "condition.ischaemic_stroke": "finding.stroke_history",
    "condition.chronic_kidney_disease": "finding.kidney_disease_history",
    "condition.acute_coronary_syndrome": "finding.heart_disease_history",
    "condition.heart_failure": "finding.heart_disease_history",
    "condition.migraine": "finding.migraine_history",
    "condition.depression": "finding.depression_history",
    "condition.epilepsy": "finding.epilepsy_history",
    "condition.peptic_ulcer": "finding.peptic_ulcer_history",
    "condition.pulmonary_embolism": "finding.previous_clot",
    "condition.deep_vein_thrombosis": "finding.previous_clot",
}
"""What a condition on the record answers, so that nobody is asked what the record says."""
WHILE_IT_LASTS = frozenset(("finding.pregnancy", "finding.breastfeeding"))
"""States that memory holds until a date, and that are true until then."""
LONGEST_PREGNANCY_DAYS = 300
ADVERSE = "adverse"
"""How the value of a response begins that did harm."""
TO = re.compile(r"^\s*(?:allergy|allergic) to\s+", re.I)


def with_heard(chart: Chart, findings: Mapping[str, Any], event: str) -> Chart:
    """Answers and measurements, each with the event it came from. A later word replaces an earlier one."""
    if not findings:
        return chart
    evidence, heard = chart.evidence, dict(chart.heard)
    known, unsure = dict(evidence.findings), evidence.unsure
    pregnant, weight, feeding = evidence.pregnant, chart.weight, chart.breastfeeding
    for finding, value in findings.items():
        if value is None:
            if finding not in known:
                unsure |= {finding}
                heard[finding] = event
            continue
        heard[finding] = event
        known[finding] = value
        if finding in unsure:
            unsure -= {finding}
        if finding == "finding.pregnancy":
            pregnant = bool(value)
        elif finding == "finding.weight":
            weight = float(value)
        elif finding == "finding.breastfeeding":
            feeding = bool(value)
    evidence = but(evidence, findings=known, unsure=unsure, pregnant=pregnant)
    return but(chart, evidence=evidence, heard=heard, weight=weight, breastfeeding=feeding)


def with_fact(chart: Chart, content: JSON, event: str) -> Chart:
    """With a fact that came in at the door."""
    fact: JSON = content["fact"]
    chart = but(chart, recalled={**chart.recalled, event: fact})
    step = _FACT.get(fact["kind"])
    return step(chart, fact, event) if step and fact["status"] == "active" else chart


def _fact_allergy(chart: Chart, fact: JSON, event: str) -> Chart:
    slug = fact["slug"] if str(fact["slug"]).startswith(("drug.", "class.")) else None
    allergy = Allergy(fact["text"], tuple(fact["groups"]), slug, fact["severe"], event)
    return but(chart, allergies=with_allergy(chart.allergies, allergy), allergies_known=True)


def with_allergy(known: tuple[Allergy, ...], new: Allergy) -> tuple[Allergy, ...]:
    """An allergy that is told again stays one, and the graver account of it holds."""
    for at, old in enumerate(known):
        same = (old.drug, old.groups) == (new.drug, new.groups) and bool(new.drug or new.groups)
        if same or old.text.casefold() == new.text.casefold():
            keep = replace(new, text=old.text) if new.severe and not old.severe else old
            groups = tuple(dict.fromkeys((*old.groups, *new.groups)))
            keep = replace(keep, groups=groups, drug=old.drug or new.drug)
            return (*known[:at], keep, *known[at + 1 :])
    return (*known, new)


def _fact_drug(chart: Chart, fact: JSON, event: str) -> Chart:
    drug = fact["slug"] if str(fact["slug"]).startswith("drug.") else None
    return but(chart, drugs=(*chart.drugs, CurrentDrug(fact["text"], drug, event)), drugs_known=True)


def _fact_problem(chart: Chart, fact: JSON, event: str) -> Chart:
    chart = but(chart, problems=(*chart.problems, Statement(fact["text"], event)))
    slug = fact["slug"]
    if fact.get("allergic"):
        to = TO.sub("", fact["text"]) or fact["text"]
        allergy = Allergy(to, tuple(fact["groups"]), None, fact["severe"], event)
        return but(chart, allergies=with_allergy(chart.allergies, allergy))
    if slug == "finding.pregnancy":
        return with_heard(chart, {slug: True}, event) if _may_be_pregnant(chart, fact) else chart
    if not str(slug).startswith("condition."):
        return chart
    evidence = but(chart.evidence, known_conditions=chart.evidence.known_conditions | {slug})
    chart = but(chart, evidence=evidence)
    history = HISTORY.get(slug)
    return with_heard(chart, {history: True}, event) if history else chart


def _may_be_pregnant(chart: Chart, fact: JSON) -> bool:
    """A pregnancy that a record never ended does not last for ever."""
    if chart.evidence.sex == "male":
        return False
    began = PartialDate.parse(fact["from"]).earliest().date() if fact["from"] else None
    return began is None or (date.fromisoformat(chart.date) - began).days <= LONGEST_PREGNANCY_DAYS


def _fact_finding(chart: Chart, fact: JSON, event: str) -> Chart:
    """What lasts (a history, a pregnancy until its date) is known and not asked again; past symptoms are past."""
    slug = str(fact["slug"])
    lasting = fact["to"] is None or slug in WHILE_IT_LASTS
    if slug.startswith("finding.") and fact["value"] is True and lasting:
        return with_heard(chart, {slug: True}, event)
    return _fact_value(chart, fact, event)


def _fact_response(chart: Chart, fact: JSON, event: str) -> Chart:
    """What a drug did: harm is kept in mind, whatever it was that it did well."""
    slug, value = str(fact["slug"]), str(fact["value"] or "")
    if not slug.startswith("drug.") or not value.startswith(ADVERSE):
        return chart
    what = value.removeprefix(ADVERSE).strip(" :")
    return but(chart, harmed=(*chart.harmed, Harmed(slug, what or fact["detail"], event)))


def _fact_summary(chart: Chart, fact: JSON, event: str) -> Chart:
    return but(chart, summaries=(*chart.summaries, Statement(fact["text"], event)))


def _fact_value(chart: Chart, fact: JSON, event: str) -> Chart:
    return with_values(chart) if isinstance(fact["value"], dict) else chart


Step = Callable[[Chart, JSON, str], Chart]
_FACT: Mapping[str, Step] = {
    "allergy": _fact_allergy,
    "drug": _fact_drug,
    "problem": _fact_problem,
    "summary": _fact_summary,
    "result": _fact_value,
    "finding": _fact_finding,
    "response": _fact_response,
}
