"""The work that the memory benchmark gives to every store: patients with a hundred facts, visits, and questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactKind, FactSource, PartialDate, Quantity
from wardround.knowledge import load

FIRST = date(2020, 1, 1)
DAYS = 2_190
TODAY = FIRST + timedelta(days=DAYS)
VISIT_FACTS = 10
SHARES: dict[FactKind, float] = {
    "result": 0.55,
    "drug": 0.15,
    "problem": 0.1,
    "finding": 0.14,
    "allergy": 0.03,
    "summary": 0.03,
}
"""About what a record that is looked after for six years holds."""
QUESTIONS = (
    "blood pressure tablets",
    "potassium",
    "what allergies",
    "headache",
    "last creatinine",
    "painkillers",
    "diabetes",
    "HbA1c",
    "breathless",
    "antibiotics",
)


@dataclass(frozen=True)
class Work:
    """Facts of so many patients, drawn by seed; the same patient has the same facts in every run."""

    patients: int
    facts_each: int
    seed: int = 0

    def ids(self) -> list[str]:
        """Everybody."""
        return [f"patient-{n:06}" for n in range(self.patients)]

    def facts(self, patient_id: str, count: int, part: int = 0) -> tuple[Fact, ...]:
        """So many facts of one patient; another `part` gives others."""
        rng = np.random.default_rng([self.seed, int(patient_id.rpartition("-")[2]), part])
        kinds = rng.choice(len(SHARES), size=count, p=list(SHARES.values()))
        days = np.sort(rng.integers(DAYS, size=count))
        return tuple(
            self._fact(rng, patient_id, tuple(SHARES)[kind], int(day), f"{part}-{n}")
            for n, (kind, day) in enumerate(zip(kinds, days, strict=True))
        )

    def _fact(self, rng: np.random.Generator, patient_id: str, kind: FactKind, day: int, name: str) -> Fact:
        choice = _names()[kind]
        slug, text, unit = choice[int(rng.integers(len(choice)))]
        on = FIRST + timedelta(days=day)
        value = Quantity(round(float(rng.gamma(4.0, 2.0)), 1), unit) if kind == "result" else None
        return Fact(
            id=f"fact-{patient_id}-{name}",
            patient_id=patient_id,
            kind=kind,
            concept=Concept(text, (Coding(WARDROUND, slug, text),) if slug else ()),
            status="active",
            certainty="confirmed",
            recorded=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
            source=FactSource("event", str(1 + day % 40), f"{patient_id}-{day // 90}"),
            valid_from=PartialDate.of(on),
            value=value,
            detail="5 mg once a day" if kind == "drug" else "",
        )

    def visits(self, count: int) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """What so many visits of chosen patients leave behind, a write each."""
        rng = np.random.default_rng([self.seed, 1])
        for n, who in enumerate(self.chosen(count, rng)):
            yield who, self.facts(who, VISIT_FACTS, part=1 + n)

    def questions(self, count: int) -> Iterator[tuple[str, str]]:
        """Who is asked about, and what: everybody alike, so that hardly anybody is in a cache."""
        rng = np.random.default_rng([self.seed, 2])
        for who in self.chosen(count, rng):
            yield who, QUESTIONS[int(rng.integers(len(QUESTIONS)))]

    def chosen(self, count: int, rng: np.random.Generator) -> Sequence[str]:
        """Patients at random."""
        return [f"patient-{n:06}" for n in rng.integers(self.patients, size=count)]


@cache
def _names() -> dict[str, list[tuple[str, str, str]]]:
    """Id, words and unit of what facts of each kind are about."""
    base = load()
    analytes = {a.id: (a.id, base.named(a.id), a.unit) for t in base.tests.values() for a in t.analytes}
    return {
        "result": [(slug, name, unit or "1") for slug, name, unit in analytes.values()],
        "drug": [(d.id, d.name, "") for d in base.drugs.values()],
        "problem": [(c.id, c.name, "") for c in base.conditions.values()],
        "finding": [(f.id, f.name, "") for f in base.findings.values()],
        "allergy": [(d.id, d.name, "") for d in base.drugs.values()],
        "summary": [
            ("", f"seen for {c.name.lower()}; to be seen again", "") for c in base.conditions.values()
        ],
    }
