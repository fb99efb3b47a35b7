"""Which sentence is said of a finding. One that says anything of another finding, of a drug or of a time is not said.

Training phrasings are the base's own example answers; held-out ones are frames filled with lay names that no example
uses. What a sentence says is read once, when it is first about to be said. `leaking` lists those of the base that
say more than they were asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from wardround.care import Understanding
from wardround.knowledge import Finding
from wardround.simulation.standardised.bank import Frames, Phrasing, bank
from wardround.simulation.standardised.framing import POLARITIES, Polarity, examples, framed, polarity_of
from wardround.simulation.standardised.grammar import Speaker

_NOT_NEUTRAL: Final = ("drug", "drug_class", "allergen", "condition", "test", "onset", "duration", "quantity")


@dataclass(frozen=True, slots=True)
class _Own:
    """What belongs to a finding: itself with its parents, and what its own names mean besides."""

    line: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True)
class Wording:
    """Sentences for findings, under one understanding; what was made and read is remembered."""

    understanding: Understanding
    _made: dict[tuple[str, Polarity, Phrasing, Speaker], tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _clean: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False, compare=False)
    _naming: dict[tuple[str, str], Polarity | None] = field(default_factory=dict, repr=False, compare=False)
    _own: dict[str, _Own] = field(default_factory=dict, repr=False, compare=False)

    def choose(
        self, finding: str, polarity: Polarity, phrasing: Phrasing, speaker: Speaker, seed: int
    ) -> str:
        """One way of saying it, by the seed. `{value}` stands where the answer is a number."""
        found = self._first(finding, self._all(finding, polarity, phrasing, speaker), seed)
        return found or self._bare(finding, polarity, phrasing, speaker)

    def choose_naming(
        self,
        finding: str,
        polarity: Polarity,
        phrasing: Phrasing,
        speaker: Speaker,
        seed: int,
        fit: Callable[[str], bool] | None = None,
    ) -> str | None:
        """One that is understood without its question, for two answers in one breath; None where there is none."""

        def names_it(text: str) -> bool:
            return (fit is None or fit(text)) and self.says(finding, text) == polarity

        return self._first(finding, self._all(finding, polarity, phrasing, speaker), seed, names_it)

    def sentences(
        self, finding: str, polarity: Polarity, phrasing: Phrasing, speaker: Speaker
    ) -> tuple[str, ...]:
        """Every sentence that `choose` can give."""
        every = self._all(finding, polarity, phrasing, speaker)
        clean = tuple(t for t in every if self._is_clean(finding, t))
        return clean or (self._bare(finding, polarity, phrasing, speaker),)

    def leaking(self, finding: str) -> dict[str, tuple[str, ...]]:
        """The base's example answers that say more than they were asked, each with what."""
        entry = self.understanding.base.findings[finding]
        texts = (t for p in POLARITIES for t in getattr(entry.answers, p))
        return {t: more for t in texts if (more := self._beside(entry, t))}

    def names_too(self, finding: str) -> frozenset[str]:
        """What a finding's own names mean beside it: `on warfarin` a drug, `asthma` an illness."""
        return self._kin(self.understanding.base.findings[finding]).others

    def _first(
        self, finding: str, texts: tuple[str, ...], seed: int, fit: Callable[[str], bool] | None = None
    ) -> str | None:
        start = seed % len(texts)
        for place in range(len(texts)):
            text = texts[(start + place) % len(texts)]
            if self._is_clean(finding, text) and (fit is None or fit(text)):
                return text
        return None

    def _all(self, finding: str, polarity: Polarity, phrasing: Phrasing, speaker: Speaker) -> tuple[str, ...]:
        """The base's examples in training, while one of them can be said; frames otherwise."""
        key = (finding, polarity, phrasing, speaker)
        made = self._made.get(key)
        if made is None:
            entry = self.understanding.base.findings[finding]
            own = examples(entry, polarity, speaker) if phrasing == "training" else ()
            usable = any(self._is_clean(finding, text) for text in own)
            made = self._made[key] = own if usable else framed(entry, polarity, phrasing, speaker)
        return made

    def _bare(self, finding: str, polarity: Polarity, phrasing: Phrasing, speaker: Speaker) -> str:
        """A plain yes or no, where every sentence says too much."""
        frames: Frames = getattr(bank().answers.of(phrasing, speaker.side), polarity)
        return next(frame for frame in frames.plain if "{" not in frame)

    def _is_clean(self, finding: str, text: str) -> bool:
        clean = self._clean.get((finding, text))
        if clean is None:
            clean = not self._beside(self.understanding.base.findings[finding], text)
            self._clean[finding, text] = clean
        return clean

    def says(self, finding: str, text: str) -> Polarity | None:
        """What a sentence says of a finding where nobody asked; None where it says nothing, or denies its parent too."""
        key = (finding, text)
        if key not in self._naming:
            found = self.understanding.of_answer("", None, text)["findings"]
            line = self._kin(self.understanding.base.findings[finding]).line
            whole = any(found.get(slug) is False for slug in line if slug != finding)
            heard = finding in found and not whole and self._is_clean(finding, text)
            self._naming[key] = polarity_of(found[finding]) if heard else None
        return self._naming[key]

    def _beside(self, finding: Finding, text: str) -> tuple[str, ...]:
        """What a text says besides the finding itself: other findings, and what its own names do not name."""
        own, measured = self._kin(finding), finding.answer == "quantity"
        found: dict[str, None] = {}
        for m in self.understanding.reader.read(text.replace("{value}", "7"), (finding.id,)):
            what = m.id or m.kind
            if m.about != "patient":
                continue
            if m.kind == "finding":
                if what not in own.line:
                    found[what] = None
            elif m.kind in _NOT_NEUTRAL and what not in own.others and not measured:
                found[what] = None
        return tuple(found)

    def _kin(self, finding: Finding) -> _Own:
        own = self._own.get(finding.id)
        if own is None:
            own = self._own[finding.id] = self._named_by(finding)
        return own

    def _named_by(self, finding: Finding) -> _Own:
        line, slug = [finding.id], finding.parent
        while slug is not None:
            line.append(slug)
            slug = self.understanding.base.findings[slug].parent
        reader = self.understanding.reader
        texts = (finding.name, *finding.lay, *finding.clinical, finding.ask)
        others = {m.id for t in texts for m in reader.read(t) if m.kind != "finding" and m.id is not None}
        others |= {m.kind for t in (finding.name, finding.ask) for m in reader.read(t) if m.id is None}
        return _Own(frozenset(line), frozenset(others))


@lru_cache(maxsize=8)
def wording_of(understanding: Understanding) -> Wording:
    """The one that everybody with this understanding shares."""
    return Wording(understanding)
