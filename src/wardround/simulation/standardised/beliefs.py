"""What a patient believes at a visit. It may differ from the case: unsure, denied, forgotten, misremembered, contradictory.

Derived from (case, visit) alone and looked up as it is asked for; what is examined or tested is never touched by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from wardround.harness import seed_of
from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import Case
from wardround.simulation.links import DRUGS, histories

_WHOLE: Final = float(1 << 63)
_SETTLED: Final = ("history", "exposure")
"""Kinds of findings that a later visit may give otherwise: what has settled, not what is felt today."""


def share_of(*parts: object) -> float:
    """A number in [0, 1) from names and numbers, the same on every machine."""
    return seed_of(*parts) / _WHOLE


@dataclass(frozen=True, slots=True)
class Held:
    """A drug, allergy or problem that the patient knows of: the record's text for it, and its id where there is one."""

    text: str
    id: str | None = None


@dataclass(frozen=True)
class Beliefs:
    """`home` are readings taken at home, by finding: of what is examined the patient knows these alone."""

    base: KnowledgeBase
    case: Case
    visit: int = 0
    home: Mapping[str, float] = field(default_factory=dict)

    def of(self, finding: str) -> bool | float | None:
        """Present, absent or measured, as the patient believes; None where the patient cannot tell."""
        entry = self.base.findings[finding]
        if entry.parent is not None and (above := self.of(entry.parent)) is not True:
            return None if above is None else False
        if entry.examined or entry.kind == "measurement":
            if finding in self.home:
                return self.home[finding]
            if entry.examined:
                return None
        told = self.case.told(finding)
        if told is True and entry.kind in _SETTLED and self._otherwise(finding):
            return False
        if entry.kind == "measurement" and isinstance(told, bool):
            return None  # a number that the case does not hold
        return told

    def missing(self, finding: str) -> str:
        """Itself, or the topmost of what it belongs to that the patient does not believe in: no cough, no dry cough."""
        slug, lacking = self.base.findings[finding].parent, finding
        while slug is not None:
            if self.of(slug) is not True:
                lacking = slug
            slug = self.base.findings[slug].parent
        return lacking

    def onset(self, finding: str) -> int | None:
        """Days since it began, as remembered today; None where it is not known or not there."""
        days = self.case.onset_days.get(finding)
        if days is None or self.of(finding) is not True:
            return None
        if self.case.telling.reliable and self.visit == 0:
            return days
        stretched = days * (0.7 + 0.7 * share_of(self.case.seed, "onset", self.visit, finding))
        return max(0 if days == 0 else 1, round(stretched))

    @cached_property
    def drugs(self) -> tuple[Held, ...]:
        """What the patient remembers taking."""
        known = {drug.text: drug.drug for drug in self.case.known_drugs}
        denied = {c for f, c in DRUGS.items() if self._withheld(f)}
        return tuple(
            held
            for held in self._remembered(self.case.drugs, known)
            if held.id is None or denied.isdisjoint(self.base.classes_of(held.id))
        )

    @cached_property
    def allergies(self) -> tuple[Held, ...]:
        """What the patient remembers not to tolerate."""
        known = {a.text: a.drug or next(iter(a.groups), None) for a in self.case.known_allergies}
        return self._remembered(self.case.allergies, known)

    @cached_property
    def problems(self) -> tuple[Held, ...]:
        """Illnesses that the patient has been told of and remembers."""
        known = {p.text: p.condition for p in self.case.known_problems}
        denied = {c for f, h in histories(self.base).items() if self._withheld(f) for c in h.conditions}
        return tuple(h for h in self._remembered(self.case.problems, known) if h.id not in denied)

    @cached_property
    def family(self) -> tuple[str, ...]:
        """Findings about the family that the patient believes present."""
        return tuple(f for f in self.case.family_history if f in self.base.findings and self.of(f) is True)

    def _withheld(self, finding: str) -> bool:
        """Whether it is there, and the patient would not say so: then its illness or drug is not named either."""
        return self.case.findings.get(finding) is True and self.of(finding) is not True

    def _remembered(self, texts: tuple[str, ...], ids: Mapping[str, str | None]) -> tuple[Held, ...]:
        forgotten = self.case.telling.forgotten
        return tuple(
            Held(text, ids.get(text))
            for text in dict.fromkeys(texts)
            if text not in forgotten and not self._otherwise(text)
        )

    def _otherwise(self, what: str) -> bool:
        """Whether this visit says otherwise of something than the first one did."""
        rate = self.case.telling.contradicts
        return self.visit > 0 and rate > 0 and share_of(self.case.seed, "visit", self.visit, what) < rate
