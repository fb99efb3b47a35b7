"""What a closed visit is worth remembering: a pure function of its log, so that memory can be rebuilt at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from wardround.care.chart import Chart
from wardround.care.clinic import Clinic
from wardround.care.deciding import settlement_facts
from wardround.care.extraction.conversation import (
    Utterance,
    began,
    mention_of,
    place_of,
    source_of,
    spoken_facts,
    utterances,
)
from wardround.care.responses import response_facts
from wardround.care.values_on_record import known_value
from wardround.clinical import (
    WARDROUND,
    Certainty,
    Coding,
    Concept,
    Fact,
    FactKind,
    PartialDate,
    Quantity,
)
from wardround.harness import JSON, Event, Opened, canonical, digest, fold_all
from wardround.knowledge import Condition

PASSING = frozenset(
    ("finding.pregnancy", "finding.breastfeeding", "finding.recent_cold", "finding.elevated_mood")
)
"""Asked as history, yet not true for ever: remembered for as long as a symptom is."""


def facts_of(clinic: Clinic, events: Sequence[Event]) -> tuple[Fact, ...]:
    """Every fact that a visit gave, each with the event it came from. Ids are stable: the same log, the same facts."""
    header = events[0].body
    if not isinstance(header, Opened):
        return ()
    chart: Chart = fold_all(events, clinic.projection).domain
    last = events[-1]
    recorded = datetime.combine(date.fromisoformat(header.date), time(12), UTC)
    said = utterances(events)
    write = _Writer(clinic, last.encounter, header.subject, header.date, recorded, said)
    return (
        *write.allergies(chart),
        *write.drugs(chart),
        *spoken_facts(clinic.base, chart, said, last.encounter, recorded),
        *write.stopped(chart),
        *write.diagnosis(chart),
        *write.answers(chart),
        *write.results(chart),
        *response_facts(clinic.base, chart, said, last.encounter, recorded),
        *chart.denials,
        *settlement_facts(chart, last.encounter, recorded),
        *write.notes(chart),
        *write.plans(chart),
        *write.summary(chart, last.name),
    )


class _Writer:
    """Makes facts of one visit."""

    def __init__(
        self,
        clinic: Clinic,
        encounter: str,
        patient_id: str,
        day: str,
        recorded: datetime,
        said: Mapping[str, Utterance],
    ) -> None:
        self._clinic, self._base, self._said = clinic, clinic.base, said
        self._encounter, self._patient, self._day, self._recorded = encounter, patient_id, day, recorded

    def _fact(
        self,
        kind: FactKind,
        event: str,
        text: str,
        slug: str | None,
        *,
        value: Quantity | str | bool | None = None,
        certainty: Certainty = "reported",
        detail: str = "",
        until: PartialDate | None = None,
        since: PartialDate | None = None,
        spoken: tuple[int, int] | None = None,
    ) -> Fact:
        """`spoken` are the characters of the event's utterance that say it."""
        codings = (Coding(WARDROUND, slug, text),) if slug else ()
        statement = canonical([self._patient, self._encounter, event, kind, slug or text, str(value)])
        return Fact(
            id=f"visit-{digest(statement)[:20]}",
            patient_id=self._patient,
            kind=kind,
            concept=Concept(text, codings),
            status="active",
            certainty=certainty,
            recorded=self._recorded,
            source=source_of(self._said, event, self._encounter, spoken),
            valid_from=since or PartialDate.parse(self._day),
            valid_to=until,
            value=value,
            detail=detail,
        )

    def allergies(self, chart: Chart) -> Iterator[Fact]:
        """Allergies told in this visit."""
        for allergy in chart.allergies:
            if allergy.event not in chart.recalled:
                slug = allergy.drug or (allergy.groups[0] if allergy.groups else None)
                severe = "severe" if allergy.severe else ""
                spoken = place_of(self._said, allergy.event, "allergies", allergy.text)
                detail = f"medication {severe}".strip()
                yield self._fact("allergy", allergy.event, allergy.text, slug, detail=detail, spoken=spoken)
        for topic in ("allergies", "drugs"):
            if topic in chart.asked:
                yield self._fact("social", chart.asked[topic], f"{topic} asked", None, value=True)

    def drugs(self, chart: Chart) -> Iterator[Fact]:
        """Drugs told, and drugs prescribed: a course that ends has an end."""
        for drug in chart.drugs:
            if drug.event not in chart.recalled:
                spoken = place_of(self._said, drug.event, "drugs", drug.text)
                yield self._fact("drug", drug.event, drug.text, drug.drug, spoken=spoken)
        for written in chart.prescriptions:
            order, days = written.proposal, written.proposal["days"]
            end = date.fromisoformat(self._day) + timedelta(days=days) if days else None
            yield self._fact(
                "drug",
                written.event,
                self._base.named(written.drug),
                written.drug,
                certainty="confirmed",
                detail=f"{order['dose']:g} {order['unit']} {order['route']}, {order['per_day']:g} a day",
                until=PartialDate.parse(end.isoformat()) if end else None,
            )

    def stopped(self, chart: Chart) -> Iterator[Fact]:
        """Drugs that were stopped: a new word on each fact that said it was taken, which is kept and superseded.

        What is lowered step by step is taken until the last day of it.
        """
        for ended in chart.stopped:
            days = ended.taper_days
            end = PartialDate.parse(_plus(self._day, days) if days else self._day)
            slug = ended.drug if ended.drug in self._base.drugs else None
            how = str(ended.proposal.get("taper") or "").strip()
            said = [f"stopped: {ended.proposal['reason']}", *([f"lowered over {days} days"] if days else [])]
            words = "; ".join([*said, *([how] if how else [])])
            before: list[JSON | None] = [
                chart.recalled[d.event] for d in ended.taken if d.event in chart.recalled
            ]
            for was in before or [None]:
                text = str(was["text"]) if was else ended.taken[0].text if ended.taken else ended.drug
                fact = self._fact(
                    "drug",
                    ended.event,
                    text if slug is None or was else self._base.named(slug),
                    slug,
                    value=str(was["id"]) if was else None,
                    certainty="confirmed",
                    detail=words,
                    until=end,
                )
                began = PartialDate.parse(was["from"]) if was and was["from"] else fact.valid_from
                yield replace(
                    fact,
                    value=None,
                    status="active" if days else "resolved",
                    valid_from=began,
                    supersedes=str(was["id"]) if was else None,
                )

    def diagnosis(self, chart: Chart) -> Iterator[Fact]:
        """The working diagnosis as a problem; one that is not chronic ends at the follow-up."""
        slug = chart.diagnosis or ""
        condition = self._base.conditions.get(slug) or self._base.alternatives.get(slug)
        if condition is None:
            return
        end = None
        if isinstance(condition, Condition) and not condition.chronic:
            end = date.fromisoformat(self._day) + timedelta(days=max(condition.follow_up_days, 14))
        until = PartialDate.parse(end.isoformat()) if end else None
        yield self._fact(
            "problem", chart.diagnosis_event, condition.name, condition.id, certainty="probable", until=until
        )

    def answers(self, chart: Chart) -> Iterator[Fact]:
        """What the patient said is present and what was measured, from this visit's own events."""
        for slug, event in chart.heard.items():
            if event in chart.recalled or slug not in self._base.findings:
                continue
            finding, value = self._base.findings[slug], chart.evidence.findings.get(slug)
            spoken = mention_of(self._said, event, slug)
            if value is True:
                lasting = finding.kind == "history" and slug not in PASSING
                end = None if lasting else PartialDate.parse(_plus(self._day, 90))
                since = began(self._said, event, spoken, self._day)
                yield self._fact(
                    "finding", event, finding.name, slug, value=True, until=end, since=since, spoken=spoken
                )
            elif isinstance(value, float) and finding.unit and not known_value(chart, slug, value):
                measured = Quantity(value, finding.unit)
                certainty: Certainty = "reported" if event in self._said else "confirmed"
                yield self._fact(
                    "result", event, finding.name, slug, value=measured, certainty=certainty, spoken=spoken
                )

    def results(self, chart: Chart) -> Iterator[Fact]:
        """Results of this visit's tests."""
        for order in chart.orders:
            result: JSON = order.result or {}
            for analyte, measured in result.get("analytes", {}).items():
                value = Quantity(float(measured["value"]), measured["unit"])
                if known_value(chart, analyte, value.value):
                    continue
                name = self._base.named(analyte)
                yield self._fact("result", order.event, name, analyte, value=value, certainty="confirmed")
            if result.get("positive") is not None:
                text = str(result.get("text") or ("positive" if result["positive"] else "negative"))
                name = self._base.named(order.test)
                yield self._fact("result", order.event, name, order.test, value=text, certainty="confirmed")

    def notes(self, chart: Chart) -> Iterator[Fact]:
        """What an agent asked to be remembered."""
        for note in chart.notes:
            if "noted" in note:
                yield self._fact(note["kind"], note["event"], note["noted"], None)

    def plans(self, chart: Chart) -> Iterator[Fact]:
        """Follow-up and referrals."""
        if chart.follow_up:
            due = PartialDate.parse(_plus(self._day, int(chart.follow_up["days"])))
            text = f"follow-up in {chart.follow_up['days']} days: {chart.follow_up['purpose']}"
            yield self._fact("plan", chart.follow_up_event, text, None, until=due)
        for referral in chart.referrals:
            text = f"referred to {referral['to']} ({referral['urgency']}): {referral['reason']}"
            yield self._fact("plan", referral["event"], text, None)

    def summary(self, chart: Chart, event: str) -> Iterator[Fact]:
        """The visit in a sentence or three, for the next one."""
        if chart.closed is None:
            return
        parts = [f"{self._day}: came with “{chart.complaint}”."]
        if chart.diagnosis:
            parts.append(f"Working diagnosis {self._base.named(chart.diagnosis)}.")
        elif chart.differential:
            top = ", ".join(self._base.named(r.condition) for r in chart.differential[:3])
            parts.append(f"Thought of {top}.")
        for flag in chart.addressed:
            parts.append(f"Escalated: {self._base.red_flags[flag].name}.")
        for written in chart.prescriptions:
            parts.append(f"Prescribed {self._base.named(written.drug)}.")
        for ended in chart.stopped:
            name = self._base.named(ended.drug) if ended.drug in self._base.drugs else ended.drug
            parts.append(f"Stopped {name}: {ended.proposal['reason']}".rstrip(".") + ".")
        if chart.follow_up:
            parts.append(f"To be seen in {chart.follow_up['days']} days.")
        parts.append(f"Ended: {chart.disposition or 'open'}.")
        yield self._fact("summary", event, " ".join(parts), None)


def _plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
