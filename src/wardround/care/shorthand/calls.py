"""Terse tools: what each takes, as small as it can be said. What an action needs beside that follows from the visit.

A tool is offered where it is permitted and where its short form means something: nobody settles what is not open.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from wardround.care.chart import VITALS, Chart
from wardround.care.shorthand.names import ShortNames, short_names
from wardround.care.tools import TOPICS
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase
from wardround.models import ToolSpec

CONFLICT = "conflict"
"""What a question is about that is to clear up a contradiction."""
SAYINGS = ("explain", "safety_net", "flag", "unsure", "taken")
"""What the patient is told, in the base's words."""
PLACES = ("physician", "hospital", "emergency department")
URGENCIES = ("emergency", "urgent", "soon", "routine")
CERTAINTIES = ("confirmed", "probable", "possible")
DECISIONS = ("first", "second", "both", "raise")
DISPOSITIONS = ("home", "referred", "admitted", "emergency", "handed_over")
RECALLED = ("allergies", "drugs", "problems", "results", "the last visit")
"""What can be looked up in memory."""
MOST_RANKED = 10
KEPT = 512


class ShortCall(NamedTuple):
    """A call in shorthand."""

    tool: str
    arguments: JSON


class Offer(NamedTuple):
    """What of the visit decides on the offer, beside what is permitted."""

    disputes: int
    open_disputes: bool
    weighed: bool
    diagnosed: bool
    flagged: bool
    drugs: bool
    refused: frozenset[str] = frozenset()
    """What a rule would not have asked: it was answered, and stays so."""

    @classmethod
    def of(
        cls, base: KnowledgeBase, chart: Chart, refused: frozenset[tuple[str, str]] = frozenset()
    ) -> Offer:
        """What this chart allows to mean. `refused` are tools with what they were about."""
        ranked = chart.differential[0].condition if chart.differential else None
        return cls(
            len(chart.disputes),
            bool(chart.open_disputes),
            (chart.diagnosis or ranked) in base.conditions,
            chart.diagnosis in base.conditions,
            bool(chart.addressed),
            bool(chart.drugs),
            frozenset(about for tool, about in refused if tool == "ask" and _answered(chart, about)),
        )


def _answered(chart: Chart, about: str) -> bool:
    return about in chart.asked or about in chart.evidence.findings


@dataclass(frozen=True)
class ShortTools:
    """The terse tools over one knowledge base."""

    base: KnowledgeBase
    _made: OrderedDict[tuple[frozenset[str], Offer], tuple[ToolSpec, ...]] = field(
        default_factory=OrderedDict
    )

    @classmethod
    def of(cls, base: KnowledgeBase) -> ShortTools:
        """Those over this base, made once."""
        return _tools_over(base)

    @cached_property
    def names(self) -> ShortNames:
        """The conditions' short names."""
        return short_names(self.base)

    @cached_property
    def askable(self) -> tuple[str, ...]:
        """Findings that a patient can be asked about."""
        return tuple(sorted(f.id for f in self.base.findings.values() if not f.examined))

    @cached_property
    def examinable(self) -> tuple[str, ...]:
        """Findings that are seen or measured."""
        return tuple(sorted(f.id for f in self.base.findings.values() if f.examined))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Where somebody can be sent."""
        return (*PLACES, *sorted({c.specialty for c in self.base.conditions.values()} - {*PLACES}))

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """What is examined, vital signs first."""
        return (
            *(v for v in VITALS if v in self.base.findings),
            *(f for f in self.examinable if f not in VITALS),
        )

    def offered(
        self, permitted: frozenset[str], chart: Chart, refused: frozenset[tuple[str, str]] = frozenset()
    ) -> tuple[ToolSpec, ...]:
        """The terse forms of what is permitted, as far as they mean something now: no question that a rule refused."""
        offer = Offer.of(self.base, chart, refused)
        specs = self._made.pop((permitted, offer), None)
        if specs is None:
            specs = tuple(spec for spec in self._specs(offer) if spec.name in permitted)
        self._made[permitted, offer] = specs
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return specs

    def _specs(self, offer: Offer) -> Iterator[ToolSpec]:
        drugs = sorted(self.base.drugs)
        topics = (*sorted(TOPICS), *((CONFLICT,) if offer.open_disputes else ()))
        about_what = (about for about in (*topics, *self.askable) if about not in offer.refused)
        yield _spec("ask", "Ask the patient.", about=_one_of(about_what))
        yield _spec(
            "examine",
            "Vital signs, or these signs.",
            optional={"findings": _list(_one_of(self.readings), 20)},
        )
        yield _spec("order_test", "Order a test.", test=_one_of(sorted(self.base.tests)))
        yield _spec("recall", "Look into memory.", topic=_one_of(RECALLED))
        yield _spec("check_prescription", "What speaks against a drug.", drug=_one_of(drugs))
        about: dict[str, JSON] = {"about": _one_of(drugs)}
        planned = "Look up what is planned."
        if offer.weighed:
            yield _spec("search_evidence", planned, optional=about)
        else:
            yield _spec("search_evidence", planned, **about)
        yield _spec("read_passage", "Read what anybody must know who is sent on.")
        if offer.disputes:
            which: JSON = {"type": "integer", "enum": list(range(offer.disputes))}
            yield _spec("settle", "Decide a contradiction.", conflict=which, decision=_one_of(DECISIONS))
        yield _spec("differential", "Conditions with hundredths.", ranked=_list(self._ranked, MOST_RANKED, 1))
        yield _spec(
            "diagnose", "The working diagnosis.", condition=self._condition, certainty=_one_of(CERTAINTIES)
        )
        if offer.diagnosed:
            yield _spec("prescribe", "Propose a drug for the diagnosis.", drug=_one_of(drugs))
            yield _spec("follow_up", "Set the next visit.")
        if offer.drugs:
            yield _spec("stop", "Propose to stop a drug.", drug=_one_of(drugs))
        yield _spec("advise", "Tell the patient.", say=_one_of(tuple(_sayings(offer))))
        yield _spec("refer", "Send the patient on.", to=_one_of(self.places), urgency=_one_of(URGENCIES))
        yield _spec("escalate", "Raise the alarm.", red_flag=_one_of(sorted(self.base.red_flags)))
        yield _spec("close", "End the visit.", disposition=_one_of(DISPOSITIONS))

    @cached_property
    def _condition(self) -> JSON:
        return _one_of(sorted(self.names.slug))

    @cached_property
    def _ranked(self) -> JSON:
        codes = "|".join(code.replace(".", "[.]") for code in sorted(self.names.slug))
        return {"type": "string", "pattern": f"^({codes}) [1-9][0-9]?$"}


@lru_cache(maxsize=4)
def _tools_over(base: KnowledgeBase) -> ShortTools:
    return ShortTools(base)


def _sayings(offer: Offer) -> Iterator[str]:
    """What there is to say: nothing of a diagnosis that is not made, or of a flag that was not raised."""
    told = {
        "explain": offer.diagnosed,
        "safety_net": offer.diagnosed,
        "flag": offer.flagged,
        "taken": offer.drugs,
    }
    yield from (saying for saying in SAYINGS if told.get(saying, True))


def _spec(
    name: str, description: str, optional: Mapping[str, JSON] | None = None, **required: JSON
) -> ToolSpec:
    schema: JSON = {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }
    return ToolSpec(name, description, schema)


def _one_of(values: Iterable[str]) -> JSON:
    return {"type": "string", "enum": list(values)}


def _list(items: JSON, most: int, least: int = 1) -> JSON:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}
