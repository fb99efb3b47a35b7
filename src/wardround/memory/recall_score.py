"""How well each statement answers a question: structure, names, its own words and its meaning, fused into one score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wardround.clinical import Fact, FactKind, FactSource
from wardround.memory.recall_discretion import Discretion
from wardround.memory.recall_index import Searchable, Sense, keys_of
from wardround.memory.recall_query import Wanted, overlap
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import began
from wardround.memory.vocabulary import Meaning

CODE, IS, WITHIN, CALLED, WORDS, GIVEN_FOR, MEANING, KIND = 1.0, 1.0, 0.85, 0.7, 0.6, 0.55, 0.5, 0.25
"""What each way of finding counts: its code, it is it, it belongs to it, it is called so, its words, what it
is given for, what it means, its kind."""
ALIKE = 0.5
"""A name that answers less of the question than this is another name."""
UNLIKE = 0.36
"""Texts that have nothing to do with each other come as near as this."""
BESIDE = 0.25
"""How much of what it counts each further way adds to the best one."""
OTHER_KIND = 0.6
"""How much of its score is left to what is of another kind than the question names."""
LEAST = 0.2
"""What scores less than this share of the best is no answer."""
UNDATED = 0.5
"""How much of its score is left to what has no date, where a time is asked for."""
LASTING = ("allergy", "problem", "drug", "social", "directive", "finding")
"""Kinds that may hold at any time where nothing says when."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One statement that was found. `because`: in which ways. It names itself: `id`, every source, and `causes`."""

    statement: Statement
    score: float
    because: tuple[str, ...]
    past: str = ""
    """Why it no longer stands; empty where it does."""

    @property
    def fact(self) -> Fact:
        """The account that stands."""
        return self.statement.fact

    @property
    def id(self) -> str:
        """The id of that account."""
        return self.statement.fact.id

    @property
    def sources(self) -> tuple[FactSource, ...]:
        """Everything that says it."""
        return self.statement.sources

    @property
    def causes(self) -> tuple[tuple[str, str], ...]:
        """The events (encounter, event) that it was learnt in; what came from records and documents has none."""
        said = ((s.encounter, s.reference) for s in self.sources if s.kind == "event" and s.encounter)
        return tuple(dict.fromkeys((str(encounter), event) for encounter, event in said))


@dataclass(frozen=True, slots=True)
class Looking:
    """One question with its limits, put to statements."""

    wanted: Wanted
    kinds: frozenset[FactKind]
    codes: frozenset[str]
    since: date | None
    until: date | None
    sense: Sense | None = None
    discretion: Discretion | None = None
    """What finding must not tell; None where the reader may know everything."""

    def among(self, searchable: Searchable) -> list[Recalled]:
        """What answers, best first; of equals the newest (the oldest where the first is asked for)."""
        said, meant = self._said(searchable)
        found = []
        for place, (statement, meaning) in enumerate(
            zip(searchable.statements, searchable.meanings, strict=True)
        ):
            dated = self._in_time(statement.fact)
            if dated is None or not self._within(statement, meaning):
                continue
            score, because = self._scored(statement, meaning, said.get(place, 0.0), meant.get(place, 0.0))
            if score > 0:
                past = searchable.pasts.get(statement.fact.id, "")
                found.append(self._recalled(statement, score, because, dated, past))
        best = max((item.score for item in found), default=0.0)
        kept = [item for item in found if item.score >= LEAST * best]
        sign = 1 if self.wanted.order == "oldest" else -1
        return sorted(kept, key=lambda i: (-round(i.score, 2), sign * began(i.fact).timestamp(), i.id))

    def _within(self, statement: Statement, meaning: Meaning) -> bool:
        """Whether it is of the kinds and codes that are looked among."""
        if self.kinds and statement.fact.kind not in self.kinds:
            return False
        return not self.codes or not self.codes.isdisjoint(keys_of(statement, meaning))

    def _said(self, searchable: Searchable) -> tuple[dict[int, float], dict[int, float]]:
        """How well the statements' own words, and what they mean, answer: by place."""
        if self.wanted.alone or self.wanted.empty:
            return {}, {}
        meant = searchable.by_meaning(self.wanted.text, self.sense) if self.sense is not None else {}
        return searchable.by_words(" ".join(self.wanted.terms)), meant

    def _scored(
        self, statement: Statement, meaning: Meaning, said: float, meant: float
    ) -> tuple[float, tuple[str, ...]]:
        """The score of one statement and why."""
        if self.wanted.empty:  # everything within the limits
            return 1.0, self._limits_said()
        reasons = list(self._reasons(statement, meaning, said, meant))
        if statement.fact.kind in self.wanted.kinds and (reasons or self.wanted.alone):
            reasons.append((KIND, f"kind: {statement.fact.kind}"))
        if not reasons:
            return 0.0, ()
        best = max(score for score, _ in reasons)
        score = best + BESIDE * (sum(score for score, _ in reasons) - best)
        if self.wanted.kinds and statement.fact.kind not in self.wanted.kinds:
            score *= OTHER_KIND
        return score, tuple(why for _, why in reasons)

    def _reasons(
        self, statement: Statement, meaning: Meaning, said: float, meant: float
    ) -> Iterator[tuple[float, str]]:
        wanted = self.wanted
        kept = self.discretion
        if wanted.names and (named := wanted.names & keys_of(statement, meaning)):
            yield CODE, f"is named: {min(named)}"
        if own := wanted.entries.intersection(meaning.slugs):
            yield IS, f"is {min(own)}"
        elif (wider := wanted.entries.intersection(meaning.wider)) and not (
            kept is not None and kept.tells_by_class(meaning)
        ):
            yield WITHIN, f"{meaning.slug} belongs to {min(wider)}"
        else:
            score, name = self._best(meaning.names)
            use, what_for = self._best(meaning.uses) if meaning.uses else (0.0, "")
            if score >= ALIKE:
                yield CALLED * score, f"is called “{name}”"
            if use >= ALIKE:
                yield GIVEN_FOR * use, f"is given for “{what_for}”"
        if said > 0:
            yield WORDS * said, "its words"
        if meant > UNLIKE and not (kept is not None and kept.tells_by_likeness(meaning)):
            yield MEANING * (meant - UNLIKE) / (1 - UNLIKE), "its meaning"

    def _best(self, names: tuple[str, ...]) -> tuple[float, str]:
        """The name that answers best, of those that tell this reader nothing that is withheld."""
        score, name = overlap(self.wanted.terms, names)
        if score >= ALIKE and self.discretion is not None and self.discretion.tells(name):
            return overlap(self.wanted.terms, self.discretion.plain(names))
        return score, name

    def _limits_said(self) -> tuple[str, ...]:
        said = [
            f"kind: {', '.join(sorted(self.kinds))}" if self.kinds else "",
            f"code: {', '.join(sorted(self.codes))}" if self.codes else "",
        ]
        return tuple(s for s in said if s) or ("all that stands",)

    def _in_time(self, fact: Fact) -> bool | None:
        """Whether its time meets the window (True), is not known (False), or lies outside (None)."""
        if self.since is None and self.until is None:
            return True
        first, last = fact.valid_from, fact.valid_to
        if first is None and last is None:
            return False if fact.kind in LASTING else None
        if self.until is not None and first is not None and first.earliest().date() > self.until:
            return None
        end = last if last is not None or fact.kind in LASTING else first
        if self.since is not None and end is not None and end.latest().date() < self.since:
            return None
        return True

    def _recalled(
        self, statement: Statement, score: float, because: tuple[str, ...], dated: bool, past: str
    ) -> Recalled:
        if not dated:
            score, because = score * UNDATED, (*because, "when is not known")
        elif self.since is not None or self.until is not None:
            because = (*because, f"{self.since or ''} to {self.until or ''}".strip())
        return Recalled(statement, round(score, 6), because, past)
