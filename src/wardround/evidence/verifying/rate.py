"""The hallucination rate: (Refuted + 0.5 Uncertain) / claims (Baichuan-M3 report, arXiv 2602.06570, eq. 15), in all and by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wardround.evidence.claims import Judged, Kind, Verdict

WORTH: Final[Mapping[Verdict, float]] = {Verdict.SUPPORTED: 0.0, Verdict.UNCERTAIN: 0.5, Verdict.REFUTED: 1.0}


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate` is None where there is no claim."""

    claims: int
    refuted: int
    uncertain: int

    @property
    def supported(self) -> int:
        return self.claims - self.refuted - self.uncertain

    @property
    def rate(self) -> float | None:
        return (self.refuted + 0.5 * self.uncertain) / self.claims if self.claims else None


def rate_of(judged: Iterable[Judged]) -> Rate:
    """Of all of them together."""
    verdicts = [one.verdict for one in judged]
    return Rate(len(verdicts), verdicts.count(Verdict.REFUTED), verdicts.count(Verdict.UNCERTAIN))


def hallucination_rate(judged: Iterable[Judged]) -> dict[Kind, Rate]:
    """Of every kind, those without a claim too. The rate of the whole text is `rate_of` of the same."""
    all_of = tuple(judged)
    return {kind: rate_of(one for one in all_of if one.claim.kind is kind) for kind in Kind}
