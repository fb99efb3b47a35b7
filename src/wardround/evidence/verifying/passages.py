"""A claim against passages: each passage is taken apart as the claim was, so that both name what they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wardround.evidence.documents import Passage
from wardround.evidence.reading.sentences import sentences
from wardround.evidence.reading.structure import Reader, Structure
from wardround.evidence.splitting_claims import claims
from wardround.evidence.verifying.agreement import Agreement, compare
from wardround.knowledge import KnowledgeBase

_REMEMBERED: Final = 8_192
_REFUTES: Final = 0.7
_OPEN_BESIDE: Final = 1
"""What may be left open beside what is turned round, before a difference is only a difference."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement of a passage and where it stands in it."""

    structure: Structure
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Held:
    """A claim held against one passage: the statement of it that comes nearest, and how it stands."""

    passage: str
    unit: Unit
    agreement: Agreement

    @property
    def refutes(self) -> bool:
        a = self.agreement
        return a.contradicted and a.share >= _REFUTES and len(a.open) <= _OPEN_BESIDE


class Passages:
    """Takes passages apart, once each."""

    def __init__(self, knowledge: KnowledgeBase, reader: Reader) -> None:
        self._knowledge = knowledge
        self._reader = reader
        self._units: dict[tuple[str, str], tuple[Unit, ...]] = {}

    def units(self, id: str, text: str) -> tuple[Unit, ...]:
        """Its sentences as they stand, and its claims with everything named."""
        key = (id, text)
        known = self._units.get(key)
        if known is None:
            if len(self._units) >= _REMEMBERED:
                self._units.clear()
            known = self._units[key] = tuple(self._taken_apart(text))
        return known

    def _taken_apart(self, text: str) -> Iterable[Unit]:
        seen: dict[str, None] = {}
        whole = [(s.text, s.start, s.end) for s in sentences(text)]
        apart = [(c.text, c.start, c.end) for c in claims(text, self._knowledge)]
        pairs = [(text[a[1] : b[2]], a[1], b[2]) for a, b in pairwise(whole)]
        for words, start, end in (*whole, *apart, *pairs):
            if words not in seen:
                seen[words] = None
                yield Unit(self._reader.read(words), start, end)

    def hold(self, claim: Structure, passages: Sequence[Passage]) -> list[Held]:
        """The claim against each passage, the nearest first."""
        held = [h for p in passages if (h := self.hold_text(claim, p.id, p.text)) is not None]
        return sorted(held, key=lambda h: (not h.agreement.borne_out, not h.refutes, -h.agreement.share))

    def hold_text(self, claim: Structure, id: str, text: str) -> Held | None:
        """The claim against one text; None where the text says nothing."""
        found = [Held(id, unit, compare(claim, unit.structure)) for unit in self.units(id, text)]
        return min(found, key=_standing, default=None)


def _standing(held: Held) -> tuple[bool, bool, float, int]:
    a = held.agreement
    return not a.borne_out, not held.refutes, -a.share, len(a.open)
