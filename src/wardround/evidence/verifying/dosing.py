"""Doses against the base: over a maximum is refuted, the very dose of an entry is borne out, by its route and for what it is given.

A claim is borne out by a treatment only where it names what is treated, or how long; otherwise by the drug's own doses.
"""

from __future__ import annotations

from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.reading.word_lists import listed
from wardround.evidence.verifying.known import Known, drugs_named, named, says, substances, turned
from wardround.evidence.verifying.taken import MAXIMUM, Intake, Told, told
from wardround.knowledge import AdultDose, Drug, KnowledgeBase, Treatment

_IN_BASE: Final = {
    "mg": ("mass", 1.0), "g": ("mass", 1e3), "ug": ("mass", 1e-3), "[iU]": ("unit", 1.0), "mL": ("volume", 1.0), "{tablet}": ("tablet", 1.0),
    "{drop}": ("drop", 1.0), "{puff}": ("puff", 1.0),
}  # fmt: skip
_UNIT: Final = {
    "mass": "mg",
    "unit": "units",
    "volume": "mL",
    "tablet": "tablets",
    "drop": "drops",
    "puff": "puffs",
    "capsule": "capsules",
}
_ROUTES: Final = {
    "inhaled": ("inhaled", "nebulised"),
    "nasal": ("intranasal",),
    "topical": ("topical", "transdermal"),
}
_CHILDREN: Final = frozenset({"for child", "for infant", "for adolescent"})
_OF_HARM: Final = listed(
    "overdose overdosed overdoses toxic toxicity poison poisoning poisoned fatal lethal damage damages ingested swallowed danger "
    "dangerous harm harmful harms avoid avoided wrong error myth died death deaths"
)
"""Where a dose is told to say that it is too much."""
_MOST: Final = frozenset({"max", "maximum", "maximal", "ceiling", "limit"})
_LEAST_ADULT_KG: Final = 30.0
_QUICK: Final = 24.0
_AT_ONCE: Final = 4.0
"""How many intakes that follow within the hour are counted: what is repeated every few minutes is soon ended."""
_CLOSE: Final = 1e-6


def dose(base: KnowledgeBase, claim: Structure) -> Known | None:
    """The first thing that the base knows about a dose."""
    found, said = drugs_named(base, claim), told(claim)
    if len(found) != 1 or said is None or _negated(claim, said):
        return None
    drug = base.drugs[found[0]]
    if any(t.key in _CHILDREN for t in claim.tokens):
        return _child(drug, claim, said)
    if not says(claim, _OF_HARM) and (over := beyond(drug, said)) is not None:
        return over
    alone = len(substances(claim)) == 1
    if not said.whole or said.per_kg or not alone or turned(claim) or len(said.intakes) != 1:
        return None
    if said.intakes[0].up_to or says(claim, _MOST):
        return _maximum(drug, claim, said)
    return None if claim.of(Part.LIMIT) or says(claim, MAXIMUM) else _given(base, drug, claim, said)


def limit(drug: Drug, dimension: str) -> float | None:
    """The most in a day, in the base unit of the dimension."""
    return in_base(drug.max_daily.value, drug.max_daily.unit, dimension)


def in_base(value: float, unit: str, dimension: str) -> float | None:
    """An amount of the base in the unit that claims are read in; None where the two cannot be compared."""
    own = _IN_BASE.get(unit)
    return value * own[1] if own is not None and own[0] == dimension else None


def _negated(claim: Structure, said: Told) -> bool:
    """Turned round; `not more than` and `do not exceed` are no negation of the dose."""
    return turned(claim) and not any(i.up_to for i in said.intakes)


def beyond(drug: Drug, said: Told) -> Known | None:
    """Refuted where what is told comes to more than the drug's maximum, however it is read."""
    most = limit(drug, said.dimension)
    if most is None or any(i.above for i in said.intakes):
        return None
    most *= 1 + _CLOSE
    highest = [v for d in drug.doses if (v := in_base(d.high, d.unit, said.dimension)) is not None]
    at_once = max([most, *highest]) * (1 + _CLOSE)
    if said.per_kg:
        return _by_weight(drug, said, most, at_once)
    held = any(i.up_to and i.daily <= most for i in said.intakes)
    for one in said.intakes:
        if (one.up_to or not held) and _in_a_day(one) > most:
            return _too_much(drug, _in_a_day(one), said.dimension)
        if one.high > at_once:
            return _too_much(drug, one.high, said.dimension, " at once")
    hours = [i.high for i in said.intakes if i.hour]
    if not held and len(hours) > 1 and sum(hours) > most:
        return _too_much(drug, sum(hours), said.dimension)
    return None


def _by_weight(drug: Drug, said: Told, most: float, at_once: float) -> Known | None:
    """So much for each kilogram: refuted where it is too much for a light adult already."""
    for one in said.intakes:
        heaviest = max(one.high, one.daily) * _LEAST_ADULT_KG
        if heaviest > (at_once if one.per_day is None else most):
            return _too_much(drug, heaviest, said.dimension, f" at {_LEAST_ADULT_KG:g} kg")
    return None


def _in_a_day(one: Intake) -> float:
    """What one line comes to; without a rate, what is taken once is judged as that."""
    if one.per_day is None:
        return 0.0
    if one.per_day[0] > _QUICK:
        return one.high * _AT_ONCE
    return one.daily


def _too_much(drug: Drug, amount: float, dimension: str, how: str = " a day") -> Known:
    maximum = f"{drug.max_daily.value:g} {drug.max_daily.unit.strip('[]{}')}"
    return Known(
        Verdict.REFUTED,
        f"{amount:g} {_UNIT[dimension]}{how} is more than the maximum of {drug.name}, {maximum}",
        drug.id,
    )


def _child(drug: Drug, claim: Structure, said: Told) -> Known | None:
    """A child's dose is never borne out here; over the cap of the base it is refuted."""
    cap = drug.paediatric.max_daily_mg if drug.paediatric is not None else None
    if cap is None or said.dimension != "mass" or said.per_kg or says(claim, _OF_HARM):
        return None
    for one in said.intakes:
        if max(one.high, _in_a_day(one)) > cap * (1 + _CLOSE) and not one.up_to:
            return Known(Verdict.REFUTED, f"{drug.name} in children: at most {cap:g} mg a day", drug.id)
    return None


def _maximum(drug: Drug, claim: Structure, said: Told) -> Known | None:
    """`At most 4 g a day`: the base's own figure. Less is not refuted: it may be for somebody."""
    one, most = said.intakes[0], limit(drug, said.dimension)
    unbound = not named(claim) and not said.hours and not said.routes and not _if(claim)
    if most is None or one.per_day != (1.0, 1.0) or not unbound or abs(one.high - most) > _CLOSE * most:
        return None
    maximum = f"{drug.max_daily.value:g} {drug.max_daily.unit.strip('[]{}')}"
    return Known(Verdict.SUPPORTED, f"the maximum of {drug.name} is {maximum} a day", drug.id)


def _if(claim: Structure) -> bool:
    return any(
        t.word in ("if", "when", "unless", "until", "where", "after", "before") for t in claim.of(Part.LIMIT)
    )


def _given(base: KnowledgeBase, drug: Drug, claim: Structure, said: Told) -> Known | None:
    """A dose, with or without how often, for what the claim names and by the route that it names."""
    about, one = named(claim), said.intakes[0]
    if about is None or len(about) > 1:
        return None
    for condition in base.conditions.values():
        if about != {condition.id} and not (not about and said.hours):
            continue
        if any(_is_treatment(t, drug, said) for t in condition.management):
            return Known(Verdict.SUPPORTED, f"{drug.name} is given so in {condition.name}", condition.id)
    if said.hours:
        return None
    for d in drug.doses:
        if (not about or d.indication in about) and _by(d.route, said) and _fits(d, one, said.dimension):
            why = f"{drug.name} {d.low:g} to {d.high:g} {d.unit.strip('[]{}')}, {d.route}: as in the base"
            return Known(Verdict.SUPPORTED, why, drug.id, exact=d.low == d.high)
    return None


def _is_treatment(treatment: Treatment, drug: Drug, said: Told) -> bool:
    r, one = treatment.regimen, said.intakes[0]
    if r is None or r.drug != drug.id or one.per_day is None or not _by(r.route, said):
        return False
    own = in_base(r.dose.value, r.dose.unit, said.dimension)
    lasting = () if r.days is None else (r.days * 24.0,)
    same = own is not None and abs(one.low - own) <= _CLOSE * own and one.low == one.high
    often = all(abs(p - r.per_day) <= _CLOSE + 0.01 * min(1.0, r.per_day) for p in one.per_day)
    return same and often and (said.hours or lasting) == lasting


def _by(route: str, said: Told) -> bool:
    return not said.routes or any(route in _ROUTES.get(r, (r,)) for r in said.routes)


def _fits(dose: AdultDose, one: Intake, dimension: str) -> bool:
    low, high = in_base(dose.low, dose.unit, dimension), in_base(dose.high, dose.unit, dimension)
    if low is None or high is None or not low * (1 - _CLOSE) <= one.low <= one.high <= high * (1 + _CLOSE):
        return False
    if one.per_day is None:
        return dose.per_day[1] >= 1.0  # a dose for the week says so
    least, most = dose.per_day
    spare = 0.01 * min(1.0, least)
    return least - spare <= one.per_day[0] <= one.per_day[1] <= most + spare
