"""Response to drugs: when each was started, changed and stopped, and why; what it did; what was measured meanwhile.

What was said stands as said. What was measured, or appeared, between start and stop is an association and is called one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from wardround.clinical import Fact
from wardround.knowledge import Drug
from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import Entry, began, entry_of, is_current
from wardround.memory.views.measured import Measured, measured_between
from wardround.memory.views.trends import Trend, moment, trends
from wardround.memory.vocabulary import Vocabulary, shipped

_STOPPED = re.compile(r"\bstopped: *([^;]+)", re.I)
_ADVERSE = re.compile(
    r"\badverse|\bside[- ]effect|\bintoleran|\ballerg|\breaction|\btoxic|\bmade (?:me|him|her|them) (?:ill|sick|worse)"
    r"|不良反应|副作用|过敏",
    re.I,
)
GRACE = timedelta(days=30)
"""An effect may show so long after the last day of a drug."""
LONGEST_ONSET = timedelta(days=3_650)
"""An onset that the base gives as longer counts as so long."""
Effect = Literal["effect", "adverse"]


@dataclass(frozen=True, slots=True)
class Course:
    """One stretch of a drug in one dose. `why` it ended, where that was said."""

    since: str | None
    until: str | None
    dose: str
    status: str
    why: str
    facts: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What is known of one drug in this patient. `effects` and `adverse` were said; `possible_adverse` are problems or
    findings that the knowledge base lists for the drug and that appeared while it was taken."""

    drug: str
    slug: str | None
    taken: bool
    started: str | None
    stopped: str | None
    why_stopped: str
    courses: tuple[Course, ...]
    effects: tuple[Entry, ...] = ()
    adverse: tuple[Entry, ...] = ()
    possible_adverse: tuple[Entry, ...] = ()
    measured: tuple[Measured, ...] = ()

    def line(self) -> str:
        """One line."""
        when = f"started {self.started[:10]}" if self.started else "start not known"
        changes = [c.dose for c in self.courses if c.dose]
        doses = f", {' then '.join(dict.fromkeys(changes))}" if changes else ""
        end = f", stopped {self.stopped[:10]}" if self.stopped else ", taken now" if self.taken else ""
        why = f" because {self.why_stopped}" if self.why_stopped else ""
        said = [
            *(f"effect: {e.value or e.detail}" for e in self.effects),
            *(f"adverse: {e.value or e.detail or e.text}" for e in self.adverse),
            *(f"possibly adverse: {e.text}" for e in self.possible_adverse),
            *(m.words() for m in self.measured if m.last is not None),
        ]
        return f"{self.drug}: {when}{doses}{end}{why}{'. ' + '; '.join(said) if said else ''}"


def responses(
    statements: Iterable[Statement],
    *,
    on: date,
    accounts: Iterable[Fact] = (),
    vocabulary: Vocabulary | None = None,
) -> tuple[Response, ...]:
    """One for each drug that was ever taken, those taken now first, then by the start.

    `accounts` are all facts that were ever recorded: a drug that was stopped stands no more, and its doses are there.
    """
    words = vocabulary or shipped()
    everything = list(statements)
    said = {f.id: f for s in everything for f in (*s.history, *s.facts)}
    said.update((f.id, f) for f in accounts)
    measured = trends(everything, vocabulary=words)
    groups = _by_drug(_true_accounts(said.values()), words)
    made = [_response(group, everything, measured, on, words) for group in groups]
    return tuple(sorted(made, key=lambda r: (not r.taken, r.started or "")))


def _true_accounts(facts: Iterable[Fact]) -> list[Fact]:
    """Accounts of drugs in order, without what was retracted, and without what another account of the same time
    corrected. A dose that was raised, and a start that was followed by a stop, are true of their time."""
    drugs = [f for f in facts if f.kind == "drug"]
    by_id = {f.id: f for f in drugs}
    wrong: set[str] = set()
    for fact in drugs:
        before = by_id.get(fact.supersedes or "")
        if before is not None and (
            fact.status in ("entered-in-error", "refuted")
            or (fact.valid_from == before.valid_from and not _is_end(fact))
        ):
            wrong.add(before.id)
    kept = [f for f in drugs if f.id not in wrong and f.status not in ("entered-in-error", "refuted")]
    return sorted((f for f in kept if not denies_all(f)), key=lambda f: (began(f), f.recorded))


def _is_end(fact: Fact) -> bool:
    return fact.status == "resolved" or bool(_STOPPED.search(fact.detail))


def _by_drug(accounts: Iterable[Fact], vocabulary: Vocabulary) -> list[list[Fact]]:
    groups: dict[object, list[Fact]] = {}
    for fact in accounts:
        codes = frozenset((c.system, c.code) for c in fact.concept.codings)
        key = vocabulary.meaning(fact).slug or codes or fact.concept.text.casefold()
        groups.setdefault(key, []).append(fact)
    return list(groups.values())


def _response(
    accounts: Sequence[Fact],
    everything: Sequence[Statement],
    measured: Sequence[Trend],
    on: date,
    vocabulary: Vocabulary,
) -> Response:
    slug = next((s for s in (vocabulary.meaning(f).slug for f in accounts) if s), None)
    ids = {f.id for f in accounts}
    standing = [s.fact for s in everything if not ids.isdisjoint(f.id for f in s.facts)]
    taken = any(is_current(f, on) for f in standing)
    starts = sorted((f.valid_from for f in accounts if f.valid_from), key=lambda d: d.earliest())
    ends = sorted((f.valid_to for f in accounts if f.valid_to), key=lambda d: d.latest())
    start = moment(starts[0]) if starts else None
    stop = moment(ends[-1]) if ends and not taken else None
    said = [s for s in everything if s.fact.kind == "response" and _about(s.fact, accounts, slug, vocabulary)]
    drug = vocabulary.base.drugs.get(slug or "")
    courses = _courses(accounts)
    return Response(
        drug=drug.name if drug else accounts[-1].concept.text,
        slug=slug,
        taken=taken,
        started=starts[0].iso() if starts else None,
        stopped=ends[-1].iso() if ends and not taken else None,
        why_stopped="" if taken else next((c.why for c in reversed(courses) if c.why), ""),
        courses=courses,
        effects=tuple(entry_of(s) for s in said if kind_of_effect(s.fact, drug) == "effect"),
        adverse=tuple(entry_of(s) for s in said if kind_of_effect(s.fact, drug) == "adverse"),
        possible_adverse=_possible(drug, everything, start, stop, vocabulary),
        measured=(
            measured_between(drug.id, measured, start, stop, vocabulary.base)
            if drug and start and (taken or stop)
            else ()
        ),
    )


def _courses(accounts: Sequence[Fact]) -> tuple[Course, ...]:
    """Every stretch in the order of its start; the same one from two sources is one."""
    seen: dict[tuple[object, ...], Course] = {}
    for fact in accounts:
        why = _STOPPED.search(fact.detail)
        entry = entry_of(Statement(fact, (fact,)))
        course = Course(
            since=entry.since,
            until=entry.until,
            dose="" if why else entry.detail or entry.value or "",
            status=entry.status,
            why=why[1].strip() if why else "",
            facts=entry.facts,
            sources=entry.sources,
        )
        key = (course.since, course.until, course.dose, course.status, course.why)
        same = seen.get(key)
        seen[key] = course if same is None else _joined(same, course)
    return tuple(seen.values())


def _joined(one: Course, other: Course) -> Course:
    return Course(
        one.since,
        one.until,
        one.dose,
        one.status,
        one.why,
        (*one.facts, *other.facts),
        tuple(dict.fromkeys((*one.sources, *other.sources))),
    )


def _about(fact: Fact, drugs: Sequence[Fact], slug: str | None, vocabulary: Vocabulary) -> bool:
    if slug is not None and vocabulary.meaning(fact).slug == slug:
        return True
    codes = {(c.system, c.code) for f in drugs for c in f.concept.codings}
    names = {f.concept.text.casefold() for f in drugs}
    return fact.concept.text.casefold() in names or any(
        (c.system, c.code) in codes for c in fact.concept.codings
    )


def kind_of_effect(fact: Fact, drug: Drug | None) -> Effect:
    """Whether a response is an effect or an adverse one: by its word for it, or by what the base lists for the drug."""
    said = f"{fact.detail} {fact.value if isinstance(fact.value, str) else ''}"
    if _ADVERSE.search(said):
        return "adverse"
    known = {a.effect.casefold() for a in drug.adverse} if drug else set()
    return "adverse" if any(effect in said.casefold() for effect in known) else "effect"


def _possible(
    drug: Drug | None,
    everything: Sequence[Statement],
    start: datetime | None,
    stop: datetime | None,
    vocabulary: Vocabulary,
) -> tuple[Entry, ...]:
    """Findings and problems that the base lists as the drug's and that began in the time in which it brings them."""
    if drug is None or start is None:
        return ()
    onsets: Mapping[str, tuple[float, float]] = {a.finding: a.onset_days for a in drug.adverse if a.finding}
    found = []
    for statement in everything:
        fact = statement.fact
        slug = vocabulary.meaning(fact).slug or ""
        if fact.kind not in ("finding", "problem") or fact.status == "refuted" or fact.value is False:
            continue
        if slug in onsets and fact.valid_from is not None:
            after = moment(fact.valid_from) - start
            latest = min(timedelta(days=onsets[slug][1]) + GRACE, LONGEST_ONSET)
            over = stop is not None and moment(fact.valid_from) > stop + GRACE
            if timedelta(0) <= after <= latest and not over:
                found.append(entry_of(statement))
    return tuple(found)
