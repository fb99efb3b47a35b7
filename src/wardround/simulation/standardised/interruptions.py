"""When a patient speaks unasked, and what is said then: worries, questions, one more symptom. Scripted by the case's seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from wardround.simulation.standardised.bank import Phrasing, bank
from wardround.simulation.standardised.beliefs import Beliefs, share_of
from wardround.simulation.standardised.grammar import Speaker, capital
from wardround.simulation.standardised.utterance import Said
from wardround.simulation.standardised.wording import Wording

Mode = Literal["passive", "end", "within"]
_LEADS: Final = ("Yes, ", "Yeah, ", "Yes. ", "Yeah. ")


@dataclass(frozen=True, slots=True)
class Brought:
    """What the patient brings up, and the fact in it where there is one."""

    text: str
    facts: tuple[Said, ...] = ()


def mode_of(seed: int) -> Mode:
    """A quarter of all patients interrupt: half of them after their answer, half in the doctor's question."""
    known = bank().interruptions
    draw = share_of(seed, "interrupts")
    if draw >= known.share:
        return "passive"
    return "within" if draw < known.share * known.within else "end"


@dataclass(frozen=True)
class Interruptions:
    """The script of one patient at one visit."""

    beliefs: Beliefs
    wording: Wording
    phrasing: Phrasing
    speaker: Speaker
    mode: Mode

    def at(self, turn: int) -> Brought | None:
        """What is brought up at this turn of the visit; None at nearly all of them."""
        return self._script.get(turn) if self.mode != "passive" else None

    @cached_property
    def _script(self) -> dict[int, Brought]:
        known = bank().interruptions
        rng = random.Random(f"{self.beliefs.case.seed}|script|{self.beliefs.visit}")  # noqa: S311 - no secret
        low, high = known.between
        turns = rng.sample(range(low, high + 1), rng.randint(1, known.at_most))
        said = [self._extra(rng), *(Brought(text) for text in self._idle())]
        rng.shuffle(said)
        return dict(zip(sorted(turns), (s for s in said if s is not None), strict=False))

    def _idle(self) -> tuple[str, ...]:
        known = bank().interruptions
        by = known if self.speaker.side == "own" else known.carer
        return (*by.worries, *by.questions)

    def _extra(self, rng: random.Random) -> Brought | None:
        """One more symptom that is there, was not the complaint, and can be named without being asked."""
        case = self.beliefs.case
        there = [
            f
            for f, value in case.findings.items()
            if value is True and f not in case.presenting and self._is_told(f)
        ]
        rng.shuffle(there)
        for finding in there:
            text = self.wording.choose_naming(
                finding, "yes", self.phrasing, self.speaker, rng.getrandbits(32), _is_no_question
            )
            if text is not None:
                said = rng.choice(bank().interruptions.extra).format(yes=_without_yes(text))
                return Brought(said, tuple(Said(f, True) for f in self._line(finding)))
        return None

    def _line(self, finding: str) -> Iterator[str]:
        slug: str | None = finding
        while slug is not None:
            yield slug
            slug = self.beliefs.base.findings[slug].parent

    def _is_told(self, finding: str) -> bool:
        entry = self.beliefs.base.findings[finding]
        return (
            entry.kind == "symptom"
            and not entry.examined
            and entry.parent is None
            and entry.sensitivity is None
            and self.beliefs.of(finding) is True
        )


def _is_no_question(text: str) -> bool:
    return "?" not in text


def _without_yes(text: str) -> str:
    """Unasked nobody says yes."""
    text = re.sub(r",? yes\.$", ".", text)
    for lead in _LEADS:
        if text.startswith(lead):
            return capital(text[len(lead) :])
    return text
