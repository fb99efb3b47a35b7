"""What a question is about: findings, topics, or several at once. Understood once per wording and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from wardround.care import TOPICS, Understanding
from wardround.clinical import Mention
from wardround.simulation.standardised.bank import bank

MOST: Final = 4
"""Of more things asked at once the rest is not heard."""
_REMEMBERED: Final = 20_000
_WIDE: Final = ("open", "complaint", "problems", "obstetric", "work", "living")
"""Topics that give way to a finding which the question names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about, in the order of its words: ids of findings and names of topics. Empty: not understood.

    `of` are the findings that a question about time is about.
    """

    about: tuple[str, ...] = ()
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asking:
    """Understands questions with the base's own wording first, and with `language` where the words are others."""

    understanding: Understanding
    _known: dict[str, Asked] = field(default_factory=dict, repr=False, compare=False)

    def about(self, question: str) -> Asked:
        """What it asks. The same words, the same answer."""
        found = self._known.get(question)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[question] = self._understood(question.strip())
        return found

    @cached_property
    def _wordings(self) -> dict[str, str]:
        findings = {f.ask.strip(): f.id for f in self.understanding.base.findings.values()}
        return {**findings, **{words.strip(): topic for topic, words in TOPICS.items()}}

    def _understood(self, question: str) -> Asked:
        if (exact := self._wordings.get(question)) is not None:
            return Asked((exact,))
        named = self._named(question)
        topics = [topic for topic, pattern in bank().topics.asked.items() if pattern.search(question)]
        if "onset" in topics:
            return Asked(("onset",), named)
        narrow = [t for t in topics if t not in _WIDE]
        if "family" in narrow:
            of_family = tuple(f for f in named if f.startswith("finding.family_"))
            return Asked(of_family or ("family",))
        if narrow:
            return Asked(tuple(narrow[:1]))
        return Asked(named or tuple(topics[:1]))

    def _named(self, question: str) -> tuple[str, ...]:
        """The findings that the words name: of one place the most particular, of parent and child the child."""
        places: dict[tuple[int, int], Mention] = {}
        for m in self.understanding.reader.read(question):
            if m.kind != "finding" or m.id not in self.understanding.base.findings or m.about != "patient":
                continue
            here = (m.start, m.end)
            if here not in places or str(m.id).count(".") > str(places[here].id).count("."):
                places[here] = m
        ids = list(dict.fromkeys(str(m.id) for m in places.values()))
        above = {p for slug in ids for p in self._above(slug)}
        return tuple(slug for slug in ids if slug not in above)[:MOST]

    def _above(self, slug: str) -> Iterator[str]:
        while (parent := self.understanding.base.findings[slug].parent) is not None:
            yield parent
            slug = parent


@lru_cache(maxsize=8)
def asking_of(understanding: Understanding) -> Asking:
    """The one that everybody with this understanding shares, with what it remembers."""
    return Asking(understanding)
