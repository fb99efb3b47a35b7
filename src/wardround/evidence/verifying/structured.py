"""Claims against the structured facts of the knowledge base, exact: doses, daily maxima, renal limits, contraindications,
interactions, pregnancy, reference ranges.

What is refuted here is refuted by a number or an entry that is named. What is borne out here has nothing in it that the
entry does not say. Everything else is left to the passages (None).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.quantities import amounts
from wardround.evidence.reading.structure import Part, Structure, Token
from wardround.evidence.reading.word_lists import listed
from wardround.knowledge import AdultDose, Drug, KnowledgeBase

_IN_MG: Final = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "microgram": 0.001, "micrograms": 0.001}
_CLOSE: Final = 1e-6
_MAXIMUM: Final = frozenset(
    {"max", "maximum", "most", "maximal", "exceed", "exceeds", "ceiling", "beyond", "up", "limit"}
)
_AVOIDS: Final = listed(
    "avoid avoids avoided contraindicated stop stopped withhold withheld discontinue discontinued unsafe omit omitted"
)
_ALLOWS: Final = listed(
    "safe safely suitable allowed permitted appropriate recommended preferred first-choice compatible given give use used start started offer "
    "continue continued"
)
_OF_A_DOSE: Final = listed(
    "take take give given prescrib start us dose dosing adult adults usual daily tablet capsul by mouth maximum max most limit total per "
    "each day up continu oral treat about may should singl initial begin"
)
"""Words that a statement of a dose may hold besides drug, amount, rate and route; stems."""
_MODAL: Final = frozenset({"should", "patient"})
_CHILDREN: Final = frozenset({"for child", "for infant", "for adolescent"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the base says of a claim: the verdict, why, and by which entry. `exact`: not within a range, the very thing."""

    verdict: Verdict
    why: str
    entry: str
    exact: bool = True


def against(base: KnowledgeBase, claim: Structure) -> Known | None:
    """The first thing that the base knows about it."""
    checks: tuple[Callable[[KnowledgeBase, Structure], Known | None], ...] = (
        _interaction, _reproduction, _contraindication, _kidney, _dose, _range,
    )  # fmt: skip
    for check in checks:
        if (known := check(base, claim)) is not None:
            return known
    return None


def _drugs(base: KnowledgeBase, claim: Structure) -> list[str]:
    return list(dict.fromkeys(t.key for t in claim.of(Part.DRUG) if t.key in base.drugs))


def _says(claim: Structure, words: frozenset[str]) -> bool:
    return any(t.word in words for t in claim.tokens)


def _turned(claim: Structure) -> bool:
    return len(claim.of(Part.NEGATION)) % 2 == 1


def _stance(claim: Structure) -> int:
    """-1 where it says not to, 1 where it says to or that one may, 0 where neither is plain."""
    avoids, allows = _says(claim, _AVOIDS), _says(claim, _ALLOWS)
    if avoids and not allows:
        return 1 if _turned(claim) else -1
    if allows and not avoids:
        return -1 if _turned(claim) else 1
    return 0


# --- doses ------------------------------------------------------------------------------------------------


def _dose(base: KnowledgeBase, claim: Structure) -> Known | None:
    found = _drugs(base, claim)
    if len(found) != 1 or _turned(claim) or any(t.key in _CHILDREN for t in claim.tokens):
        return None
    drug = base.drugs[found[0]]
    masses = [a for a in amounts(claim.text.lower()) if a.dimension == "mass"]
    rates = [a for a in amounts(claim.text.lower()) if a.dimension == "per day"]
    if len(masses) != 1 or len(rates) > 1 or any(t.key.startswith("q mass/") for t in claim.tokens):
        return None
    per_day = (rates[0].low, rates[0].high) if rates else None
    if _says(claim, _MAXIMUM):
        return _maximum(drug, claim, masses[0].high, per_day)
    return _regimen(base, drug, claim, (masses[0].low, masses[0].high), per_day)


def _mg(value: float, unit: str) -> float | None:
    factor = _IN_MG.get(unit)
    return None if factor is None else value * factor


def _maximum(
    drug: Drug, claim: Structure, stated: float, per_day: tuple[float, float] | None
) -> Known | None:
    """`At most 3 g a day`: the base's own figure, or another one."""
    limit = _mg(drug.max_daily.value, drug.max_daily.unit)
    if limit is None or per_day is None or per_day[0] != 1.0 or _conditional(claim):
        return None
    told = f"the maximum of {drug.name} is {drug.max_daily.value:g} {drug.max_daily.unit} a day"
    if abs(stated - limit) < _CLOSE * limit:
        return Known(Verdict.SUPPORTED, told, drug.id) if _only_a_dose(claim) else None
    return Known(Verdict.REFUTED, told, drug.id) if stated > limit else None


def _conditional(claim: Structure) -> bool:
    return any(t.word in ("if", "when", "unless", "until", "where") for t in claim.of(Part.LIMIT)) or bool(
        [t for t in claim.tokens if t.key == "analyte.egfr"]
    )


def _regimen(
    base: KnowledgeBase,
    drug: Drug,
    claim: Structure,
    mg: tuple[float, float],
    per_day: tuple[float, float] | None,
) -> Known | None:
    """A dose, with or without how often."""
    limit = _mg(drug.max_daily.value, drug.max_daily.unit)
    most = mg[1] * (max(1.0, per_day[0]) if per_day else 1.0)
    if limit is not None and most > limit * (1 + _CLOSE):
        return Known(
            Verdict.REFUTED,
            f"{most:g} mg a day is more than the maximum of {drug.name}, {drug.max_daily.value:g} {drug.max_daily.unit}",
            drug.id,
        )
    if not _only_a_dose(claim) or _conditional(claim):
        return None
    regimen = _regimen_of(base, drug, claim, mg, per_day)
    if regimen is None and _durations(claim):
        return None
    if regimen is not None:
        return Known(Verdict.SUPPORTED, f"{drug.name} is given so in {base.named(regimen)}", regimen)
    fitting = [d for d in _doses_for(base, drug, claim) if _fits(d, mg, per_day)]
    if fitting:
        d = fitting[0]
        return Known(
            Verdict.SUPPORTED,
            f"{drug.name} {d.low:g} to {d.high:g} {d.unit}, {d.route}: as in the base",
            drug.id,
            exact=d.low == d.high,
        )
    return None


def _durations(claim: Structure) -> list[float]:
    """How long, in hours; months as thirty days."""
    found = amounts(claim.text.lower())
    return [
        a.high * (720.0 if a.dimension == "month" else 1.0) for a in found if a.dimension in ("time", "month")
    ]


def _regimen_of(
    base: KnowledgeBase,
    drug: Drug,
    claim: Structure,
    mg: tuple[float, float],
    per_day: tuple[float, float] | None,
) -> str | None:
    """The condition in whose management this very dose stands: the one that the claim names, any where it names none."""
    named = {t.key for t in claim.of(Part.NAME)} & set(base.conditions)
    for condition in base.conditions.values():
        if named and condition.id not in named:
            continue
        for treatment in condition.management:
            r = treatment.regimen
            if r is None or r.drug != drug.id or per_day is None or per_day != (r.per_day, r.per_day):
                continue
            own = _mg(r.dose.value, r.dose.unit)
            lasting = [] if r.days is None else [r.days * 24.0]
            if own is not None and mg == (own, own) and (_durations(claim) or lasting) == lasting:
                return condition.id
    return None


def _doses_for(base: KnowledgeBase, drug: Drug, claim: Structure) -> list[AdultDose]:
    """Those for what the claim names, by the route that it names; all where it names nothing."""
    routes = {t.key.removeprefix("by ") for t in claim.of(Part.ROUTE)}
    named = {t.key for t in claim.of(Part.NAME)}
    doses = [d for d in drug.doses if not routes or d.route in routes]
    return [d for d in doses if d.indication in named] if named else doses


def _fits(dose: AdultDose, mg: tuple[float, float], per_day: tuple[float, float] | None) -> bool:
    low, high = _mg(dose.low, dose.unit), _mg(dose.high, dose.unit)
    if low is None or high is None or not low * (1 - _CLOSE) <= mg[0] <= mg[1] <= high * (1 + _CLOSE):
        return False
    return per_day is None or dose.per_day[0] - _CLOSE <= per_day[0] <= per_day[1] <= dose.per_day[1] + _CLOSE


def _only_a_dose(claim: Structure) -> bool:
    """Whether it says no more than drug, dose, rate, route, for what and for how long."""
    return all(_belongs(t) for t in claim.tokens)


def _belongs(token: Token) -> bool:
    if token.part in (Part.DRUG, Part.NAME, Part.ROUTE):
        return True
    if token.part is Part.QUANTITY:
        return not token.key.startswith(("q volume", "q percent", "q :"))
    if token.part is Part.POPULATION:
        return token.key == "for adult"
    return token.key in _OF_A_DOSE or token.word in _MAXIMUM or token.word in _OF_A_DOSE


# --- whom it is not for -----------------------------------------------------------------------------------


def _kidney(base: KnowledgeBase, claim: Structure) -> Known | None:
    """`Avoid metformin below an eGFR of 30`: the limit itself, exact."""
    found, limits = _drugs(base, claim), _egfr(claim)
    if (
        len(found) != 1
        or len(limits) != 1
        or _stance(claim) != -1
        or not _says(claim, frozenset({"below", "under", "<", "less"}))
    ):
        return None
    drug = base.drugs[found[0]]
    known = {r.egfr_below for r in drug.renal if r.action == "avoid"}
    known |= {c.egfr_below for c in drug.contraindications if c.egfr_below is not None}
    if not known:
        return None
    told = f"{drug.name} is avoided below an eGFR of {', '.join(f'{k:g}' for k in sorted(known))}"
    if limits[0] in known:
        return Known(Verdict.SUPPORTED, told, drug.id) if _few_words(claim) else None
    return Known(Verdict.REFUTED, told, drug.id) if limits[0] > max(known) else None


def _egfr(claim: Structure) -> list[float]:
    """Values that stand with an eGFR."""
    if not any(t.key == "analyte.egfr" for t in claim.tokens):
        return []
    return [
        a.low for a in amounts(claim.text.lower()) if a.dimension.startswith("volume/") or a.dimension == ""
    ]


def _few_words(claim: Structure) -> bool:
    """No word besides what the check itself read."""
    return not [t for t in claim.tokens if t.part is Part.WORD and t.key not in _MODAL]


def _contraindication(base: KnowledgeBase, claim: Structure) -> Known | None:
    found, stance = _drugs(base, claim), _stance(claim)
    where = {t.key for t in claim.of(Part.NAME)}
    if len(found) != 1 or not where or stance == 0 or claim.of(Part.QUANTITY, Part.POPULATION, Part.LIMIT):
        return None
    drug = base.drugs[found[0]]
    for item in drug.contraindications:
        named = item.condition or item.finding
        if named not in where:
            continue
        told = f"{drug.name} is {'contraindicated' if item.severity == 'absolute' else 'to be used with caution'} in {base.named(named)}"
        if stance > 0 and item.severity == "absolute" and _few_words(claim):
            return Known(Verdict.REFUTED, told, drug.id)
        if stance < 0 and item.severity == "absolute" and _few_words(claim) and len(where) == 1:
            return Known(Verdict.SUPPORTED, told, drug.id)
    return None


def _reproduction(base: KnowledgeBase, claim: Structure) -> Known | None:
    found, stance = _drugs(base, claim), _stance(claim)
    groups = {t.key for t in claim.of(Part.POPULATION)} & {"for pregnant", "for breastfeeding"}
    if (
        len(found) != 1
        or len(groups) != 1
        or stance == 0
        or not _few_words(claim)
        or claim.of(Part.QUANTITY, Part.LIMIT)
    ):
        return None
    drug = base.drugs[found[0]]
    advice = drug.pregnancy if groups == {"for pregnant"} else drug.lactation
    told = f"{drug.name} in {'pregnancy' if groups == {'for pregnant'} else 'breastfeeding'}: {advice.advice}"
    if advice.advice in ("avoid", "contraindicated"):
        return Known(Verdict.SUPPORTED if stance < 0 else Verdict.REFUTED, told, drug.id)
    if advice.advice == "compatible":
        return Known(Verdict.SUPPORTED if stance > 0 else Verdict.REFUTED, told, drug.id)
    return None


def _interaction(base: KnowledgeBase, claim: Structure) -> Known | None:
    """That two drugs do not interact, or may be combined, where the base knows better; that they do, where it knows it."""
    found = _drugs(base, claim)
    if len(found) != 2 or claim.of(Part.QUANTITY):
        return None
    interacts = any(t.key.startswith("interact") for t in claim.tokens)
    together = any(
        t.word in ("together", "combined", "combine", "combination", "with", "alongside")
        for t in claim.tokens
    )
    if not interacts and not (together and _stance(claim)):
        return None
    known = base.interactions_between(*found)
    harmful = (interacts and not _turned(claim)) or (not interacts and _stance(claim) < 0)
    names = " and ".join(base.named(one) for one in found)
    if known and not harmful and _words_beside(claim) == 0:
        return Known(
            Verdict.REFUTED, f"{names} interact ({known[0].severity}): {known[0].effect}", known[0].id
        )
    if (
        known
        and harmful
        and _words_beside(claim) == 0
        and (interacts or known[0].severity in ("contraindicated", "major"))
    ):
        return Known(
            Verdict.SUPPORTED, f"{names} interact ({known[0].severity}): {known[0].effect}", known[0].id
        )
    return None


def _words_beside(claim: Structure) -> int:
    known = ("interact", "together", "combin", "alongsid", "safe")
    return sum(t.part is Part.WORD and not t.key.startswith(known) for t in claim.tokens)


# --- ranges -----------------------------------------------------------------------------------------------


def _range(base: KnowledgeBase, claim: Structure) -> Known | None:
    """`Normal potassium is 3.5 to 5.3 mmol/L`: the base's reference for adults, in its own unit."""
    named = [t.key for t in claim.of(Part.NAME) if t.key in base.analytes]
    if (
        len(named) != 1
        or not any(t.word in ("normal", "reference", "range") for t in claim.tokens)
        or _turned(claim)
    ):
        return None
    analyte = base.analytes[named[0]]
    stated = [a for a in amounts(claim.text.lower()) if a.low != a.high]
    if len(stated) != 1:
        return None
    for known in analyte.reference:
        if known.low is None or known.high is None:
            continue
        own = amounts(f"{known.low:g} to {known.high:g} {analyte.unit}".lower())
        if len(own) == 1 and own[0].dimension == stated[0].dimension:
            told = f"the reference of {analyte.name} is {known.low:g} to {known.high:g} {analyte.unit}"
            same = own[0].key == stated[0].key
            if same or not claim.of(Part.POPULATION):
                return Known(Verdict.SUPPORTED if same else Verdict.REFUTED, told, analyte.id)
    return None
