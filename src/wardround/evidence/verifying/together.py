"""Doses of two drugs told in one breath: where the base holds that they interact severely, neither is borne out alone.

What one passage says of both stays as it was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from wardround.evidence.claims import Claim, Judged, Kind, Verdict
from wardround.evidence.reading.structure import Reader
from wardround.evidence.verifying.interacting import severe
from wardround.evidence.verifying.known import drugs_named
from wardround.knowledge import Interaction, KnowledgeBase

_JOINT: Final = range(5, 9)
"""How many characters ` and `, ` plus ` and `, and ` take."""
_COMMA: Final = 2


def told_together(base: KnowledgeBase, reader: Reader, judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """The verdicts, with what the drugs of one sentence do to each other."""
    seen = list(judged)
    for run in _runs(judged):
        for one, other in combinations(run, 2):
            known = _between(base, reader, judged[one].claim, judged[other].claim)
            if known is not None and not _one_source(judged[one], judged[other]):
                for place in (one, other):
                    seen[place] = _warned(base, seen[place], known)
    return tuple(seen)


def _runs(judged: Sequence[Judged]) -> list[list[int]]:
    """Places of doses that stand in one sentence, one behind the other."""
    runs: list[list[int]] = []
    for place, one in enumerate(judged):
        if one.claim.kind is not Kind.DOSE:
            continue
        if runs and runs[-1][-1] == place - 1 and _goes_on(judged[place - 1].claim, one.claim):
            runs[-1].append(place)
        else:
            runs.append([place])
    return [run for run in runs if len(run) > 1]


def _goes_on(one: Claim, other: Claim) -> bool:
    """Whether the second is the same sentence's: a joint stands between, or a comma and what it shares with the first."""
    between = other.start - one.end
    shares = other.end - other.start < len(other.text) or other.text[:1].islower()
    return between in _JOINT or (between == _COMMA and shares)


def _between(base: KnowledgeBase, reader: Reader, one: Claim, other: Claim) -> Interaction | None:
    mine, its = (drugs_named(base, reader.read(claim.text)) for claim in (one, other))
    return severe(base, mine[0], its[0]) if len(mine) == len(its) == 1 else None


def _one_source(one: Judged, other: Judged) -> bool:
    both = one.verdict is other.verdict is Verdict.SUPPORTED
    return both and one.by == other.by == "passage" and one.passage == other.passage


def _warned(base: KnowledgeBase, one: Judged, known: Interaction) -> Judged:
    """Not borne out any more; refuted where the two must never be taken together. A cached verdict is told in the same way."""
    names = " and ".join(base.named(each) for each in known.between)
    why = f"told together, {names} interact ({known.severity}): {known.effect}"
    if one.verdict is not Verdict.SUPPORTED:
        return replace(one, why=f"{one.why}; {why}")
    verdict = Verdict.REFUTED if known.severity == "contraindicated" else Verdict.UNCERTAIN
    return Judged(one.claim, verdict, "structure", why, passage=known.id)
