"""Lessons for wardround-mini: the teacher's visits as conversations, and patients' sentences as what they say.

Lesson `index` of a seed is always the same, whoever makes it and in whatever order. Cases are of the train split alone:
no held-out condition is ever a case, yet each is named wherever the teacher weighs it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np

from wardround.care import Clinic, SolePlanner, Straying, Thinking, astray_in, believed, lesson, short_names
from wardround.harness import Event, Policy, Returned, seed_of
from wardround.knowledge import Evidence, Posterior, posterior
from wardround.models import Message
from wardround.simulation import Case
from wardround.training.playing import Played, case_of, course, first_visit, lasting, met

Kind = Literal["first", "even", "course", "language"]
STYLES: Final[tuple[Thinking, ...]] = ("long", "short", "none")
LANGUAGE: Final = "language"
BELIEF: Final = "belief"
SENTENCES: Final = 10
"""Sentences in one language lesson."""
ANSWERS: Final = 16
"""Answers in one lesson in belief."""
RANKED: Final = 3
"""Conditions that are believed in after each."""
LIKELY: Final = 8
"""Most answers are about what one of so many likeliest conditions brings."""
LEAST_QUESTIONS, MOST_QUESTIONS = 6, 16
"""Before a conclusion."""
STRIDE: Final = 10_000_000
"""Cases of one seed stand so far from those of the next."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Which share of the lessons is what: first visits by prevalence, first visits of every condition alike, courses,
    language; and which share thinks at length, shortly, or not at all."""

    first: float = 0.55
    even: float = 0.25
    course: float = 0.12
    language: float = 0.08
    visits: int = 4
    """Visits of a course at most."""
    thinking: tuple[float, float, float] = (0.2, 0.45, 0.35)
    astray: float = 0.6
    """In this share of the first visits some steps are not the teacher's: up to `steps_astray` of them."""
    steps_astray: float = 0.25
    astray_from: int = 16_900
    """The lessons before this index have none: first the teacher alone is learnt."""
    belief: float = 0.4
    """This share of the lessons is no visit: answer after answer, and what is believed then."""
    belief_from: int = 20_000
    """The lessons before this index have none of them."""
    conclusion: float = 0.5
    """This share of the lessons has a history of up to `MOST_QUESTIONS` questions that are nobody's: what is learnt is what
    the teacher makes of it."""
    conclusion_from: int = 20_000
    """The lessons before this index have none of them."""

    def kind(self, rng: np.random.Generator) -> Kind:
        """Drawn."""
        kinds: tuple[Kind, ...] = ("first", "even", "course", "language")
        weights = np.array([self.first, self.even, self.course, self.language])
        return kinds[int(rng.choice(4, p=weights / weights.sum()))]

    def style(self, rng: np.random.Generator) -> Thinking:
        """Drawn."""
        weights = np.array(self.thinking)
        return STYLES[int(rng.choice(3, p=weights / weights.sum()))]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A conversation to learn from, and of what kind it is: `first-long`, `course-none`, `language`. Of the assistant's turns
    those that are `astray`, counted from 0, are not learnt."""

    messages: tuple[Message, ...]
    kind: str
    astray: frozenset[int] = frozenset()


@dataclass(frozen=True)
class School:
    """Makes lessons. `lines` are what real patients said, where whoever trains has any."""

    clinic: Clinic
    seed: int = 0
    mix: Mix = field(default_factory=Mix)
    lines: tuple[str, ...] = ()

    @cached_property
    def teacher(self) -> Policy:
        """The planner, alone."""
        return SolePlanner(self.clinic.projection)

    def lessons(self, index: int) -> tuple[Lesson, ...]:
        """What there is to learn from `index`: one conversation, or one a visit. A visit that was not finished is none."""
        rng = np.random.default_rng(seed_of("lesson", self.seed, index))
        kind = self.mix.kind(rng)
        place = self.seed * STRIDE + index
        if index >= self.mix.belief_from and rng.random() < self.mix.belief:
            return (Lesson(self._belief(place, rng), BELIEF),)
        if index >= self.mix.conclusion_from and rng.random() < self.mix.conclusion:
            return (self._conclusion(place, rng),)
        if kind == "language":
            return (Lesson(self._language(place, rng), LANGUAGE),)
        teacher = self._astray(index)
        made = []
        for played in self._played(kind, place, rng, teacher):
            style = self.mix.style(rng)
            if played.finished:
                name = "course" if played.visit > 1 else "first"
                told = lesson(self.clinic, played.events, style)
                made.append(Lesson(told, f"{name}-{style}", astray_in(played.events)))
        return tuple(made)

    def _astray(self, index: int) -> Policy:
        """The teacher of this lesson; its draws are its own, so that lessons without them stay what they are."""
        rng = np.random.default_rng(seed_of("astray", self.seed, index))
        if index < self.mix.astray_from or rng.random() >= self.mix.astray:
            return self.teacher
        often = self.mix.steps_astray * float(rng.random())
        return Straying(self.clinic, self.teacher, seed_of(self.seed, index), often)

    def _played(
        self, kind: Kind, place: int, rng: np.random.Generator, teacher: Policy
    ) -> tuple[Played, ...]:
        if kind == "course":
            known = lasting(self.clinic)
            person = case_of(self.clinic, place, known[int(rng.integers(len(known)))])
            visits = int(rng.integers(2, self.mix.visits + 1))
            return asyncio.run(course(self.clinic, person, self.teacher, visits=visits, seed=self.seed))
        conditions = met(self.clinic)
        condition = conditions[int(rng.integers(len(conditions)))] if kind == "even" else None
        case = case_of(self.clinic, place, condition)
        return (asyncio.run(first_visit(self.clinic, case, teacher, seed=self.seed)),)

    def _language(self, place: int, rng: np.random.Generator) -> tuple[Message, ...]:
        """Sentences, half of them real where there are any, each with the findings that it names."""
        said = list(self._sentences(place))
        messages = [Message("system", LANGUAGE)]
        for _ in range(SENTENCES):
            if self.lines and (not said or rng.random() < 0.5):
                line = self.lines[int(rng.integers(len(self.lines)))]
                coded = findings_words(self.clinic.understanding.of_complaint(line)["findings"])
            elif said:
                line, coded = said.pop(int(rng.integers(len(said))))
            else:
                break
            messages += [Message("user", line), Message("assistant", coded)]
        return tuple(messages)

    def _conclusion(self, place: int, rng: np.random.Generator) -> Lesson:
        """A visit that is the teacher's from the first test on, of any condition alike or by prevalence."""
        kind: Kind = "even" if rng.random() < 0.6 else "first"
        questions = int(rng.integers(LEAST_QUESTIONS, MOST_QUESTIONS + 1))
        hurried = Straying(self.clinic, self.teacher, seed_of(self.seed, place), 0.0, questions)
        (played,) = self._played(kind, place, rng, hurried)
        style: Thinking = "short" if rng.random() < 0.7 else "long"
        told = lesson(self.clinic, played.events, style)
        return Lesson(told, f"conclusion-{style}", astray_in(played.events))

    def _belief(self, place: int, rng: np.random.Generator) -> tuple[Message, ...]:
        """Answers of a patient of any condition alike, one by one, with what is believed behind each, as shorthand thinks it."""
        base, conditions = self.clinic.base, met(self.clinic)
        case = case_of(self.clinic, place, conditions[int(rng.integers(len(conditions)))])
        age = None if case.birth is None else (case.on - case.birth).days / 365.25
        known: dict[str, bool | float] = {slug: case.findings[slug] for slug in case.presenting}
        who = f"{'?' if age is None else int(age)} {case.sex[:1]} v1"
        messages = [Message("system", BELIEF), Message("user", f"{who} {findings_words(known)}")]
        for _ in range(ANSWERS):
            evidence = Evidence(age, case.sex, case.pregnant, known)
            belief = posterior(base, evidence)
            messages.append(Message("assistant", "", thought=believed(short_names(base), belief, RANKED)))
            told = self._next_answer(case, belief, known, rng)
            if told is None:
                break
            known[told] = case.findings[told]
            messages.append(Message("tool", findings_words({told: known[told]})))
        return tuple(messages if messages[-1].role == "assistant" else messages[:-1])

    def _next_answer(
        self, case: Case, belief: Posterior, known: Mapping[str, object], rng: np.random.Generator
    ) -> str | None:
        """One of the present findings, or one that a likely condition brings; None where nothing is left."""
        open_ = [f for f, value in case.findings.items() if isinstance(value, bool) and f not in known]
        top = [c for c, _ in belief.top(LIKELY)]
        condition = top[int(rng.integers(len(top)))]
        brought = {m.finding for m in self.clinic.base.conditions[condition].findings}
        present = [f for f in open_ if case.findings[f]]
        likely = present if present and rng.random() < 0.3 else [f for f in open_ if f in brought] or open_
        return likely[int(rng.integers(len(likely)))] if likely else None

    def _sentences(self, place: int) -> Iterator[tuple[str, str]]:
        """What a simulated patient answers, and what that says."""
        case = case_of(self.clinic, place)
        yield (
            case.complaint,
            findings_words(self.clinic.understanding.of_complaint(case.complaint)["findings"]),
        )
        played = asyncio.run(first_visit(self.clinic, case, self.teacher, seed=self.seed))
        for question, answer, findings in answers_in(played.events):
            yield f"{question} {answer}", findings_words(findings)


def answers_in(events: Sequence[Event]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Question, answer, and the findings that were understood, of a visit's log."""
    for event in events:
        body = event.body
        if isinstance(body, Returned) and body.tool == "ask":
            yield str(body.output["question"]), str(body.output["answer"]), dict(body.output["findings"])


def findings_words(findings: Mapping[str, object]) -> str:
    """Findings as shorthand writes them: `+` present, `-` absent, `?` unsure, `=` measured; `none` where there is none."""
    return " ".join(_word(slug, value) for slug, value in findings.items()) or "none"


def _word(slug: str, value: object) -> str:
    if value is None:
        return f"?{slug}"
    if isinstance(value, bool):
        return f"{'+' if value else '-'}{slug}"
    return f"={slug} {round(float(str(value)), 1):g}"
