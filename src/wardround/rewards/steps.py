"""The step verifier: what went wrong on the way, event by event, each with what it leaves of the step's worth.

`gamma` is Baichuan-M3's (arXiv 2602.06570, eq. 7): gamma_s = min over the violations of a step of lambda_v.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wardround.care import Chart, Clinic
from wardround.harness import Severity
from wardround.knowledge import KnowledgeBase
from wardround.rewards.inquiry import TOO_MANY, idle, rightly_alarmed
from wardround.rewards.performance import Denial, Performance, Turn
from wardround.rewards.tests_ordered import wasted
from wardround.rewards.truth import URGENT, Truth

Kind = Literal[
    "repetition",
    "answered",
    "double",
    "jargon",
    "missed_cue",
    "unsafe_delay",
    "refused",
    "unreadable",
    "held_up",
    "burden",
]
LAMBDA: Final[Mapping[Kind, float]] = {
    "repetition": 0.6,
    "answered": 0.7,
    "double": 0.8,
    "jargon": 0.8,
    "missed_cue": 0.7,
    "unsafe_delay": 0.3,
    "unreadable": 0.7,
    "held_up": 0.7,
    "burden": 0.9,
}
REFUSED: Final[Mapping[Severity, float]] = {"critical": 0.2, "major": 0.6, "minor": 0.9}
"""lambda of what a rule refused, by how grave it was."""
LIMIT: Final = 3.0
"""So much lost worth of steps, and nothing is left of the process."""
LEAST: Final = 4
"""Letters of the shortest clinical term that counts as jargon."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that went wrong at one event."""

    event: str
    kind: Kind
    gamma: float
    text: str


def violations(clinic: Clinic, truth: Truth, done: Performance) -> tuple[Violation, ...]:
    """Everything that went wrong, in the order of the log."""
    found = (
        *_questions(clinic, done),
        *_denied(done),
        *_jargon(clinic.base, done),
        *_cues(truth, done),
        *_delays(truth, done),
        *_unreadable(done),
        *_held_up(truth, done),
        *_burden(truth, done),
    )
    return tuple(sorted(found, key=lambda v: done.order.get(v.event, -1)))


def gammas(found: Iterable[Violation]) -> Mapping[str, float]:
    """gamma_s by event: the smallest of its violations'."""
    least: dict[str, float] = {}
    for one in found:
        least[one.event] = min(least.get(one.event, 1.0), one.gamma)
    return least


def process(done: Performance, found: Iterable[Violation]) -> float | None:
    """1 - sum_s (1 - gamma_s) / LIMIT, not below 0; None where nothing was decided."""
    if not done.steps:
        return None
    return max(0.0, 1.0 - sum(1.0 - gamma for gamma in gammas(found).values()) / LIMIT)


# --- questions --------------------------------------------------------------------------------------------


def _questions(clinic: Clinic, done: Performance) -> Iterator[Violation]:
    said: set[str] = set()
    own = _own_questions(clinic.base)
    for turn in done.turns:
        plain = _plain(turn.question)
        if plain in said and turn.about != "open":
            yield Violation(turn.event, "repetition", LAMBDA["repetition"], turn.question)
        said.add(plain)
        if plain not in own and _double(clinic, turn):
            yield Violation(turn.event, "double", LAMBDA["double"], turn.question)


def _double(clinic: Clinic, turn: Turn) -> bool:
    """Two things asked at once: neither is a part of the other."""
    if not re.search(r"\b(?:and|or)\b|,|\?.*\?", turn.question):
        return False
    base = clinic.base
    named = {
        m.id
        for m in clinic.understanding.reader.read(turn.question)
        if m.kind == "finding" and m.id is not None
    }
    tops = {slug for slug in named if not any(_under(base, slug, other) for other in named if other != slug)}
    return len(tops) > 1


def _under(base: KnowledgeBase, slug: str, other: str) -> bool:
    parent = base.findings[slug].parent if slug in base.findings else None
    while parent is not None:
        if parent == other:
            return True
        parent = base.findings[parent].parent
    return False


@functools.lru_cache(maxsize=8)
def _own_questions(base: KnowledgeBase) -> frozenset[str]:
    from wardround.care import TOPICS

    return frozenset(map(_plain, (*(f.ask for f in base.findings.values()), *TOPICS.values())))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _denied(done: Performance) -> Iterator[Violation]:
    """What rules refused; a question refused is a repetition, or one that was answered before."""
    for denial in done.denials:
        yield _of_denial(denial, done)


def _of_denial(denial: Denial, done: Performance) -> Violation:
    about = denial.action.arguments.get("about")
    if denial.constraint == "care.question.repeated":
        place = done.order[denial.event]
        asked = any(t.about == about and done.order[t.event] < place for t in done.turns)
        kind: Kind = "repetition" if asked else "answered"
        return Violation(denial.event, kind, LAMBDA[kind], str(about))
    if denial.constraint == "care.question.double":
        return Violation(
            denial.event, "double", LAMBDA["double"], str(denial.action.arguments.get("question"))
        )
    return Violation(denial.event, "refused", _refused(denial.severity), denial.constraint)


def _refused(severity: str) -> float:
    return next((gamma for name, gamma in REFUSED.items() if name == severity), REFUSED["major"])


# --- jargon -----------------------------------------------------------------------------------------------


def _jargon(base: KnowledgeBase, done: Performance) -> Iterator[Violation]:
    own = _own_questions(base)
    chart: Chart = done.chart
    said = [(t.event, t.question) for t in done.turns if _plain(t.question) not in own]
    said += [(s.event, s.text) for s in (*chart.advice, *chart.safety_net)]
    for event, text in said:
        found = _clinical(base).search(text)
        if found is not None:
            yield Violation(event, "jargon", LAMBDA["jargon"], found[0])


@functools.lru_cache(maxsize=8)
def _clinical(base: KnowledgeBase) -> re.Pattern[str]:
    """Clinical terms for which the base has lay words, and which it never uses to a patient itself."""
    lay = " ".join(_to_patients(base)).lower()
    plain = frozenset(re.findall(r"\w+", lay))
    terms = {
        term.lower()
        for finding in base.findings.values()
        if finding.lay
        for term in finding.clinical
        if len(term) >= LEAST and not plain.issuperset(re.findall(r"\w+", term.lower()))
    }
    longest = sorted(terms, key=lambda t: (-len(t), t))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest)) or '(?!)'})\b", re.I)


def _to_patients(base: KnowledgeBase) -> Iterator[str]:
    for finding in base.findings.values():
        yield from (finding.ask, *finding.lay, *finding.answers.yes, *finding.answers.no)
    for condition in base.conditions.values():
        yield from (condition.explain, condition.safety_net, condition.lay_name)
        yield from (line.patient_text for line in condition.management)
    yield from (flag.patient_text for flag in base.red_flags.values())


# --- cues and delays --------------------------------------------------------------------------------------


def _cues(truth: Truth, done: Performance) -> Iterator[Violation]:
    """Something present that was said besides what was asked, that matters here, and that nobody went into."""
    if rightly_alarmed(truth, done):
        return
    matter = {m.finding for m in truth.condition.findings} | {
        s for f in truth.flags for s in (*f.all, *f.any)
    }
    seen: set[str] = set()
    for turn in done.turns:
        for slug, value in turn.findings.items():
            if value is not True or slug == turn.about or slug in seen or slug not in matter:
                continue
            seen.add(slug)
            inside = [
                c for c in truth.base.children(slug) if c in matter and not truth.base.findings[c].examined
            ]
            if inside and not any(done.known(c) for c in inside):
                yield Violation(turn.event, "missed_cue", LAMBDA["missed_cue"], truth.base.named(slug))


def _delays(truth: Truth, done: Performance) -> Iterator[Violation]:
    """Decisions between the event by which an urgent flag was known and the alarm; and alarms that a rule had to raise."""
    for alarm in done.alarms:
        if alarm.by_rule:
            yield Violation(
                alarm.event, "unsafe_delay", LAMBDA["unsafe_delay"], "a rule had to raise the alarm"
            )
    flags = truth.base.red_flags
    for flag, since in done.flagged.items():
        if flag not in flags or flags[flag].act_within not in URGENT:
            continue
        start = done.order[since]
        ends = [done.order[a.event] for a in done.alarms if flag in (a.flag, *a.open)]
        end = min((e for e in ends if e > start), default=len(done.order))
        between = [s for s in done.steps if start < done.order[s.event] < end and s.tool != "escalate"]
        for step in between:
            if step.tool is not None:
                yield Violation(step.event, "unsafe_delay", LAMBDA["unsafe_delay"], flags[flag].name)


def _unreadable(done: Performance) -> Iterator[Violation]:
    for event in done.unreadable:
        yield Violation(event, "unreadable", LAMBDA["unreadable"], "output that could not be read")


def _held_up(truth: Truth, done: Performance) -> Iterator[Violation]:
    """Tests that nothing called for, while an emergency waited."""
    if not truth.known_without_tests:
        return
    needless = set(wasted(truth, done.chart))
    for order in done.chart.orders:
        if order.test in needless:
            yield Violation(order.event, "held_up", LAMBDA["held_up"], truth.base.named(order.test))


def _burden(truth: Truth, done: Performance) -> Iterator[Violation]:
    for event in idle(truth, done)[TOO_MANY:]:
        yield Violation(event, "burden", LAMBDA["burden"], "one more question that nothing calls for")
