"""What a visit's words and decisions do to the chart's contradictions. The safer account stays until it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from wardround.care.chart import Allergy, Chart, CurrentDrug
from wardround.care.disputes import (
    Dispute,
    Heard,
    Known,
    dispute_from_json,
    heard_denials,
    settled,
    with_disputes,
)
from wardround.clinical import Fact, but
from wardround.harness import JSON


def contradictions(
    chart: Chart, histories: Mapping[str, str], output: JSON, encounter: str, event: str
) -> Heard:
    """What an answer contradicts of what this visit recalled."""
    on = date.fromisoformat(chart.date)
    known = Known(chart.patient_id, on, chart.recalled, chart.accounts, histories)
    return heard_denials(known, output, encounter, event)


def with_denials(
    chart: Chart, histories: Mapping[str, str], output: JSON, encounter: str, event: str
) -> Chart:
    """The chart after an answer that denies something. What was told in this visit is corrected: its last word counts."""
    heard = contradictions(chart, histories, output, encounter, event)
    if heard.taken_back:
        chart = _corrected(chart, heard.taken_back, event)
    if not heard.denials:
        return chart
    chart, heard = _about_known_ones(chart, heard)
    kept = {_said(fact) for fact in chart.denials}
    new = tuple(fact for fact in heard.denials if _said(fact) not in kept)
    written = {fact.id for fact in new}
    disputes = (replace(d, second_ids=tuple(i for i in d.second_ids if i in written)) for d in heard.disputes)
    return but(chart, denials=(*chart.denials, *new), disputes=with_disputes(chart.disputes, disputes))


def _about_known_ones(chart: Chart, heard: Heard) -> tuple[Chart, Heard]:
    """A word on a contradiction that is there already, under another name: `no allergies`, then `no, no penicillin`."""
    known = {one: d.id for d in chart.disputes if d.why == "denied" for one in d.first_ids}
    again = {d.id: known[d.first.id] for d in heard.disputes if known.get(d.first.id, d.id) != d.id}
    if not again:
        return chart, heard
    named = {d.second.id for d in heard.disputes if d.id in again}
    named -= {d.second.id for d in heard.disputes if d.id not in again}
    told = {again[d.id]: d.explained for d in heard.disputes if d.id in again}
    disputes = tuple(
        replace(d, here=True, explained=d.explained or told[d.id]) if d.id in told else d
        for d in chart.disputes
    )
    left = Heard(
        tuple(f for f in heard.denials if f.id not in named),
        tuple(d for d in heard.disputes if d.id not in again),
        heard.taken_back,
    )
    return but(chart, disputes=disputes), left


def _said(denial: Fact) -> tuple[str, ...]:
    """What makes a denial the same as one before: said twice in a visit it is one fact."""
    return (denial.kind, denial.concept.text.casefold(), denial.detail)


def _corrected(chart: Chart, taken_back: tuple[tuple[str, str], ...], event: str) -> Chart:
    """Without what an earlier answer of this visit said and this one denies by name."""
    allergies = {slug for kind, slug in taken_back if kind == "allergy"}
    drugs = {slug for kind, slug in taken_back if kind == "drug"}

    def told_before(one: Allergy | CurrentDrug) -> bool:
        return one.event not in chart.recalled and one.event != event

    return but(
        chart,
        allergies=tuple(
            a
            for a in chart.allergies
            if not (told_before(a) and not allergies.isdisjoint((str(a.drug), *a.groups)))
        ),
        drugs=tuple(d for d in chart.drugs if not (told_before(d) and d.drug in drugs)),
    )


def at_the_door(chart: Chart, content: JSON, event: str) -> Chart:
    """With a contradiction that memory knows of."""
    dispute = dispute_from_json(content["conflict"], chart.recalled, event)
    return but(chart, disputes=with_disputes(chart.disputes, (dispute,)))


def with_accounts(chart: Chart, content: JSON, event: str) -> Chart:
    """With the facts that say the same as what was recalled."""
    same = {str(one): tuple(ids) for one, ids in content["accounts"].items()}
    return but(chart, accounts={**chart.accounts, **same})


def after_settling(chart: Chart, histories: Mapping[str, str], output: JSON, event: str) -> Chart:
    """After a decision: where the second account won, nothing counts any more that rested on the first alone."""
    signed: JSON = chart.signature or {}
    disputes = settled(chart.disputes, output, event, signed.get("approved_by"))
    chart = but(chart, disputes=disputes, signature=None)
    dispute = next((d for d in disputes if d.id == output["conflict"]), None)
    if dispute is None or output["decision"] != "second" or dispute.why != "denied":
        return chart
    return _without(chart, histories, dispute)


def _without(chart: Chart, histories: Mapping[str, str], dispute: Dispute) -> Chart:
    gone = frozenset(dispute.events)
    evidence, heard = chart.evidence, dict(chart.heard)
    findings = dict(evidence.findings)
    others = {
        histories.get(str(view["slug"]))
        for e, view in chart.recalled.items()
        if e not in gone and view["kind"] == "problem" and view["status"] == "active"
    }
    for slug in (*dispute.slugs, *(histories.get(s, "") for s in dispute.slugs)):
        if findings.get(slug) is True and heard.get(slug) in gone and slug not in others:
            findings[slug] = False
            heard[slug] = dispute.settled or dispute.event
    evidence = but(
        evidence, findings=findings, known_conditions=evidence.known_conditions - set(dispute.slugs)
    )
    return but(
        chart,
        evidence=evidence,
        heard=heard,
        allergies=tuple(a for a in chart.allergies if a.event not in gone),
        drugs=tuple(d for d in chart.drugs if d.event not in gone),
        problems=tuple(p for p in chart.problems if p.event not in gone),
    )
