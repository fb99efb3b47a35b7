"""The case of one visit: the person as before, the diseases as they stand that day, and what befell them since."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from wardround.harness import seed_of
from wardround.knowledge import KnowledgeBase, red_flags_present
from wardround.simulation.agreement import PREGNANCY_TEST, askable, essential_tests, keep_pain, settle
from wardround.simulation.background import KnownDrug, KnownProblem, Obstetric
from wardround.simulation.case import Case
from wardround.simulation.courses import Shown, show
from wardround.simulation.episode.between import Door
from wardround.simulation.episode.life import Life, Living
from wardround.simulation.episode.medication import Span
from wardround.simulation.episode.patients import history_now
from wardround.simulation.expectations import layout, stratum_of
from wardround.simulation.links import DRUGS
from wardround.simulation.onset import draw_onset
from wardround.simulation.people import PREGNANCY
from wardround.simulation.population import population
from wardround.simulation.results import (
    CREATININE,
    as_measured,
    as_reported,
    in_agreement,
    keep_pulse,
    values_of,
)
from wardround.simulation.splits import FAMILIES
from wardround.simulation.vital_signs import EGFR
from wardround.simulation.world import Drawn, World, draw_present, draw_values, world

GESTATION = "gestation"
"""The variable that counts the days of a pregnancy, where a course has it."""


@dataclass(frozen=True)
class Today:
    """Everything that a case of this day is made from."""

    base: KnowledgeBase
    person: Case
    life: Life
    door: Door
    known: Mapping[str, date]
    """Conditions on the problem list, with the day since when."""
    said: tuple[str, ...]
    """Findings that the opening words name."""
    number: int

    @property
    def on(self) -> date:
        """The date of the visit."""
        return self.person.on + timedelta(days=self.life.day)

    @property
    def truth(self) -> str:
        """What brings the patient today: what befell them, else the illness itself."""
        cause = self.door.cause
        if cause is not None and cause.truth is not None:
            return cause.truth
        return cause.condition if cause is not None else self.life.courses[0].condition


def case_of(today: Today) -> Case:
    """The case. The same day of the same life gives the same case."""
    base, person, life = today.base, today.person, today.life
    seed = seed_of(person.seed, "visit", today.number, life.day)
    rng = np.random.default_rng(seed)
    age = replace(person, on=today.on).age or 50.0
    pregnant = _pregnant(today)
    acute = tuple(c for c in (today.truth, *_also(today)) if c in base.conditions and _is_new(today, c))
    shown = [show(living.model, living.state, rng) for living in life.courses]
    drawn = _Drawn(today, age, pregnant, tuple(dict.fromkeys(acute)), rng)
    findings = drawn.findings(shown)
    measured, analytes = drawn.values(shown)
    findings |= measured
    keep_pain(base, findings)
    drugs = _drugs(today)
    denied = {f for f in person.telling.denied if findings.get(f) is True}
    case = replace(
        person,
        truth=today.truth,
        seed=seed,
        on=today.on,
        findings=findings,
        analytes=analytes,
        tests=drawn.tests(),
        pregnant=pregnant,
        active=tuple(dict.fromkeys((today.truth, *drawn.acute, *(c.condition for c in life.courses)))),
        presenting=today.said,
        complaint=today.door.words,
        onset_days=drawn.onset(shown, findings),
        distractors=drawn.distractors(shown, findings),
        essential=essential_tests(base, today.truth) if today.truth in base.conditions else (),
        known_drugs=drugs,
        drugs=tuple(d.text for d in drugs),
        known_problems=_problems(today),
        problems=tuple(p.text for p in _problems(today)),
        past_results=(),
        past_visits=(),
        obstetric=_obstetric(today, pregnant),
        telling=replace(
            person.telling,
            denied=frozenset(f for f in denied if f not in today.said),
            unsure=person.telling.unsure - set(today.said),
        ),
    )
    flags = tuple(flag.id for flag in red_flags_present(base, case.evidence(tests=True)))
    return replace(case, red_flags=flags)


def _pregnant(today: Today) -> bool:
    """Until the child is born, where the pregnancy itself is followed; as the person is, else."""
    for living in today.life.courses:
        if GESTATION in living.model.names:
            return not living.state.over or _ending(living)
    weeks = today.person.obstetric.weeks if today.person.obstetric else None
    return today.person.pregnant and (weeks or 0) * 7 + today.life.day < 290


def _ending(living: Living) -> bool:
    """Whether what ended it is an illness that still lasts: a miscarriage is one, a birth is not."""
    ends = {e.id for e in living.model.course.events if e.ends and e.truth is not None}
    return any(one.event in ends for one in living.state.ongoing)


def _also(today: Today) -> Iterable[str]:
    """Other events that last today and are conditions of their own."""
    for living in today.life.courses:
        events = {e.id: e for e in living.model.course.events}
        yield from (t for one in living.state.ongoing if (t := events[one.event].truth) is not None)


def _is_new(today: Today, condition: str) -> bool:
    """Whether a condition does all that the base says of it: not one whose course says how it stands, but at first."""
    return today.door.kind == "first" or condition not in {c.condition for c in today.life.courses}


def _drugs(today: Today) -> tuple[KnownDrug, ...]:
    """What is really taken, as the patient would tell it."""
    taken = set(today.life.taken())

    def known(span: Span) -> KnownDrug:
        t, since = span.taking, today.person.on + timedelta(days=span.since)
        name = today.base.drugs[t.drug].name
        return KnownDrug(
            t.drug, name, t.dose, t.unit, span.route, t.per_day, t.as_needed, span.indication, since
        )

    return tuple(known(s) for s in today.life.medication.on(today.life.day) if s.taking.drug in taken)


def _problems(today: Today) -> tuple[KnownProblem, ...]:
    """The problem list of the person, and what was diagnosed since."""
    before = {p.condition for p in today.person.known_problems}
    new = (KnownProblem(c, today.base.named(c), since) for c, since in today.known.items() if c not in before)
    return (*today.person.known_problems, *new)


def _obstetric(today: Today, pregnant: bool) -> Obstetric | None:
    before = today.person.obstetric
    if before is None or not pregnant:
        return replace(before, weeks=None, last_period=None) if before is not None else None
    for living in today.life.courses:
        days = living.model.values(living.state).get(GESTATION)
        if days is not None:
            period = today.on - timedelta(days=round(days))
            return replace(before, weeks=int(days // 7), last_period=period)
    weeks = before.weeks + today.life.day // 7 if before.weeks is not None else None
    return replace(before, weeks=weeks)


class _Drawn:
    """Findings, values and results of one day, each leaning on the ones before it."""

    def __init__(
        self, today: Today, age: float, pregnant: bool, acute: tuple[str, ...], rng: np.random.Generator
    ) -> None:
        base, person = today.base, today.person
        self.today, self.base, self.age, self.rng, self.acute = today, base, age, rng, acute
        self.pregnant = pregnant
        self.stratum = stratum_of(base, age, person.sex == "female", pregnant)
        self.here: World = world(base, f"{person.split}/{person.family % FAMILIES}")
        self.at = layout(base)
        self.found: Drawn = draw_present(self.here, self.stratum, acute, self._histories(), rng)
        settle(base, self.found.present_B, pregnant)

    def _histories(self) -> NDArray[np.bool_]:
        """Histories are the person's; those of lasting illness follow the problem list."""
        person, now = self.today.person, history_now(self.base, frozenset(self._on_list()))
        own = {slug: person.findings.get(slug) is True for slug in self.at.binaries}
        return np.array([now.get(slug, False) or own[slug] for slug in self.at.binaries], dtype=bool)

    def _on_list(self) -> Iterable[str]:
        return (p.condition for p in _problems(self.today) if p.active)

    def findings(self, shown: list[Shown]) -> dict[str, bool | float]:
        """Every finding that has no parent, or whose parent is present."""
        present = dict(zip(self.at.binaries, self.found.present_B.tolist(), strict=True))
        chances: dict[str, float] = {}
        for one in shown:
            for slug, p in one.chances.items():
                chances[slug] = 1.0 - (1.0 - chances.get(slug, 0.0)) * (1.0 - p)
        for slug, p in chances.items():
            drawn = float(self.rng.random()) < p
            if slug in present:
                present[slug] = present[slug] or drawn
                if p >= 1.0:
                    self._with_parents(present, slug)
        for slug, entry in self.base.findings.items():
            if entry.kind == "exposure" and slug in present and slug not in chances:
                present[slug] = self.today.person.findings.get(slug) is True
        taken = {group for d in self.today.life.taken() for group in self.base.classes_of(d)}
        for slug, group in DRUGS.items():
            if slug in present and group in self.base.classes:
                present[slug] = group in taken
        for slug in self.today.said:
            if slug in present:
                self._with_parents(present, slug)
        if PREGNANCY in present:
            present[PREGNANCY] = self.pregnant
        return self._below_parents(present)

    def _with_parents(self, present: dict[str, bool], slug: str) -> None:
        at: str | None = slug
        while at is not None and at in present:
            present[at] = True
            at = self.base.findings[at].parent

    def _below_parents(self, present: dict[str, bool]) -> dict[str, bool | float]:
        findings: dict[str, bool | float] = {}
        for slug, parent in askable(self.base):
            if parent is None or findings.get(parent) is True:
                findings[slug] = present[slug]
        return findings

    def values(self, shown: list[Shown]) -> tuple[dict[str, float], dict[str, float]]:
        """Measured findings and analytes: as drawn for who this is and what else they have, then as the courses have it."""
        controlled = population().record.controlled
        followed = {c.condition for c in self.today.life.courses}
        shares = {c: controlled for c in self._on_list() if c in self.base.conditions and c not in followed}
        shares |= dict.fromkeys((*followed, *self.acute), 1.0)
        drawn_Q = draw_values(self.here, self.stratum, self.age, shares, self.rng)  # noqa: N806
        sex = self.today.person.sex
        measured, analytes = values_of(self.base, drawn_Q, self.age, sex)
        weight = self.today.person.weight
        if weight is not None:
            measured["finding.weight"] = weight
        moved = self._moved_by_acute()
        for one in reversed(shown):
            if EGFR in one.measured and EGFR not in moved and CREATININE in analytes:
                analytes[CREATININE] = math.exp(
                    self.base.analytes[CREATININE].typical[0]
                )  # it follows the eGFR
            for slug, value in one.measured.items():
                if slug in moved:
                    continue
                if slug in self.base.analytes:
                    analytes[slug] = as_reported(self.base, slug, value)
                elif slug in measured:
                    measured[slug] = as_measured(self.base, slug, value)
        keep_pulse(measured)
        return measured, in_agreement(self.base, analytes, self.age, sex)

    def _moved_by_acute(self) -> frozenset[str]:
        """What an illness of today changes itself: the fever's pulse counts, not the usual one."""
        named: set[str] = set()
        followed = {c.condition for c in self.today.life.courses}
        for condition in self.acute:
            if condition not in followed:
                entry = self.base.conditions[condition]
                named |= {m.finding for m in entry.findings if m.mean is not None}
                named |= {t.analyte for t in entry.tests if t.analyte is not None}
        return frozenset(named)

    def tests(self) -> dict[str, bool]:
        """Positive or negative; what belongs to a lasting illness is the same at every visit."""
        present = self.found.present_B.tolist()
        results = {slug: present[at] for slug, at in self.at.binary_at.items() if slug in self.base.tests}
        for living in self.today.life.courses:
            for effect in self.base.conditions[living.condition].tests:
                if effect.p is not None and effect.test in results and not living.state.over:
                    rng = np.random.default_rng(seed_of(self.today.person.seed, effect.test))
                    results[effect.test] = results[effect.test] or float(rng.random()) < effect.p
        if PREGNANCY_TEST in results:
            results[PREGNANCY_TEST] = self.pregnant
        return results

    def onset(self, shown: list[Shown], findings: Mapping[str, bool | float]) -> dict[str, int]:
        """Days since each present symptom and sign began."""
        truth = next((c for c in (self.today.truth, *self.acute) if c in self.base.conditions), None)
        tempo = truth or self.today.life.courses[0].condition
        drawn = dict(draw_onset(self.base, self.found, tempo, self.age, self.rng))
        since = {
            slug: living.state.day - day
            for living, one in zip(self.today.life.courses, shown, strict=True)
            for slug, day in one.since.items()
        }
        lasting = {slug: max(self.today.life.day, 14) for one in shown for slug in one.chances}
        days = {**lasting, **drawn, **since}
        kept: dict[str, int] = {}
        for slug, entry in self.base.findings.items():
            if findings.get(slug) is True and entry.kind in ("symptom", "sign"):
                kept[slug] = days.get(slug, 14)
        for slug in sorted(kept, key=lambda s: -s.count(".")):
            parent = self.base.findings[slug].parent
            if parent in kept:
                kept[str(parent)] = max(kept[str(parent)], kept[slug])
        return kept

    def distractors(self, shown: list[Shown], findings: Mapping[str, bool | float]) -> tuple[str, ...]:
        """Present symptoms, signs and exposures that neither illness nor drug brought."""
        stray_B = self.found.present_B & ~self.found.explained_B & self.at.surface_B  # noqa: N806
        brought = {slug for one in shown for slug in one.chances} | set(self.today.said)
        names = (self.at.binaries[place] for place in np.flatnonzero(stray_B).tolist())
        return tuple(slug for slug in names if findings.get(slug) is True and slug not in brought)
