"""A visit so far in brief, for a conversation that had outgrown its model's window: the chart in words, nothing left out unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from wardround.care.chart import Chart
from wardround.care.projection import ClinicProjection
from wardround.harness import Event, Opened
from wardround.knowledge import KnowledgeBase

Fenced = Callable[[object], str]


def chart_in_brief(base: KnowledgeBase, fenced: Fenced) -> Callable[[Sequence[Event]], str]:
    """Says the first items of a view as one paragraph. Words from outside go through `fenced`."""
    projection = ClinicProjection(base)

    def brief(items: Sequence[Event]) -> str:
        header = items[0].body if items else None
        if not isinstance(header, Opened):
            return ""
        chart = projection.start(header)
        for event in items[1:]:
            chart = projection.fold(chart, event)
        return " ".join(_Brief(base, chart, fenced).lines())

    return brief


class _Brief:
    def __init__(self, base: KnowledgeBase, chart: Chart, fenced: Fenced) -> None:
        self._base, self._chart, self._fenced = base, chart, fenced

    def lines(self) -> Iterator[str]:
        """Sentence by sentence; what is not known is not said."""
        chart = self._chart
        age = f"{chart.age:.0f} years" if chart.age is not None else "age unknown"
        yield f"{chart.date}. {age}, {chart.evidence.sex}. Complaint: {self._fenced(chart.complaint)}."
        yield from self._listed("Allergies", [a.text for a in chart.allergies], known=chart.allergies_known)
        yield from self._listed("Takes", [d.text for d in chart.drugs], known=chart.drugs_known)
        yield from self._listed("Long-standing", [p.text for p in chart.problems])
        yield from self._listed("Harmed before by", [h.text for h in chart.harmed])
        yield from self._findings()
        yield from self._listed("Earlier visits", [s.text for s in chart.summaries])
        for order in chart.orders:
            said = self._fenced(order.result["text"]) if order.result else "pending"
            yield f"{self._named(order.test)}: {said}."
        yield from self._decided()

    def _findings(self) -> Iterator[str]:
        found = self._chart.evidence.findings
        yield from self._slugs("Found", [f for f, v in found.items() if v is True])
        yield from self._slugs("Not found", [f for f, v in found.items() if v is False])
        measured = [(f, v) for f, v in found.items() if not isinstance(v, bool) and v is not None]
        if measured:
            yield f"Measured: {', '.join(f'{self._named(f)} {v:g}' for f, v in measured)}."
        yield from self._slugs("Unsure", sorted(self._chart.evidence.unsure))

    def _decided(self) -> Iterator[str]:
        chart = self._chart
        yield from self._slugs("Open red flags", list(chart.open_red_flags))
        yield from self._slugs("Alarm raised for", list(chart.addressed))
        ranked = [f"{self._named(r.condition)} {r.probability:.2f}" for r in chart.differential]
        if ranked:
            yield f"Differential: {', '.join(ranked)}."
        if chart.diagnosis:
            yield f"Working diagnosis: {self._named(chart.diagnosis)}."
        yield from self._slugs("Prescribed", [p.drug for p in chart.prescriptions])
        yield from self._slugs("Stopped", [s.drug for s in chart.stopped])
        yield from self._listed("Told", [s.text for s in (*chart.advice, *chart.safety_net)])
        yield from self._listed("Referred to", [str(r["to"]) for r in chart.referrals])
        if chart.follow_up is not None:
            yield f"Follow-up in {chart.follow_up['days']} days."
        open_ones = [d for d in chart.disputes if d.decision is None]
        yield from self._listed("Open contradictions", [f"{d.id}: {d.words}" for d in open_ones])
        if chart.passages:
            yield f"Passages that were retrieved and may be cited: {', '.join(chart.passages)}."

    def _listed(self, title: str, texts: Sequence[str], *, known: bool = False) -> Iterator[str]:
        if texts:
            yield f"{title}: {', '.join(map(self._fenced, texts))}."
        elif known:
            yield f"{title}: none."

    def _slugs(self, title: str, slugs: Sequence[str]) -> Iterator[str]:
        if slugs:
            yield f"{title}: {', '.join(map(self._named, slugs))}."

    def _named(self, slug: str) -> str:
        return f"{self._base.named(slug)} ({slug})" if slug in self._base else self._fenced(slug)
