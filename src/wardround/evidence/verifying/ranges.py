"""Reference ranges: what is said to be normal, as a range or as one value, beside the base's own for the same people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.quantities import Amount, amounts, folded
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.verifying.known import Known, turned
from wardround.knowledge import Analyte, KnowledgeBase, Reference

_NORMAL: Final = frozenset({"normal", "reference", "range"})
_OF_A_VALUE: Final = frozenset({"normal", "is", "safe"})
_ADULT: Final = 40.0
_AGES: Final = {
    "for child": (2.0, 12.0),
    "for infant": (0.1, 1.0),
    "for adolescent": (12.0, 18.0),
    "for older": (65.0, 90.0),
}
_SEXES: Final = {"for woman": "female", "for man": "male"}


def normal(base: KnowledgeBase, claim: Structure) -> Known | None:
    """`Normal potassium is 3.5 to 5.3 mmol/L`; `a potassium of 7 mmol/L is normal`."""
    about = [t.key for t in claim.of(Part.NAME)]
    if len(about) != 1 or about[0] not in base.analytes or turned(claim) or claim.of(Part.LIMIT, Part.DRUG):
        return None
    said = [a for a in amounts(folded(claim.text)) if a.dimension != "per day"]
    if len(said) != 1 or said[0].doubtful or not any(t.word in _NORMAL for t in claim.tokens):
        return None
    analyte = base.analytes[about[0]]
    known = [(own, of) for of in _for(analyte, claim) if (own := _own(of, analyte, said[0])) is not None]
    if not known:
        return None
    told = "; ".join(f"{of.low:g} to {of.high:g}" for _, of in known)
    why = f"the reference of {analyte.name} is {told} {analyte.unit}"
    verdict = (
        _of_a_range(said[0], known) if said[0].low != said[0].high else _of_a_value(claim, said[0], known)
    )
    return None if verdict is None else Known(verdict, why, analyte.id)


def _of_a_range(said: Amount, known: Sequence[tuple[Amount, Reference]]) -> Verdict:
    return Verdict.SUPPORTED if any(own.key == said.key for own, _ in known) else Verdict.REFUTED


def _of_a_value(claim: Structure, said: Amount, known: Sequence[tuple[Amount, Reference]]) -> Verdict | None:
    """Refuted outside of every one of them, borne out inside all."""
    if not any(t.word == "normal" for t in claim.tokens) or claim.of(Part.WORD):
        return None
    inside = [own.low <= said.low <= own.high for own, _ in known]
    return Verdict.SUPPORTED if all(inside) else None if any(inside) else Verdict.REFUTED


def _own(of: Reference, analyte: Analyte, said: Amount) -> Amount | None:
    """The base's range, read as the claim was; None in another unit."""
    if of.low is None or of.high is None:
        return None
    own = amounts(folded(f"{of.low:g} to {of.high:g} {analyte.unit}"))
    return own[0] if len(own) == 1 and own[0].dimension == said.dimension else None


def _for(analyte: Analyte, claim: Structure) -> list[Reference]:
    """The references of whom it speaks, adults where it names nobody; none where somebody else is named."""
    groups = {t.key for t in claim.of(Part.POPULATION)} - {"for adult", "for human"}
    pregnant = "for pregnant" in groups
    sex = next((s for key, s in _SEXES.items() if key in groups), "any")
    ages = [_AGES[key] for key in groups if key in _AGES]
    if len(ages) > 1 or groups - {"for pregnant"} - set(_SEXES) - set(_AGES):
        return []
    low, high = ages[0] if ages else (_ADULT, _ADULT)
    fits = [
        r
        for r in analyte.reference
        if r.who.age[0] <= low and high <= r.who.age[1] and bool(r.who.pregnant) == pregnant
    ]
    return [r for r in fits if sex in ("any", r.who.sex) or r.who.sex == "any"]
