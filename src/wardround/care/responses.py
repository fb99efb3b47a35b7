"""What a drug did, as a visit established it: an effect, or harm. Facts of kind `response`, the drug as their concept.

Harm is established where a drug is stopped for it, or where the patient says that a usual adverse effect of the drug
began with it. An effect is established where a value that was out of range before the drug came nearer to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wardround.care.chart import Chart, CurrentDrug, Stopped
from wardround.care.extraction.conversation import Utterance, source_of
from wardround.care.said_when import sentence_around
from wardround.clinical import WARDROUND, Certainty, Coding, Concept, Fact, FactSource, PartialDate
from wardround.harness import JSON, canonical, digest
from wardround.knowledge import Condition, KnowledgeBase, may_hold

_BEGAN_WITH = (
    r"\b(?:since|after|from when|when|as soon as|ever since)\s+(?:i\s+|i've\s+|she\s+|he\s+|we\s+)?"
    r"(?:first\s+)?(?:started?|starting|began|beginning|took|taking|been on|went on|going on|was put on|was given|being on)?"
    r"\s*(?:on\s+|to take\s+|taking\s+|the\s+|my\s+)*$"
)
BEGAN_WITH = re.compile(_BEGAN_WITH, re.I)
HARM = re.compile(
    r"\badverse\b|\bside[- ]effects?\b|\bintoleran|\breaction\b|\brash\b|\bswell|\bcough|\bnausea|\bvomit|\bdizz|\bbleed|\bharm",
    re.I,
)
"""Words of a reason for stopping that speak of what the drug did, not of what it might do."""
MIGHT = re.compile(
    r"\bcontraindicat|\bno longer (?:needed|allowed|be given)|\brisk of\b|\begfr\b|\bpregnan", re.I
)
NEARER = 0.05
"""The share of its distance by which a value must have moved to have answered to a drug."""
DAYS_TO_ANSWER = 7


@dataclass(frozen=True, slots=True)
class _Did:
    drug: str
    value: str
    detail: str
    event: str
    certainty: Certainty
    spoken: tuple[int, int] | None = None


def response_facts(
    base: KnowledgeBase, chart: Chart, said: Mapping[str, Utterance], encounter: str, recorded: datetime
) -> Iterator[Fact]:
    """One fact for each drug and what it did; of two words on the same, the surer."""
    found: dict[tuple[str, str], _Did] = {}
    for did in (*_told(base, chart, said), *_stopped(base, chart), *_improved(base, chart)):
        found[did.drug, did.value] = did
    known = {(h.drug, h.text.casefold()) for h in chart.harmed}
    for did in found.values():
        if (did.drug, did.value.removeprefix("adverse: ").casefold()) not in known:
            yield _fact(base, chart, said, did, encounter, recorded)


def _fact(
    base: KnowledgeBase,
    chart: Chart,
    said: Mapping[str, Utterance],
    did: _Did,
    encounter: str,
    recorded: datetime,
) -> Fact:
    name = base.named(did.drug)
    identity = canonical([chart.patient_id, encounter, did.event, "response", did.drug, did.value])
    source = source_of(said, did.event, encounter, did.spoken) if did.spoken else None
    return Fact(
        id=f"visit-{digest(identity)[:20]}",
        patient_id=chart.patient_id,
        kind="response",
        concept=Concept(name, (Coding(WARDROUND, did.drug, name),)),
        status="active",
        certainty=did.certainty,
        recorded=recorded,
        source=source or FactSource("event", did.event, encounter),
        valid_from=PartialDate.parse(chart.date),
        value=did.value,
        detail=did.detail,
    )


# --- harm --------------------------------------------------------------------------------------------------


def _told(base: KnowledgeBase, chart: Chart, said: Mapping[str, Utterance]) -> Iterator[_Did]:
    """`A dry cough since I started lisinopril`: a finding that is there, and a drug that it began with."""
    for utterance in said.values():
        mentions = utterance.output.get("mentions", ())
        for m in mentions:
            if m["kind"] != "drug" or m["id"] not in base.drugs or m["about"] != "patient" or m["negated"]:
                continue
            lead = _lead(utterance.text, m["start"], str(utterance.text[m["start"] : m["end"]]))
            if lead is None:
                continue
            low = _sentence_before(utterance.text, lead)
            _, high = sentence_around(utterance.text, m["start"], m["end"])
            effects = {str(a.finding): a.effect for a in base.drugs[m["id"]].adverse if a.finding}
            for other in mentions:
                there = low <= other["start"] < high and chart.evidence.findings.get(other["id"]) is True
                if there and other["id"] in effects and not other["negated"]:
                    what = base.named(other["id"])
                    words = utterance.text[low:high].strip()
                    yield _Did(m["id"], f"adverse: {what}", words, utterance.event, "reported", (low, high))


def _lead(text: str, at: int, name: str) -> int | None:
    """Where the words begin that say that something began with a drug; the drug's own span may hold `take`."""
    found = BEGAN_WITH.search(text[:at])
    if found is None and " " in name:
        found = BEGAN_WITH.search(text[: at + name.rindex(" ") + 1])
    return found.start() if found is not None else None


def _sentence_before(text: str, at: int) -> int:
    """The beginning of the sentence, or of the one before it where this one only says `it began after`."""
    low, _ = sentence_around(text, at, at)
    own = text[low:at].strip().casefold()
    if len(own.split()) <= 3 and low > 1:
        low, _ = sentence_around(text, low - 2, low - 2)
    return low + len(text[low:]) - len(text[low:].lstrip())


def _stopped(base: KnowledgeBase, chart: Chart) -> Iterator[_Did]:
    """A drug that was stopped for what it did."""
    for ended in chart.stopped:
        if ended.drug not in base.drugs:
            continue
        what = _what_harmed(base, chart, ended)
        if what is not None:
            reason = str(ended.proposal["reason"])
            yield _Did(ended.drug, f"adverse: {what}", f"stopped: {reason}", ended.event, "probable")


def _what_harmed(base: KnowledgeBase, chart: Chart, ended: Stopped) -> str | None:
    reason = str(ended.proposal["reason"])
    if not HARM.search(reason) or MIGHT.search(reason):
        return None
    findings = [str(a.finding) for a in base.drugs[ended.drug].adverse if a.finding]
    there = [f for f in findings if chart.evidence.findings.get(f) is True]
    named = [f for f in there if base.named(f).casefold() in reason.casefold()]
    if named or there:
        return base.named((named or there)[0])
    return reason.split(";")[0].strip()[:120]


# --- effect ------------------------------------------------------------------------------------------------


def _improved(base: KnowledgeBase, chart: Chart) -> Iterator[_Did]:
    """A value nearer to its range than before a drug was begun that is taken for what it measures."""
    if not chart.recalled:
        return
    now = {
        slug: (float(measured["value"]), str(measured["unit"]), order.event)
        for order in chart.orders
        for slug, measured in (order.result or {}).get("analytes", {}).items()
    }
    for slug, event in chart.heard.items():
        value = chart.evidence.findings.get(slug)
        if event not in chart.recalled and isinstance(value, float) and slug in base.findings:
            now[slug] = (value, base.findings[slug].unit or "", event)
    if not now:
        return
    before = {
        str(v["slug"]): v for v in chart.recalled.values() if isinstance(v["value"], dict) and v["from"]
    }
    for taken in chart.drugs:
        began = _began(chart, taken)
        if began is None:
            continue
        for slug in sorted(_measured_for(base, str(taken.drug)) & now.keys() & before.keys()):
            did = _nearer(base, chart, str(taken.drug), slug, before[slug], now[slug], began)
            if did is not None:
                yield did


def _began(chart: Chart, taken: CurrentDrug) -> date | None:
    """The day on which a drug was begun that was prescribed here: a record gives its renewals alone."""
    view: JSON = chart.recalled.get(taken.event, {})
    if not view.get("from") or view["source"]["kind"] != "event" or view["certainty"] != "confirmed":
        return None
    day = PartialDate.parse(view["from"]).earliest().date()
    return day if (date.fromisoformat(chart.date) - day).days >= DAYS_TO_ANSWER else None


def _measured_for(base: KnowledgeBase, drug: str) -> frozenset[str]:
    """What is measured of the conditions that a drug treats."""
    if drug not in base.drugs:
        return frozenset()
    found: set[str] = set()
    for condition in _treated_with(base, drug):
        found |= {str(e.analyte) for e in condition.tests if e.analyte}
        found |= {m.finding for m in condition.findings if m.mean is not None}
        for monitoring in condition.monitoring:
            test = base.tests.get(monitoring.test or "")
            found |= {a.id for a in test.analytes} if test is not None else set()
    return frozenset(found)


def _treated_with(base: KnowledgeBase, drug: str) -> Iterator[Condition]:
    for condition in base.conditions.values():
        if any(t.regimen is not None and t.regimen.drug == drug for t in condition.management):
            yield condition


def _nearer(
    base: KnowledgeBase,
    chart: Chart,
    drug: str,
    slug: str,
    before: JSON,
    now: tuple[float, str, str],
    began: date,
) -> _Did | None:
    value, unit, event = now
    was, when = before["value"], PartialDate.parse(before["from"]).earliest().date()
    low, high = _range_of(base, chart, slug)
    if was["unit"] != unit or when > began:
        return None
    away, still = _distance(float(was["number"]), low, high), _distance(value, low, high)
    if away <= 0 or still > away * (1 - NEARER):
        return None
    words = f"{base.named(slug)} {was['number']:g} {unit} ({before['from']}) to {value:g} {unit}"
    return _Did(drug, "improved", words, event, "probable")


def _range_of(base: KnowledgeBase, chart: Chart, slug: str) -> tuple[float | None, float | None]:
    """The usual range, for this patient."""
    if slug not in base.analytes:
        return base.findings[slug].normal or (None, None)
    who = chart.evidence
    for reference in base.analytes[slug].reference:
        if may_hold(reference.who, who.age, who.sex, who.pregnant):
            return reference.low, reference.high
    return None, None


def _distance(value: float, low: float | None, high: float | None) -> float:
    if high is not None and value > high:
        return value - high
    return low - value if low is not None and value < low else 0.0
