"""What is answered about a topic: allergies, drugs, illnesses, family, onset, home, work, births, the complaint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wardround.care import Understanding
from wardround.simulation.standardised.asking import Asked
from wardround.simulation.standardised.bank import Listing, Phrasing, TopicFrames, bank
from wardround.simulation.standardised.beliefs import Beliefs, Held
from wardround.simulation.standardised.drug_names import said_name
from wardround.simulation.standardised.grammar import Speaker, joined, lasting
from wardround.simulation.standardised.utterance import Said

_TIMES: Final = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_NO_TRADE: Final = ("retired", "not said", "unemployed")
Answered = tuple[str, tuple[Said, ...]]


@dataclass(frozen=True)
class Topics:
    """Answers about topics, as this patient believes."""

    beliefs: Beliefs
    understanding: Understanding
    phrasing: Phrasing
    speaker: Speaker

    def answer(self, topic: str, asked: Asked, seed: int) -> Answered:
        """The words, and the facts in them."""
        frames = bank().topics.of(self.phrasing, self.speaker.side)
        known: dict[str, Callable[[TopicFrames, int], Answered]] = {
            "allergies": self._allergies, "drugs": self._drugs, "problems": self._problems, "family": self._family,
            "obstetric": self._births, "living": self._living, "work": self._work, "complaint": self._complaint,
        }  # fmt: skip
        if topic == "onset":
            return self._onset(frames, asked, seed)
        if topic in known:
            return known[topic](frames, seed)
        more = bank().answers.nothing_more
        return more[seed % len(more)], ()

    def _one(self, frames: tuple[str, ...], seed: int, **words: str) -> str:
        return frames[seed % len(frames)].format_map({**self.speaker.words, **words})

    def _listed(
        self, topic: str, frames: Listing, held: tuple[Held, ...], names: list[str], seed: int
    ) -> Answered:
        if not held:
            return self._one(frames.none, seed), (Said(topic, False),)
        return self._one(frames.some, seed, list=joined(names)), tuple(Said(topic, h.text) for h in held)

    def _allergies(self, frames: TopicFrames, seed: int) -> Answered:
        held = self.beliefs.allergies
        return self._listed("allergies", frames.allergies, held, [h.text for h in held], seed)

    def _drugs(self, frames: TopicFrames, seed: int) -> Answered:
        held = self.beliefs.drugs
        names = [said_name(self.understanding, h, self.beliefs.case.seed) for h in held]
        if self.speaker.side == "carer":
            names = [
                n.replace("my ", f"{self.speaker.words['his']} ", 1) if n.startswith("my ") else n
                for n in names
            ]
        return self._listed("drugs", frames.drugs, held, list(dict.fromkeys(names)), seed)

    def _problems(self, frames: TopicFrames, seed: int) -> Answered:
        held = self.beliefs.problems
        return self._listed("problems", frames.problems, held, [h.text for h in held], seed)

    def _family(self, frames: TopicFrames, seed: int) -> Answered:
        base = self.beliefs.base
        held = tuple(Held(f, f) for f in self.beliefs.family)
        text, facts = self._listed(
            "family", frames.family, held, [base.findings[h.text].name for h in held], seed
        )
        return text, tuple(Said(str(f.value), True) for f in facts) if held else facts

    def _onset(self, frames: TopicFrames, asked: Asked, seed: int) -> Answered:
        for finding in asked.of or self.beliefs.case.presenting:
            days = self.beliefs.onset(finding)
            if days is None:
                continue
            said = Said(f"onset:{finding}", float(days))
            if days == 0:
                return self._one(frames.since_today, seed), (said,)
            return self._one(frames.onset.some, seed, list=lasting(days)), (said,)
        return self._one(frames.onset.none, seed), ()

    def _births(self, frames: TopicFrames, seed: int) -> Answered:
        past = self.beliefs.case.obstetric
        if past is None or past.births == 0:
            return self._one(frames.pregnancies.none, seed), (Said("obstetric", False),)
        times = _TIMES.get(past.births, f"{past.births} times")
        return self._one(frames.pregnancies.some, seed, list=times), (Said("obstetric", float(past.births)),)

    def _living(self, frames: TopicFrames, seed: int) -> Answered:
        living = self.beliefs.case.social.living.replace("with parents", f"with {self._my} parents")
        return self._one(frames.living, seed, list=living), (Said("living", self.beliefs.case.social.living),)

    def _work(self, frames: TopicFrames, seed: int) -> Answered:
        work = self.beliefs.case.social.work
        facts = (Said("work", work),)
        if work.startswith("goes "):
            return f"{self._subject} go{self._es} {work.removeprefix('goes ')}.", facts
        if work in _NO_TRADE or work.startswith(("at ", "between ")):
            return f"{self._subject} {self._am} {work}.", facts
        return self._one(frames.work, seed, list=f"{'an' if work[:1] in 'aeiou' else 'a'} {work}"), facts

    def _complaint(self, frames: TopicFrames, seed: int) -> Answered:
        case = self.beliefs.case
        if not case.complaint:
            more = bank().answers.nothing_more
            return more[seed % len(more)], ()
        facts = tuple(Said(f, self.beliefs.of(f)) for f in case.presenting)
        return self._one(frames.complaint, seed, list=case.complaint), facts

    @property
    def _my(self) -> str:
        return "my" if self.speaker.side == "own" else self.speaker.words["his"]

    @property
    def _subject(self) -> str:
        return "I" if self.speaker.side == "own" else self.speaker.words["He"]

    @property
    def _am(self) -> str:
        return "am" if self.speaker.side == "own" else self.speaker.words["is"]

    @property
    def _es(self) -> str:
        return "es" if self.speaker.person in ("he", "she") else ""
