"""What a verifier can be given: a library to look things up in, and a language model that reads a claim against a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wardround.evidence.documents import Found, Passage


class Library(Protocol):
    """What of the library is needed here."""

    def search(self, question: str, *, limit: int = 10) -> tuple[Found, ...]:
        """Passages, best first."""
        ...

    def passage(self, id: str, /) -> Passage | None:
        """The passage of this id."""
        ...


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of a claim: a verdict's word, the passage it rests on, and the words of it that it quotes."""

    verdict: str
    passage: str
    quote: str
    confidence: float | None = None


class ClaimReader(Protocol):
    """A language model behind a port, which `care` injects. It may decline (None)."""

    def read(self, claim: str, passages: Sequence[Passage], /) -> Opinion | None:
        """Which passage bears the claim out or refutes it, with the words that do."""
        ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a pair network sees a claim beside one text: three shares that add to 1, and the sentence that decided."""

    refuted: float
    uncertain: float
    supported: float
    span: tuple[int, int] | None = None


class PairModel(Protocol):
    """Reads a claim beside the sentences of a text."""

    def weigh(self, claim: str, sentences: Sequence[str], /) -> Weighed:
        """The verdict on all of them together."""
        ...
