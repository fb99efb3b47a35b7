"""What a sentence says of the patient: illnesses with since when, drugs taken and stopped, allergies, values.

What is negated, doubted, or said of somebody else is no fact. Times keep the precision of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from wardround.care.extraction.doses import dose_after
from wardround.care.extraction.found import Found
from wardround.care.said_when import Moment, moment_for, sentence_around
from wardround.clinical import FactStatus, Mention, PartialDate, Quantity, UnitError, convert
from wardround.knowledge import KnowledgeBase

_TAKING = re.compile(
    r"\b(?:tak(?:e|es|ing)|took|on|use|uses|using|used|started?|began|prescribed|given|put (?:me|him|her) on)\b",
    re.I,
)
_ENDED = re.compile(
    r"\b(?:stopped|stop taking|no longer|any ?more|came off|come off|taken off|off (?:it|the)|used to|quit|gave up|discontinued)\b",
    re.I,
)
_HAS = re.compile(
    r"\b(?:diagnosed|told (?:me )?(?:that )?i(?:'ve)? ha(?:ve|d)|i(?:'ve| have) (?:had|got)|known|suffers? from|"
    r"(?:past|medical) history|history of)\b",
    re.I,
)
_LAPSE = re.compile(r"\b(?:today|this morning|yet|forgot|ran out|run out|missed)\b", re.I)
_OVER = re.compile(
    r"\b(?:resolved|in remission|previous(?:ly)?|cured|grew out|grown out|used to have|no longer|s/p|status post)\b",
    re.I,
)


def found_in(
    base: KnowledgeBase, text: str, mentions: Iterable[Mention], on: date, *, listing: bool = False
) -> Iterator[Found]:
    """Everything that the words say for sure. `listing`: they are a list or a document's, where naming an illness says
    that it is there; in speech somebody must say that they have it, or since when."""
    places: dict[tuple[int, int], list[Mention]] = {}
    for m in mentions:
        if m.id and m.about == "patient" and not m.uncertain:
            places.setdefault((m.start, m.end), []).append(m)
    for (start, end), here in places.items():
        if any(m.value is not None and m.kind == "test" for m in here):
            yield from (v for m in here if (v := measured(base, text, m, on)) is not None)
            continue
        yield from _named(base, text, start, end, here, on, listing)


def _named(
    base: KnowledgeBase, text: str, start: int, end: int, here: Sequence[Mention], on: date, listing: bool
) -> Iterator[Found]:
    low, high = sentence_around(text, start, end)
    drug = next((m for m in here if m.kind == "drug"), None)
    if drug is not None:
        yield from _taken(base, text, drug, (low, high), on, listing)
        return
    if any(m.negated for m in here):
        return
    condition = next((m for m in here if m.kind == "condition" and str(m.id) in base.conditions), None)
    if condition is not None:
        yield from _ill(base, text, condition, (low, high), on, listing)
        return
    history = next((m for m in here if is_history(base, str(m.id))), None)
    moment = moment_for(text, start, end, on) if history is not None else None
    if history is not None and moment is not None and moment.since:
        yield Found(
            "finding", base.named(str(history.id)), history.id, *_trimmed(text, low, high),
            value=True, valid_from=moment.at,
        )  # fmt: skip


def is_history(base: KnowledgeBase, slug: str) -> bool:
    """Whether a finding says that the patient has, or had, an illness."""
    finding = base.findings.get(slug)
    return finding is not None and finding.kind == "history" and not slug.startswith("finding.family_")


def _ill(
    base: KnowledgeBase, text: str, m: Mention, around: tuple[int, int], on: date, listing: bool
) -> Iterator[Found]:
    low, high = around
    sentence, moment = text[low:high], moment_for(text, m.start, m.end, on)
    since = moment if moment is not None and moment.since else None
    if not listing and since is None and not _HAS.search(sentence):
        return
    over = since is None and (m.past or _OVER.search(sentence) is not None)
    began, ended = _began_and_ended(moment, over)
    status: FactStatus = "resolved" if over else "active"
    detail = text[since.start : since.end].strip() if since else ""
    detail = f"since {began.iso()}" if since and began and not detail.lower().startswith("since") else detail
    yield Found(
        "problem", base.named(str(m.id)), str(m.id), *_trimmed(text, low, high),
        status=status, valid_from=began, valid_to=ended, detail=detail,
    )  # fmt: skip


def _began_and_ended(moment: Moment | None, over: bool) -> tuple[PartialDate | None, PartialDate | None]:
    if moment is None:
        return None, None
    if moment.until:
        return None, moment.at
    return moment.at, moment.at if over and not moment.since else None


def _taken(
    base: KnowledgeBase, text: str, m: Mention, around: tuple[int, int], on: date, listing: bool
) -> Iterator[Found]:
    low, high = around
    sentence, moment = text[low:high], moment_for(text, m.start, m.end, on)
    ended = _ENDED.search(sentence) is not None and (m.past or m.negated)
    if (m.negated or m.past) and not ended:
        return
    if not (ended or listing or _TAKING.search(sentence)) or _LAPSE.search(sentence):
        return
    dose = None if ended else dose_after(text, m.end, high)
    yield Found(
        "drug", base.named(str(m.id)), str(m.id), *_trimmed(text, low, high),
        status="resolved" if ended else "active",
        value=dose.amount if dose else None,
        valid_from=moment.at if moment and moment.since and not ended else None,
        valid_to=moment.at if moment and ended and not moment.since else None,
        detail=dose.words if dose else "stopped" if ended else "",
    )  # fmt: skip


def measured(base: KnowledgeBase, text: str, m: Mention, on: date) -> Found | None:
    """A value of a measurement, in the unit that was written; one without a unit, or in none that fits, is none."""
    slug, value = str(m.id), m.value
    unit = unit_of_measure(base, slug)
    if value is None or unit is None:
        return None
    fitting = _with_unit(text, m, value, unit, slug)
    if fitting is None:
        return None
    value, end = fitting
    low, high = sentence_around(text, m.start, m.end)
    moment = moment_for(text, m.start, m.end, on)
    at = moment.at if moment is not None and not moment.lasting else PartialDate.of(on)
    start = min(_name_start(text, low, m), m.start)
    if moment is not None and low <= moment.start and moment.end <= high:
        start, end = min(start, moment.start), max(end, moment.end)
    return Found("result", base.named(slug), slug, start, end, value=value, valid_from=at)


def unit_of_measure(base: KnowledgeBase, slug: str) -> str | None:
    """The base's own unit of an analyte or a measured finding."""
    if slug in base.analytes:
        return base.analytes[slug].unit
    return base.findings[slug].unit if slug in base.findings else None


_FLAGGED = re.compile(r"\s*\(?(?:H|L|HH|LL|high|low)?\)?\s*(?P<unit>[A-Za-zµμ%][\w/.%^]{0,20})")
_SURFACE = re.compile(r"\s?/\s?1[.,]73\s?m(?:2|²|\^2)?")
_REST = re.compile(r"[/\w%^²]*")


def _with_unit(text: str, m: Mention, value: Quantity, unit: str, slug: str) -> tuple[Quantity, int] | None:
    """The value, and where its unit ends, where the unit fits the measurement. A flag that was taken for a unit gives
    way (`131 L mmol/L`), and `mL/min` goes on where the words do (`mL/min/1.73m2`)."""
    candidates = [(value, m.end)]
    surface = _SURFACE.match(text, m.end)
    if surface is not None:
        whole = Quantity(value.value, f"{value.unit}/{{1.73m2}}", value.comparator)
        candidates = [(whole, surface.end())]
    flagged = _FLAGGED.match(text, m.end) if value.unit in ("L", "H") else None
    if flagged is not None:
        candidates.append((Quantity(value.value, flagged["unit"], value.comparator), flagged.end()))
    for one, end in candidates:
        if not one.unit:
            continue
        try:
            convert(one, unit, slug)
        except UnitError:
            continue
        rest = _REST.match(text, end)
        return one, rest.end() if rest else end
    return None


def _name_start(text: str, low: int, m: Mention) -> int:
    """Where the name of a measurement begins that stands before its value: `weight 82 kg`."""
    before = text[low : m.start]
    found = re.search(r"[A-Za-z][\w %/-]{0,40}\W{0,3}$", before)
    return low + found.start() if found else m.start


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    """The sentence without the white space around it."""
    said = text[low:high]
    return low + len(said) - len(said.lstrip()), high - (len(said) - len(said.rstrip()))
