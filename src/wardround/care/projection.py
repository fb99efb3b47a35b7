"""From events to the chart: one small pure function per thing that can come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from wardround.care.chart import (
    Allergy,
    Chart,
    CurrentDrug,
    Order,
    Prescription,
    Ranked,
    Statement,
    Stopped,
    is_called,
)
from wardround.care.values_on_record import with_values
from wardround.clinical import PartialDate, but
from wardround.harness import JSON, Closed, Event, HandedOver, Observed, Opened, Returned, Reviewed, Started
from wardround.knowledge import Evidence, KnowledgeBase, red_flags_present

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
SIGNED = ("prescribe", "stop")
"""Tools of which it stands beside what they did who signed."""
PREGNANCY_TEST = "test.pregnancy_test"
"""Tells whether she is pregnant; where that was known it says nothing new."""
WHILE_IT_LASTS = frozenset(("finding.pregnancy", "finding.breastfeeding"))
"""States that memory holds until a date, and that are true until then."""
LONGEST_PREGNANCY_DAYS = 300
TO = re.compile(r"^\s*(?:allergy|allergic) to\s+", re.I)


@dataclass(frozen=True)
class ClinicProjection:
    """Folds the log into the chart, in the terms of one version of the knowledge base."""

    base: KnowledgeBase

    def start(self, header: Opened) -> Chart:
        who: JSON = header.context["patient"]
        pregnant = False if who["sex"] == "male" else None
        evidence = Evidence(age=who["age"], sex=who["sex"], pregnant=pregnant)
        return Chart(header.subject, who["name"], header.date, header.context["complaint"], evidence=evidence)

    def fold(self, domain: Chart, event: Event) -> Chart:
        body = event.body
        if isinstance(body, Observed):
            step = _OBSERVED.get(body.content.get("kind", ""))
            chart = step(domain, body.content, event.name) if step else domain
        elif isinstance(body, Returned):
            step = _RETURNED.get(body.tool)
            chart = step(domain, body.output, event.name) if step else domain
        elif isinstance(body, Reviewed) and body.answer != "reject":
            signed = {"approved_by": body.reviewer, "note": body.note, "event": event.name}
            chart = but(domain, notes=(*domain.notes, signed))
        elif isinstance(body, Started) and body.tool in SIGNED:
            chart = but(domain, signature=_signature(domain, event))
        elif isinstance(body, HandedOver) and body.outside:
            chart = but(domain, disposition="handed_over")
        elif isinstance(body, Closed) and not event.branch:
            chart = _closed(domain, body)
        else:
            return domain
        if chart.evidence is not domain.evidence and not _only_absent(domain, body):
            chart = self._with_flags(chart)
        return chart

    def _with_flags(self, chart: Chart) -> Chart:
        present = [
            flag.id for flag in red_flags_present(self.base, chart.evidence) if flag.id not in chart.red_flags
        ]
        return but(chart, red_flags=(*chart.red_flags, *present)) if present else chart


def _only_absent(chart: Chart, body: object) -> bool:
    """Whether an answer only says no, or nothing, to what was not known to be there: that can raise no flag."""
    if not isinstance(body, Returned) or body.tool != "ask":
        return False
    known = chart.evidence.findings
    return all(
        (v is False or v is None) and known.get(f) is not True for f, v in body.output["findings"].items()
    )


def _signature(chart: Chart, started: Event) -> JSON | None:
    """Who approved exactly this action, and with what word: the review that the start names as its cause."""
    causes = {ref.event for ref in started.causes}
    return next((n for n in chart.notes if "approved_by" in n and n["event"] in causes), None)


def _closed(chart: Chart, body: Closed) -> Chart:
    disposition = (body.report or {}).get("disposition") or chart.disposition
    return but(chart, closed=body.reason, disposition=disposition)


# --- what was known at the door ---------------------------------------------------------------------------


def _heard(chart: Chart, findings: Mapping[str, Any], event: str) -> Chart:
    """Answers and measurements, each with the event it came from. A later word replaces an earlier one."""
    if not findings:
        return chart
    evidence, heard = chart.evidence, dict(chart.heard)
    known, unsure = dict(evidence.findings), evidence.unsure
    pregnant, weight, feeding = evidence.pregnant, chart.weight, chart.breastfeeding
    for finding, value in findings.items():
        heard[finding] = event
        if value is None:
            if finding not in known:
                unsure |= {finding}
            continue
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


def _complaint(chart: Chart, content: JSON, event: str) -> Chart:
    named = {f for f, value in content["findings"].items() if value not in (False, None)}
    named |= {m["id"] for m in content.get("mentions", ()) if _said_of_patient(m)}
    return _heard(but(chart, presenting=frozenset(named)), content["findings"], event)


def _said_of_patient(mention: JSON) -> bool:
    return mention["kind"] == "condition" and not mention["negated"] and mention["about"] == "patient"


def _known(chart: Chart, content: JSON, event: str) -> Chart:
    return but(
        chart,
        allergies_known=chart.allergies_known or content["allergies"],
        drugs_known=chart.drugs_known or content["drugs"],
    )


def _fact(chart: Chart, content: JSON, event: str) -> Chart:
    fact: JSON = content["fact"]
    chart = but(chart, recalled={**chart.recalled, event: fact})
    step = _FACT.get(fact["kind"])
    return step(chart, fact, event) if step and fact["status"] == "active" else chart


def _fact_allergy(chart: Chart, fact: JSON, event: str) -> Chart:
    slug = fact["slug"] if str(fact["slug"]).startswith(("drug.", "class.")) else None
    allergy = Allergy(fact["text"], tuple(fact["groups"]), slug, fact["severe"], event)
    return but(chart, allergies=_with_allergy(chart.allergies, allergy), allergies_known=True)


def _with_allergy(known: tuple[Allergy, ...], new: Allergy) -> tuple[Allergy, ...]:
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
        return but(chart, allergies=_with_allergy(chart.allergies, allergy))
    if slug == "finding.pregnancy":
        return _heard(chart, {slug: True}, event) if _may_be_pregnant(chart, fact) else chart
    if not str(slug).startswith("condition."):
        return chart
    evidence = but(chart.evidence, known_conditions=chart.evidence.known_conditions | {slug})
    chart = but(chart, evidence=evidence)
    history = HISTORY.get(slug)
    return _heard(chart, {history: True}, event) if history else chart


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
        return _heard(chart, {slug: True}, event)
    return _fact_value(chart, fact, event)


def _fact_summary(chart: Chart, fact: JSON, event: str) -> Chart:
    return but(chart, summaries=(*chart.summaries, Statement(fact["text"], event)))


def _fact_value(chart: Chart, fact: JSON, event: str) -> Chart:
    return with_values(chart) if isinstance(fact["value"], dict) else chart


# --- what tools returned ----------------------------------------------------------------------------------


def _asked(chart: Chart, output: JSON, event: str) -> Chart:
    about = output["about"]
    asked = {**chart.asked, **dict.fromkeys(output["findings"], event)}
    if about:
        asked[about] = event
    allergies = chart.allergies
    for a in output["allergies"]:
        reported = Allergy(a["text"], tuple(a["groups"]), a["drug"], a["severe"], event)
        allergies = _with_allergy(allergies, reported)
    told = (CurrentDrug(d["text"], d["drug"], event) for d in output["drugs"])
    drugs = tuple(d for d in told if not any(is_called(d, s.drug) for s in chart.stopped))
    chart = but(
        chart,
        asked=asked,
        transcript=(*chart.transcript, (output.get("question", ""), output.get("answer", ""))),
        allergies=allergies,
        drugs=(*chart.drugs, *drugs),
        allergies_known=chart.allergies_known or about == "allergies",
        drugs_known=chart.drugs_known or about == "drugs",
    )
    return _heard(chart, output["findings"], event)


def _examined(chart: Chart, output: JSON, event: str) -> Chart:
    return _heard(chart, output["values"], event)


def _tested(chart: Chart, output: JSON, event: str) -> Chart:
    chart = but(chart, orders=(*chart.orders, Order(output["test"], event, output.get("result"))))
    result: JSON | None = output.get("result")
    if not result:
        return chart
    evidence, egfr = chart.evidence, chart.egfr
    basis, old = chart.egfr_basis, chart.egfr_old
    heard = dict(chart.heard)
    for analyte, measured in result.get("analytes", {}).items():
        evidence = evidence.with_analyte(analyte, float(measured["value"]))
        heard[analyte] = event
        if analyte == "analyte.egfr":
            egfr, basis, old = float(measured["value"]), "", False
    if result.get("positive") is not None:
        positive, known = bool(result["positive"]), evidence.pregnant and output["test"] == PREGNANCY_TEST
        evidence = evidence if known and positive else evidence.with_test(output["test"], positive)
        heard[output["test"]] = event
        if output["test"] == PREGNANCY_TEST:
            evidence = but(evidence, pregnant=positive)
    return but(chart, evidence=evidence, egfr=egfr, egfr_basis=basis, egfr_old=old, heard=heard)


def _ranked(chart: Chart, output: JSON, event: str) -> Chart:
    ranked = tuple(Ranked(r["condition"], float(r["probability"])) for r in output["ranked"])
    considered = chart.considered | set(output["considered"]) | {r.condition for r in ranked}
    return but(chart, differential=ranked, considered=considered)


def _diagnosed(chart: Chart, output: JSON, event: str) -> Chart:
    return but(chart, diagnosis=output["condition"], diagnosis_event=event)


def _prescribed(chart: Chart, output: JSON, event: str) -> Chart:
    proposal: JSON = output["prescription"]
    signed = chart.signature or {}
    written = Prescription(
        proposal["drug"], proposal, event, signed.get("approved_by"), signed.get("note", "")
    )
    return but(chart, prescriptions=(*chart.prescriptions, written), signature=None)


def _stopped(chart: Chart, output: JSON, event: str) -> Chart:
    """What was stopped is taken no more: nothing that counts what is taken counts it."""
    order: JSON = output["stop"]
    drug, signed = str(order["drug"]), chart.signature or {}
    ended = Stopped(
        drug,
        order,
        event,
        tuple(d for d in chart.drugs if is_called(d, drug)),
        tuple(p for p in chart.prescriptions if p.drug == drug),
        signed.get("approved_by"),
        signed.get("note", ""),
    )
    return but(
        chart,
        stopped=(*chart.stopped, ended),
        drugs=tuple(d for d in chart.drugs if not is_called(d, drug)),
        prescriptions=tuple(p for p in chart.prescriptions if p.drug != drug),
        signature=None,
    )


def _advised(chart: Chart, output: JSON, event: str) -> Chart:
    said = Statement(output["text"], event)
    if output["safety_net"]:
        return but(chart, safety_net=(*chart.safety_net, said))
    return but(chart, advice=(*chart.advice, said))


def _referred(chart: Chart, output: JSON, event: str) -> Chart:
    return but(chart, referrals=(*chart.referrals, {**output, "event": event}))


def _followed_up(chart: Chart, output: JSON, event: str) -> Chart:
    return but(chart, follow_up=output, follow_up_event=event)


def _escalated(chart: Chart, output: JSON, event: str) -> Chart:
    said = Statement(output["reason"], event)
    return but(
        chart,
        escalations=(*chart.escalations, said),
        addressed=(*chart.addressed, *chart.open_red_flags),
    )


def _remembered(chart: Chart, output: JSON, event: str) -> Chart:
    return but(chart, notes=(*chart.notes, {**output, "event": event}))


Step = Callable[[Chart, JSON, str], Chart]
_OBSERVED: Mapping[str, Step] = {"complaint": _complaint, "known": _known, "fact": _fact}
_FACT: Mapping[str, Step] = {
    "allergy": _fact_allergy,
    "drug": _fact_drug,
    "problem": _fact_problem,
    "summary": _fact_summary,
    "result": _fact_value,
    "finding": _fact_finding,
}
_RETURNED: Mapping[str, Step] = {
    "ask": _asked,
    "examine": _examined,
    "order_test": _tested,
    "differential": _ranked,
    "diagnose": _diagnosed,
    "prescribe": _prescribed,
    "stop": _stopped,
    "advise": _advised,
    "refer": _referred,
    "follow_up": _followed_up,
    "escalate": _escalated,
    "remember": _remembered,
}
