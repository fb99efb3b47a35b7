"""Limits of kidney function: on which side of which eGFR a claim says what, and whether the base says the same.

`unless` and `until` turn the side round; what bounds the claim in another way leaves it open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.quantities import Amount, amounts, folded
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.verifying.dosing import in_base
from wardround.evidence.verifying.known import Known, drugs_named, named, stance, turned
from wardround.evidence.verifying.taken import told
from wardround.evidence.verifying.unsuitable import few_words
from wardround.knowledge import Drug, KnowledgeBase

_EGFR: Final = "analyte.egfr"
_SIDE: Final = re.compile(
    r"(?P<below><|\u2264|<=|\b(?:below|under|beneath|less than|lower than|worse than|at most|up to)\b)|"
    r"(?P<above>>|\u2265|>=|\b(?:above|over|more than|greater than|higher than|better than|at least|exceeds?|beyond)\b)"
)
_INCLUSIVE: Final = re.compile(r"\u2264|<=|\bat most\b|\bup to\b|\bor (?:less|lower|below)\b")
_TURNS: Final = frozenset({"unless", "until", "till", "except"})
_SIDES: Final = frozenset(
    {
        "if",
        "when",
        "where",
        "whenever",
        "while",
        "below",
        "under",
        "less",
        "than",
        "above",
        "over",
        "more",
        "least",
    }
)
_ENDLESS: Final = 1e9


@dataclass(frozen=True, slots=True)
class _Region:
    """The eGFRs that a claim speaks of. `flipped`: by a word that turns it round. `side`: whether one was told.

    `inclusive`: with the figure itself, which `below` leaves out.
    """

    low: float
    high: float
    flipped: bool
    side: bool
    inclusive: bool = False


def kidney(base: KnowledgeBase, claim: Structure) -> Known | None:
    """What the base says of a drug at the kidney function that the claim names."""
    found, region = drugs_named(base, claim), _region(claim)
    if len(found) != 1 or region is None or named(claim) != frozenset({_EGFR}):
        return None
    drug = base.drugs[found[0]]
    known = {r.egfr_below for r in drug.renal if r.action == "avoid"}
    known |= {
        c.egfr_below for c in drug.contraindications if c.egfr_below is not None and c.severity == "absolute"
    }
    words = f"{drug.name} is avoided below an eGFR of {', '.join(f'{k:g}' for k in sorted(known))}"
    if told(claim) is not None:
        return _dosed(drug, claim, region, max(known, default=0.0), words)
    if not known or stance(claim) == 0 or claim.of(Part.POPULATION):
        return None
    verdict = _avoided(claim, region, known) if stance(claim) < 0 else _allowed(claim, region, known)
    return None if verdict is None else Known(verdict, words, drug.id)


def _region(claim: Structure) -> _Region | None:
    """The part of the scale: one figure with its side, or a range; None where there is another bound or another figure."""
    if not any(t.key == _EGFR for t in claim.tokens):
        return None
    words = {t.word for t in claim.of(Part.LIMIT)}
    text = folded(claim.text)
    values = [a for a in amounts(text) if _of_the_kidney(a)]
    if words - _SIDES - _TURNS or len(values) != 1 or len(words & _TURNS) > 1:
        return None
    value, sides = values[0], {m.lastgroup for m in _SIDE.finditer(text)}
    flipped = bool(words & _TURNS)
    if len(sides) > 1 or (sides and value.low != value.high):
        return None
    if not sides:
        return _Region(value.low, value.high, flipped, side=False)
    below = ("below" in sides) != flipped
    return (
        _Region(0.0, value.low, flipped, side=True, inclusive=_INCLUSIVE.search(text) is not None)
        if below
        else _Region(value.low, _ENDLESS, flipped, side=True)
    )


def _of_the_kidney(a: Amount) -> bool:
    return a.dimension.startswith("volume/") or a.dimension == ""


def _avoided(claim: Structure, region: _Region, known: set[float]) -> Verdict | None:
    """`Avoid it below 30` where the base says 30; a wider limit, and the other side of the scale, are not what it says."""
    if not region.side:
        return None
    if region.low > 0:
        return Verdict.REFUTED if region.high == _ENDLESS and few_words(claim) else None
    if region.high in known and not region.flipped and not region.inclusive:
        return Verdict.SUPPORTED if few_words(claim) else None
    return Verdict.REFUTED if region.high > max(known) else None


def _allowed(claim: Structure, region: _Region, known: set[float]) -> Verdict | None:
    """`It may be given below 30` where it is avoided there. That it may be given above is never borne out: a dose may be less."""
    inside = region.high <= max(known) if region.side else region.high < max(known)
    reaches = region.high == _ENDLESS and region.low < min(known)
    return Verdict.REFUTED if (inside or reaches) and few_words(claim) else None


def _dosed(drug: Drug, claim: Structure, region: _Region, avoided: float, words: str) -> Known | None:
    """A dose at a kidney function at which it is avoided, or is more than the base allows there."""
    if turned(claim) or stance(claim) < 0 or region.flipped or region.high == _ENDLESS:
        return None
    inside = region.high <= avoided if region.side else region.high < avoided
    if avoided and inside:
        return Known(Verdict.REFUTED, words, drug.id)
    said = told(claim)
    for limit in drug.renal:
        under = region.high <= limit.egfr_below if region.side else region.high < limit.egfr_below
        if said is None or limit.max_daily is None or not under or said.per_kg:
            continue
        most = in_base(limit.max_daily, drug.max_daily.unit, said.dimension)
        if most is not None and any(i.daily > most * (1 + 1e-6) for i in said.intakes):
            amount = f"{limit.max_daily:g} {drug.max_daily.unit.strip('[]{}')}"
            why = f"{drug.name} below an eGFR of {limit.egfr_below:g}: at most {amount} a day"
            return Known(Verdict.REFUTED, why, drug.id)
    return None
