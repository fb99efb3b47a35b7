"""One case on its way: who it is of is known, and everything else is drawn, each step leaning on those before it."""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import Evidence, KnowledgeBase, RedFlag, Stratum, red_flags_present
from wardround.simulation.agreement import (
    PREGNANCY_TEST,
    askable,
    drugs_show,
    essential_tests,
    keep_pain,
    of_pregnancy,
    settle,
    test_places,
    with_obesity,
)
from wardround.simulation.background import KnownAllergy, KnownDrug
from wardround.simulation.complaint import choose_presenting, opening
from wardround.simulation.errors import CaseError
from wardround.simulation.expectations import Floats, layout, stratum_of
from wardround.simulation.illnesses import Illnesses, draw_illnesses, since_booking
from wardround.simulation.links import DRUGS
from wardround.simulation.medicines import Taker, draw_drugs
from wardround.simulation.onset import draw_onset
from wardround.simulation.past import draw_past
from wardround.simulation.people import PREGNANCY, Person
from wardround.simulation.results import values_of
from wardround.simulation.splits import Split
from wardround.simulation.surroundings import (
    draw_allergies,
    draw_obstetric,
    draw_social,
    draw_telling,
    sex_of,
)
from wardround.simulation.vital_signs import EGFR, WEIGHT
from wardround.simulation.world import Drawn, World, draw_histories, draw_present, draw_values

TRIES: Final = 12
"""Draws of findings until there is a complaint that the truth explains."""
FALSE_ALARMS: Final = 0.3
"""Share that is kept of drawn patients in whom red flags hold for nothing that they have."""
SETTLED_LATER: Final = (
    *DRUGS,
    "finding.rate_slowing_medicine",
    "finding.many_medicines",
    "finding.over_20_weeks_pregnant",
    "finding.first_pregnancy",
    "finding.missed_period",
)
"""Findings that drugs and the pregnancy set, after the others are drawn."""


class Drawing:
    """One case on its way: each step leans on the ones before it."""

    def __init__(
        self,
        base: KnowledgeBase,
        here: World,
        split: Split,
        person: Person,
        age: float,
        on: date,
        rng: np.random.Generator,
    ) -> None:
        self.base, self.here, self.split, self.on, self.rng = base, here, split, on, rng
        self.person, self.age = person, age
        self.truth = person.condition
        self.unaware = not person.pregnant and person.female and of_pregnancy(base, person.condition)
        self.pregnant = person.pregnant or self.unaware
        self.stratum = stratum_of(base, self.age, person.female, self.pregnant)
        self.at = layout(base)

    def draw(self) -> dict[str, Any]:
        """The fields of the case that are drawn together."""
        base, rng = self.base, self.rng
        had_B = draw_histories(self.here, self.stratum, self.truth, rng)
        settle(base, had_B, self.pregnant)
        ill = draw_illnesses(
            base, self.person, self.stratum, had_B, self.split.allowed, self.on, rng,
            known_pregnant=self.person.pregnant and not of_pregnancy(base, self.truth),
        )  # fmt: skip
        found, presenting, findings, analytes, flags = self._seen(ill, had_B)
        before = {slug: findings.get(slug) for slug in SETTLED_LATER}
        allergies = draw_allergies(base, self.age, self.on, rng)
        obstetric = draw_obstetric(
            self.age, self.person.female, self.pregnant, ill.active, findings, self.on, rng
        )
        ill = since_booking(ill, obstetric, self.on)
        drugs = self._drugs(ill, findings, analytes, allergies)
        onset = draw_onset(base, found, self.truth, self.age, rng)
        if flags is None or any(findings.get(slug) != value for slug, value in before.items()):
            flags = self._flags(ill, findings, analytes, found)
        said = (*(d.text for d in drugs), *(p.text for p in ill.problems), *(a.text for a in allergies))
        telling = draw_telling(base, findings, presenting, said, rng)
        if self.unaware and PREGNANCY in findings:
            telling = replace(
                telling, unsure=telling.unsure | {PREGNANCY}, denied=telling.denied - {PREGNANCY}
            )
        results, visits = draw_past(
            base, ill, drugs, findings, analytes, self.age, sex_of(self.person.female), self.on, rng
        )
        return {
            "findings": findings,
            "analytes": analytes,
            "tests": self._tests(found),
            "allergies": tuple(a.text for a in allergies),
            "drugs": tuple(d.text for d in drugs),
            "problems": tuple(p.text for p in ill.problems),
            "pregnant": self.pregnant,
            "active": ill.active,
            "presenting": presenting,
            "complaint": opening(base, presenting, onset, rng),
            "onset_days": {slug: days for slug, days in onset.items() if findings.get(slug) is True},
            "distractors": self._distractors(found, findings),
            "red_flags": tuple(flag.id for flag in flags),
            "essential": essential_tests(base, self.truth),
            "known_allergies": allergies,
            "known_drugs": drugs,
            "known_problems": ill.problems,
            "past_results": results,
            "past_visits": visits,
            "family_history": tuple(
                slug
                for slug, value in findings.items()
                if value is True and slug.startswith("finding.family_")
            ),
            "social": draw_social(self.age, self.pregnant, findings, rng),
            "obstetric": obstetric,
            "telling": telling,
        }

    def _seen(
        self, ill: Illnesses, had_B: NDArray[np.bool_]
    ) -> tuple[Drawn, tuple[str, ...], dict[str, bool | float], dict[str, float], tuple[RedFlag, ...] | None]:
        """Findings and values. False alarms are thinned: few with such a picture and no more than a cold come here.

        Red flags are given where they had to be looked at.
        """
        grave = self.base.conditions[self.truth].urgency in ("emergency", "urgent")
        while True:
            found, presenting = self._findings(ill, had_B)
            measured, analytes = self._values(ill, found)
            findings = self._named(found, measured)
            if grave:
                return found, presenting, findings, analytes, None
            flags = self._flags(ill, findings, analytes, found)
            false_alarm = flags and not any(set(flag.means).intersection(ill.active) for flag in flags)
            if not false_alarm or self.rng.random() < FALSE_ALARMS:
                return found, presenting, findings, analytes, flags

    def _flags(
        self,
        ill: Illnesses,
        findings: Mapping[str, bool | float],
        analytes: Mapping[str, float],
        found: Drawn,
    ) -> tuple[RedFlag, ...]:
        """Red flags that hold when everything is known."""
        known = frozenset(p.condition for p in ill.problems if p.active)
        evidence = Evidence(
            self.age, self.stratum.sex, self.pregnant, findings,
            analytes=analytes, tests=self._tests(found), known_conditions=known,
        )  # fmt: skip
        return red_flags_present(self.base, evidence)

    def _findings(self, ill: Illnesses, had_B: NDArray[np.bool_]) -> tuple[Drawn, tuple[str, ...]]:
        """Drawn until the patient has something to complain of that the truth explains; else of anything at all."""
        spare: tuple[Drawn, tuple[str, ...]] | None = None
        for _ in range(TRIES):
            found = draw_present(self.here, self.stratum, ill.active, had_B, self.rng)
            settle(self.base, found.present_B, self.pregnant)
            presenting = choose_presenting(self.base, found, self.rng)
            if any(found.by_truth_B[self.at.binary_at[slug]] > 0 for slug in presenting):
                return found, presenting
            if presenting and spare is None:
                spare = found, presenting
        if spare is None:
            raise CaseError(f"condition: {self.truth} gives nothing to complain of: leave it out")
        return spare

    def _values(self, ill: Illnesses, found: Drawn) -> tuple[dict[str, float], dict[str, float]]:
        person = self.person
        drawn_Q: Floats = draw_values(self.here, self.stratum, self.age, ill.shares, self.rng)
        with_obesity(self.base, drawn_Q, found.present_B, self.age)
        return values_of(self.base, drawn_Q, self.age, sex_of(person.female))

    def _named(self, found: Drawn, measured: Mapping[str, float]) -> dict[str, bool | float]:
        """Every finding that has no parent or whose parent is present."""
        present = found.present_B.tolist()
        at = self.at.binary_at
        findings: dict[str, bool | float] = {}
        for slug, parent in askable(self.base):
            if parent is None or present[at[parent]]:
                findings[slug] = present[at[slug]]
        findings.update(measured)
        keep_pain(self.base, findings)
        return findings

    def _drugs(
        self,
        ill: Illnesses,
        findings: dict[str, bool | float],
        analytes: Mapping[str, float],
        allergies: tuple[KnownAllergy, ...],
    ) -> tuple[KnownDrug, ...]:
        """Drugs that may be taken; findings that say what is taken are made to agree."""
        taker = Taker(
            Stratum(self.age, self.stratum.sex, self.pregnant),
            findings.get("finding.breastfeeding") is True,
            float(findings.get(WEIGHT, 70.0)),
            analytes.get(EGFR, 90.0),
            frozenset((*ill.active, *(p.condition for p in ill.problems if p.active))),
            findings,
            allergies,
        )
        drugs = draw_drugs(self.base, taker, ill.problems, self.on, self.rng)
        drugs_show(self.base, findings, drugs)
        return drugs

    def _tests(self, found: Drawn) -> dict[str, bool]:
        present = found.present_B.tolist()
        results = {slug: present[place] for slug, place in test_places(self.base)}
        if PREGNANCY_TEST in results:
            results[PREGNANCY_TEST] = self.pregnant
        return results

    def _distractors(self, found: Drawn, findings: Mapping[str, bool | float]) -> tuple[str, ...]:
        stray_B = found.present_B & ~found.explained_B & self.at.surface_B
        names = (self.at.binaries[place] for place in np.flatnonzero(stray_B).tolist())
        return tuple(slug for slug in names if findings.get(slug) is True)
