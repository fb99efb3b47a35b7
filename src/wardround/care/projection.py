"""From events to the chart: one small pure function per thing that can come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from wardround.care.citing import Cited, resolved
from wardround.care.disputes import is_lasting
from wardround.care.facts_on_chart import HISTORY, with_allergy, with_fact, with_heard
from wardround.care.settling_disputes import after_settling, at_the_door, with_accounts, with_denials
from wardround.clinical import but
from wardround.harness import JSON, Closed, Event, HandedOver, Observed, Opened, Returned, Reviewed, Started
from wardround.knowledge import Evidence, KnowledgeBase, red_flags_present

SIGNED = ("prescribe", "stop", "settle")
"""Tools of which it stands beside what they did who signed."""
PREGNANCY_TEST = "test.pregnancy_test"
"""Tells whether she is pregnant; where that was known it says nothing new."""


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
            if body.audience and chart is not domain:
                chart = but(chart, not_for_all=chart.not_for_all | {event.name})
        elif isinstance(body, Returned):
            step = _RETURNED.get(body.tool)
            chart = step(domain, body.output, event.name) if step else domain
            if body.tool == "ask" and body.output.get("denied"):
                chart = with_denials(chart, HISTORY, body.output, event.encounter, event.name)
        elif isinstance(body, Reviewed) and body.answer != "reject":
            signed: JSON = {"approved_by": body.reviewer, "note": body.note, "event": event.name}
            signed |= {"edited": True} if body.answer == "edit" else {}
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


def _complaint(chart: Chart, content: JSON, event: str) -> Chart:
    named = {f for f, value in content["findings"].items() if value not in (False, None)}
    named |= {m["id"] for m in content.get("mentions", ()) if _said_of_patient(m)}
    return with_heard(but(chart, presenting=frozenset(named)), content["findings"], event)


def _said_of_patient(mention: JSON) -> bool:
    return mention["kind"] == "condition" and not mention["negated"] and mention["about"] == "patient"


def _known(chart: Chart, content: JSON, event: str) -> Chart:
    return but(
        chart,
        allergies_known=chart.allergies_known or content["allergies"],
        drugs_known=chart.drugs_known or content["drugs"],
    )


# --- what tools returned ----------------------------------------------------------------------------------


def _asked(chart: Chart, output: JSON, event: str) -> Chart:
    about = output["about"]
    asked = {**chart.asked, **dict.fromkeys(output["findings"], event)}
    if about:
        asked[about] = event
    allergies = chart.allergies
    for a in output["allergies"]:
        reported = Allergy(a["text"], tuple(a["groups"]), a["drug"], a["severe"], event)
        allergies = with_allergy(allergies, reported)
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
    return with_heard(chart, _but_what_lasts(chart, output["findings"]), event)


def _but_what_lasts(chart: Chart, findings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without a no to a history that memory holds: it holds until the contradiction is settled."""
    if not any(value is False for value in findings.values()):
        return findings
    known, heard = chart.evidence.findings, chart.heard
    kept = {
        slug
        for slug, value in findings.items()
        if value is False and known.get(slug) is True and _recalled_for_good(chart, heard.get(slug, ""))
    }
    return {slug: value for slug, value in findings.items() if slug not in kept} if kept else findings


def _recalled_for_good(chart: Chart, event: str) -> bool:
    view = chart.recalled.get(event)
    if view is None:
        return False
    return is_lasting(view) if view["kind"] == "finding" else view["slug"] != "finding.pregnancy"


def _settled(chart: Chart, output: JSON, event: str) -> Chart:
    return after_settling(chart, HISTORY, output, event)


def _examined(chart: Chart, output: JSON, event: str) -> Chart:
    return with_heard(chart, output["values"], event)


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
        proposal["drug"],
        proposal,
        event,
        signed.get("approved_by"),
        signed.get("note", ""),
        _as_signed(signed, _cites(chart, proposal, "instructions")),
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
        _as_signed(signed, _cites(chart, order, "reason")),
    )
    return but(
        chart,
        stopped=(*chart.stopped, ended),
        drugs=tuple(d for d in chart.drugs if not is_called(d, drug)),
        prescriptions=tuple(p for p in chart.prescriptions if p.drug != drug),
        signature=None,
    )


def _advised(chart: Chart, output: JSON, event: str) -> Chart:
    said = Statement(output["text"], event, _cites(chart, output, "text"))
    if output["safety_net"]:
        return but(chart, safety_net=(*chart.safety_net, said))
    return but(chart, advice=(*chart.advice, said))


def _referred(chart: Chart, output: JSON, event: str) -> Chart:
    cites = _cites(chart, output, "reason")
    return but(chart, referrals=(*chart.referrals, {**output, "event": event, "cites": cites}))


def _followed_up(chart: Chart, output: JSON, event: str) -> Chart:
    planned = {**output, "cites": _cites(chart, output, "purpose")}
    return but(chart, follow_up=planned, follow_up_event=event)


def _escalated(chart: Chart, output: JSON, event: str) -> Chart:
    chart = _looked_up(chart, output, event)
    said = Statement(output["reason"], event, _cites(chart, output, "reason"))
    return but(
        chart,
        escalations=(*chart.escalations, said),
        addressed=(*chart.addressed, *chart.open_red_flags),
    )


def _remembered(chart: Chart, output: JSON, event: str) -> Chart:
    return but(chart, notes=(*chart.notes, {**output, "event": event}))


def _looked_up(chart: Chart, output: JSON, event: str) -> Chart:
    """What was retrieved may be cited from here on; what came before keeps the event that it came in first."""
    given = {str(p["id"]): {**p, "event": event} for p in output.get("passages", ())}
    if not given and not output.get("about"):
        return chart
    looked_up = chart.looked_up | set(output.get("about", ()))
    return but(chart, passages={**given, **chart.passages}, looked_up=looked_up)


def _cites(chart: Chart, said: JSON, field: str) -> tuple[Cited, ...]:
    """The citations of a text that hold."""
    citations = said.get("citations")
    return resolved(str(said.get(field) or ""), citations, chart.passages) if citations else ()


def _as_signed(signed: JSON, cites: tuple[Cited, ...]) -> tuple[Cited, ...]:
    """Of an order that whoever signed has changed, only what its remaining words cite: the order itself is another."""
    return tuple(c for c in cites if c.of is not None) if signed.get("edited") else cites


Step = Callable[[Chart, JSON, str], Chart]
_OBSERVED: Mapping[str, Step] = {
    "complaint": _complaint,
    "known": _known,
    "fact": with_fact,
    "conflict": at_the_door,
    "accounts": with_accounts,
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
    "settle": _settled,
    "search_evidence": _looked_up,
    "read_passage": _looked_up,
    "check_prescription": _looked_up,
}
