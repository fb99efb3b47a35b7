"""What a policy wrote in a visit, read off its log: every text with its event and its citations, and what was retrieved.

Questions to the patient and to colleagues are left out, and so is thinking: they assert nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.care import Clinic, order_in_words, order_sentence
from wardround.harness import JSON, Closed, Decided, Event, Joined, Judged, Returned, ruling_of
from wardround.knowledge import KnowledgeBase

REFUSED_BY: Final = "care.citation."


@dataclass(frozen=True, slots=True)
class Written:
    """One text. `place` is the tool that it went through; `cites` are its citations as they stand on the log."""

    place: str
    event: str
    text: str
    cites: tuple[JSON, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitTexts:
    """`retrieved` are the passages that the visit's searches gave, by id, with the place in the log; `refused` the
    citations that a constraint refused, one for each action."""

    texts: tuple[Written, ...]
    retrieved: Mapping[str, JSON]
    arrived: Mapping[str, int]
    places: Mapping[str, int]
    refused: tuple[str, ...]


def visit_texts(clinic: Clinic, events: Sequence[Event]) -> VisitTexts:
    """Everything of one visit."""
    retrieved: dict[str, JSON] = {}
    arrived: dict[str, int] = {}
    for place, event in enumerate(events):
        if isinstance(event.body, Returned):
            for passage in event.body.output.get("passages", ()):
                retrieved.setdefault(str(passage["id"]), passage)
                arrived.setdefault(str(passage["id"]), place)
    return VisitTexts(
        tuple(_texts(clinic.base, events)),
        retrieved,
        arrived,
        {event.name: place for place, event in enumerate(events)},
        tuple(_refused(events)),
    )


def _refused(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if isinstance(event.body, Decided | Judged):
            ruling = ruling_of(event)
            if ruling is not None and any(v.constraint.startswith(REFUSED_BY) for v in ruling.verdicts):
                yield event.name


def _texts(base: KnowledgeBase, events: Sequence[Event]) -> Iterator[Written]:
    for event in events:
        body = event.body
        if isinstance(body, Returned):
            yield from _of_tool(base, event.name, body.tool, body.output)
        elif isinstance(body, Joined):
            for answer in body.answers:
                yield from _of_report(event.name, answer.report or {})
        elif isinstance(body, Closed) and not event.branch and body.reason:
            yield Written("close", event.name, body.reason)


def _of_tool(base: KnowledgeBase, event: str, tool: str, output: JSON) -> Iterator[Written]:
    """The words of one action; its whole citations (of no sentence in particular) go with its first text."""
    said = output.get("prescription") or output.get("stop") or output
    cites = tuple(said.get("citations", ()))
    if tool == "prescribe":
        name = base.named(said["drug"]) if said["drug"] in base.drugs else str(said["drug"])
        yield Written(tool, event, order_sentence(name, order_in_words(said)), _whole(cites))
        yield from _if_any(tool, event, said.get("instructions"), _of_sentences(cites))
    elif tool == "advise":
        yield from _if_any("safety_net" if said["safety_net"] else tool, event, said["text"], cites)
    elif tool in ("stop", "refer", "escalate"):
        yield from _if_any(tool, event, said["reason"], cites)
        yield from _if_any(tool, event, said.get("taper"), ())
    elif tool == "follow_up":
        yield from _if_any(tool, event, said["purpose"], cites)
    elif tool == "remember":
        yield from _if_any(tool, event, said["noted"], ())


def _of_report(event: str, report: JSON) -> Iterator[Written]:
    cites = tuple(report.get("citations", ()))
    parts = [report.get("findings"), *report.get("recommend", ()), *report.get("concerns", ())]
    for words in parts:
        yield from _if_any(
            "report", event, words, tuple(c for c in cites if c["supports"] and c["supports"] in str(words))
        )


def _if_any(place: str, event: str, text: object, cites: tuple[JSON, ...]) -> Iterator[Written]:
    if text:
        yield Written(place, event, str(text), cites)


def _whole(cites: Sequence[JSON]) -> tuple[JSON, ...]:
    return tuple(c for c in cites if not c["supports"])


def _of_sentences(cites: Sequence[JSON]) -> tuple[JSON, ...]:
    return tuple(c for c in cites if c["supports"])
