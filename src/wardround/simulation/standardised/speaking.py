"""The standardised patient: answers what is asked, as this patient believes it, in this patient's words. No model speaks.

The same (case, visit, question, transcript) gives the same words, on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from wardround.care import Understanding
from wardround.harness import Question, seed_of
from wardround.simulation.case import Case
from wardround.simulation.standardised.asking import Asked, Asking, asking_of
from wardround.simulation.standardised.bank import Manner, Phrasing, bank
from wardround.simulation.standardised.beliefs import Beliefs
from wardround.simulation.standardised.framing import Polarity, polarity_of
from wardround.simulation.standardised.grammar import Speaker, capital
from wardround.simulation.standardised.interruptions import Interruptions, Mode, mode_of
from wardround.simulation.standardised.personality import manner_of, speaker_of, wrapped
from wardround.simulation.standardised.topics import Answered, Topics
from wardround.simulation.standardised.utterance import Said, Utterance
from wardround.simulation.standardised.wording import Wording, wording_of

_ASIDE: Final = re.compile(r"\s*\([^()]*\)")
_TO_ALL: Final = ("Yes,", "Yes.", "Yeah", "No,", "No.", "Nope", "Not ")


@dataclass(frozen=True)
class StandardisedPatient:
    """A patient from a case. `home` are readings taken at home, by finding.

    `personality` and `mode` are drawn from the case; giving them fixes them.
    """

    case: Case
    understanding: Understanding
    visit: int = 0
    phrasing: Phrasing = "training"
    home: Mapping[str, float] = field(default_factory=dict)
    personality: str | None = None
    mode: Mode | None = None

    async def reply(self, question: Question) -> str:
        """The words that come back: all that a port gives."""
        return self.utter(question.text, question.transcript).text

    def utter(self, question: str, transcript: Sequence[tuple[str, str]] = ()) -> Utterance:
        """The words with the facts in them, for those who score the patient."""
        asked = self._asking.about(question)
        before = sum(1 for text, _ in transcript if text == question)
        seed = seed_of(self.case.seed, self.visit, question, before)
        brought = self._interruptions.at(len(transcript))
        if brought is not None and self._interruptions.mode == "within":
            heard = self._heard(question, asked)
            if heard:
                text = bank().interruptions.cut_in.format(heard=heard, said=brought.text)
                return Utterance(text, (), brought.facts, (), "within")
        if not before and self._mishears(seed, asked):
            again = bank().manners.asks_again
            return Utterance(again[seed % len(again)])
        text, facts, denied = self._answered(asked, question, seed)
        if before and facts:
            lead = bank().answers.again
            text = f"{lead[before % len(lead)]} {text}"
        else:
            text = wrapped(self.manner, text, denied, seed)
        if brought is None or self._interruptions.mode != "end":
            return Utterance(text, facts, asked=asked.about)
        after = bank().interruptions.after_answer
        said = after[seed % len(after)].format(said=brought.text)
        return Utterance(f"{text}{said}", facts, brought.facts, asked.about, "end")

    @cached_property
    def manner(self) -> Manner:
        """How this patient speaks."""
        drawn = manner_of(self.case)
        if self.personality is None:
            return drawn
        named = {m.name: m for m in bank().manners.manners}
        if self.personality not in named:
            raise ValueError(f"personality: {self.personality!r} is not known: use one of {', '.join(named)}")
        return named[self.personality]

    @cached_property
    def speaker(self) -> Speaker:
        """Who answers."""
        return speaker_of(self.case, self.manner)

    @cached_property
    def beliefs(self) -> Beliefs:
        """What is believed at this visit: what facts are measured against."""
        return Beliefs(self.understanding.base, self.case, self.visit, self.home)

    @cached_property
    def _interruptions(self) -> Interruptions:
        mode = self.mode or mode_of(self.case.seed)
        return Interruptions(self.beliefs, self._wording, self.phrasing, self.speaker, mode)

    @cached_property
    def _topics(self) -> Topics:
        return Topics(self.beliefs, self.understanding, self.phrasing, self.speaker)

    @cached_property
    def _asking(self) -> Asking:
        return asking_of(self.understanding)

    @cached_property
    def _wording(self) -> Wording:
        return wording_of(self.understanding)

    def _heard(self, question: str, asked: Asked) -> str:
        """What was heard of a question before it was cut short: words that do not say yet what it is about."""
        words = question.split()
        findings = tuple(f for f in asked.about if f in self.understanding.base.findings)
        for length in range(min(5, len(words) // 2), 1, -1):
            heard = " ".join(words[:length]).rstrip(",.;:?!")
            if not self.understanding.reader.read(heard, findings):
                return heard
        return ""

    def _mishears(self, seed: int, asked: Asked) -> bool:
        return bool(asked.about) and (seed >> 40 & 0xFFFF) < self.manner.asks_again * 0x10000

    def _answered(self, asked: Asked, question: str, seed: int) -> tuple[str, tuple[Said, ...], bool | None]:
        """Words, facts, and whether it is one no (True), one yes (False) or neither."""
        base = self.understanding.base
        if not asked.about:
            unclear = bank().answers.not_understood
            return unclear[seed % len(unclear)], (), None
        first = asked.about[0]
        if first not in base.findings:
            text, facts = self._topics.answer(first, asked, seed)
            return text, facts, None
        if len(asked.about) > 1 and self.manner.answers_all:
            return *self._several(asked.about, seed), None
        if len(asked.about) > 1:
            return *(self._of_finding(first, seed, alone=False) or self._of_first(first, seed)), None
        text, facts = self._of_first(first, seed)
        value = facts[0].value if facts else None
        return text, facts, None if value is None else value is False

    def _several(self, findings: tuple[str, ...], seed: int) -> Answered:
        """Each in a sentence that names what it is about; what cannot be named so is left out, as people do."""
        said = [self._of_finding(f, seed + n, alone=False) for n, f in enumerate(findings)]
        parts = [one for one in said if one is not None]
        if not parts:
            return self._of_first(findings[0], seed)
        return " ".join(text for text, _ in parts), tuple(fact for _, facts in parts for fact in facts)

    def _of_first(self, finding: str, seed: int) -> Answered:
        """The answer to the first of several questions, or to the only one."""
        return self._of_finding(finding, seed, alone=True) or ("", ())

    def _of_finding(self, finding: str, seed: int, alone: bool) -> Answered | None:
        """A child of what is not there is answered by what is not there. None where it can't be told from the other."""
        entry, value = self.understanding.base.findings[finding], self.beliefs.of(finding)
        if value is None and (entry.examined or entry.answer == "quantity"):
            texts = getattr(bank().answers.not_known, self.speaker.side)
            return texts[seed % len(texts)], (Said(finding, None),)
        facts: tuple[Said, ...] = (Said(finding, value),)
        spoken = self.beliefs.missing(finding) if value is not True else finding
        if spoken != finding:
            facts += (Said(spoken, value),)
        polarity = polarity_of(value)
        if alone and spoken == finding:
            text: str | None = self._wording.choose(finding, polarity, self.phrasing, self.speaker, seed)
        else:
            text = self._naming(spoken, polarity, seed, alone)
        if text is None:
            return None
        if isinstance(value, float) and not isinstance(value, bool):
            text = text.replace("{value}", f"{value:g}") if "{value}" in text else f"It was {value:g}."
        return text, facts

    def _naming(self, finding: str, polarity: Polarity, seed: int, alone: bool) -> str | None:
        """A sentence that is understood without its question. `alone`: it is all that is answered."""
        fit = None if alone else _answers_one
        named = self._wording.choose_naming(finding, polarity, self.phrasing, self.speaker, seed, fit)
        if named is not None:
            return named
        name = _ASIDE.sub("", self.understanding.base.findings[finding].name)
        text = {
            "no": f"{capital(name)}? No.",
            "yes": f"Yes to {name}.",
            "unsure": f"I'm not sure about {name}.",
        }[polarity]
        if alone or self._wording.says(finding, text) == polarity:
            return text
        return None


def _answers_one(text: str) -> bool:
    """A sentence that begins or ends in yes or no answers whatever was asked, not one of two things."""
    return not text.startswith(_TO_ALL) and not text.endswith((" yes.", " no."))
