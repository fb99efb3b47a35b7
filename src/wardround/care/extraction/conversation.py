"""Facts from what was said in a visit, each with the characters of the utterance that say it. Pure over the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wardround.care.chart import Chart
from wardround.care.extraction.found import Found, Origin, fact_from
from wardround.care.extraction.spoken import found_in
from wardround.care.said_when import moment_for, sentence_around
from wardround.clinical import Fact, FactSource, Mention, PartialDate, Quantity
from wardround.harness import JSON, Event, Observed, Returned
from wardround.knowledge import KnowledgeBase

_KINDS = ("condition", "drug", "test")
"""Mentions that may make a fact beyond findings, allergies and the list of drugs, which the chart has."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the patient said in one event, and what was read in it. `about` is the topic that it answers."""

    event: str
    text: str
    about: str | None
    output: JSON


def utterances(events: Sequence[Event]) -> dict[str, Utterance]:
    """Everything that the patient said, by event, in the order of the log."""
    found: dict[str, Utterance] = {}
    for event in events:
        body = event.body
        if isinstance(body, Returned) and body.tool == "ask":
            output = body.output
            found[event.name] = Utterance(event.name, output.get("answer", ""), output["about"], output)
        elif isinstance(body, Observed) and body.content.get("kind") == "complaint":
            found[event.name] = Utterance(event.name, body.content["text"], None, body.content)
    return found


def source_of(
    said: Mapping[str, Utterance], event: str, encounter: str, spoken: tuple[int, int] | None
) -> FactSource:
    """The event; where it is an utterance, the characters of it too: all of it where nothing narrower is known."""
    utterance = said.get(event)
    if utterance is None or not utterance.text:
        return FactSource("event", event, encounter)
    start, end = spoken or (0, len(utterance.text))
    return FactSource("event", event, encounter, (start, end), utterance.text[start:end])


def place_of(said: Mapping[str, Utterance], event: str, listed: str, text: str) -> tuple[int, int] | None:
    """Where an utterance names an allergy or a drug that was read in it."""
    utterance = said.get(event)
    entries = utterance.output.get(listed, ()) if utterance is not None else ()
    return next(((e["start"], e["end"]) for e in entries if e["text"] == text and "start" in e), None)


def mention_of(said: Mapping[str, Utterance], event: str, slug: str) -> tuple[int, int] | None:
    """Where an utterance names a finding."""
    utterance = said.get(event)
    mentions = utterance.output.get("mentions", ()) if utterance is not None else ()
    return next(((m["start"], m["end"]) for m in mentions if m["id"] == slug and m["end"] > m["start"]), None)


def began(
    said: Mapping[str, Utterance], event: str, spoken: tuple[int, int] | None, day: str
) -> PartialDate | None:
    """Since when, where the same sentence says so: a year for years, a month for months."""
    utterance = said.get(event)
    if utterance is None or spoken is None:
        return None
    moment = moment_for(utterance.text, *spoken, date.fromisoformat(day))
    return moment.at if moment is not None and (moment.since or moment.lasting) else None


def spoken_facts(
    base: KnowledgeBase, chart: Chart, said: Mapping[str, Utterance], encounter: str, recorded: datetime
) -> Iterator[Fact]:
    """Illnesses and drugs that were told in passing, with since and until when; values that were told. What the chart
    lists already, or recalled and nothing new is said of, is left out; the last word on one thing counts."""
    on = date.fromisoformat(chart.date)
    latest: dict[tuple[str, str, object], tuple[Found, Utterance]] = {}
    for utterance in said.values():
        mentions = [_mention(m) for m in utterance.output.get("mentions", ()) if m["kind"] in _KINDS]
        if not mentions:
            continue
        listing = utterance.about == "problems"
        for found in found_in(base, utterance.text, mentions, on, listing=listing):
            if not _is_known(chart, found, utterance):
                when = found.valid_from if found.kind == "result" else None
                latest[found.kind, str(found.slug), when] = (found, utterance)
    for found, utterance in latest.values():
        source = FactSource("event", utterance.event, encounter)
        origin = Origin(chart.patient_id, source, recorded, on)
        yield fact_from(base, found, utterance.text, origin)


def _is_known(chart: Chart, found: Found, utterance: Utterance) -> bool:
    """Whether it stands on the chart: told as a list, prescribed, stopped, recalled, or denied as what was recalled."""
    slug = found.slug
    if found.kind == "drug":
        named = (
            *(d.drug for d in chart.drugs if d.event in chart.recalled or d.event == utterance.event),
            *(p.drug for p in chart.prescriptions),
            *(s.drug for s in chart.stopped),
            *(one for d in chart.disputes if d.kind == "drug" for one in d.slugs),
        )
        return slug in named
    if found.kind == "problem":
        held = any(v["slug"] == slug and v["kind"] == "problem" for v in chart.recalled.values())
        return (held or slug == chart.diagnosis) and not found.detail.startswith("since")
    return found.kind == "finding"


def _mention(m: JSON) -> Mention:
    """A mention as it stands on the log."""
    value = m.get("value")
    return Mention(
        m["start"],
        m["end"],
        m["kind"],
        m["id"],
        m["negated"],
        m["uncertain"],
        m["past"],
        m["about"],
        Quantity(value["number"], value["unit"]) if value else None,
        m["score"],
    )


def utterance_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around some characters, without the white space around it."""
    low, high = sentence_around(text, start, end)
    cut = text[low:high]
    return low + len(cut) - len(cut.lstrip()), low + len(cut.rstrip())
