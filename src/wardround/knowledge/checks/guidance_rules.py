"""Does each pathway agree with what the base itself says of its drugs: kidney table, pregnancy, age, interactions,
management? A rule that the drug's own entry does not bear out is refused, for a constraint may cite it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Condition, Drug, Interaction
from wardround.knowledge.schema_guidance import Guidance, When
from wardround.knowledge.strata import Stratum, applying, holds

EGFR: Final = "analyte.egfr"
_BAD: Final = ("avoid", "contraindicated")
_AGES: Final = (0.1, 0.5, 1.5, 3.0, 6.0, 9.0, 13.0, 15.0, 17.0, 25.0, 35.0, 45.0, 55.0, 60.0, 70.0, 85.0)


def check_rules(draft: Draft, passage: Guidance) -> Iterator[Problem]:
    """The rule of a passage whose ids resolve."""
    rule = passage.rule
    if rule is None or rule.then.action not in ("avoid", "caution", "prefer"):
        return
    action, target = rule.then.action, rule.then.target
    drugs = [d for d in draft.drugs.values() if d.id == target or target in draft.class_closure(d)]
    if not drugs:
        yield Problem(passage.id, f"rule.then.{action}", f"{target} has no drug in the base")
    for when in rule.when:
        for drug in drugs:
            if when.pregnant and _forbidden_by(drug, rule.when):
                continue  # pregnancy is not the reason
            for fix in _against(action, drug, when, single=drug.id == target):
                yield Problem(passage.id, f"rule.then.{action}", f"{drug.id}: {fix}")
        if when.drug is not None and when.drug != target:
            yield from _interaction(draft, passage, action, when.drug, target)
    if action == "prefer":
        yield from _while_pregnant(draft, passage, drugs)
    named = [when.condition for when in rule.when if when.condition is not None]
    if (
        len(named) == 1 and named[0] in draft.conditions
    ):  # of two, one may be why the other is not treated as usual
        yield from _condition(draft, passage, draft.conditions[named[0]], drugs)


def _against(action: str, drug: Drug, when: When, *, single: bool) -> Iterator[str]:
    """What the drug's own entry holds against an action under one condition."""
    if when.analyte == EGFR and when.below is not None:
        yield from _renal(action, drug, when.below, single=single)
    if when.pregnant:
        advice = drug.pregnancy.advice
        fits = {"avoid": advice in _BAD, "caution": advice != "compatible", "prefer": advice not in _BAD}
        if not fits[action]:
            yield f"its entry says {advice} in pregnancy, the rule {action}"
    if when.age_below is not None and when.age_above is None and action == "avoid":
        limits = [c.who.age[1] for c in drug.contraindications if c.who is not None]
        if max([drug.min_age, *limits]) < when.age_below:
            yield f"its entry does not forbid it below {when.age_below:g} years"
    entry = {c.severity for c in drug.contraindications if when.condition and c.condition == when.condition}
    if "absolute" in entry and action != "avoid":
        yield f"is contraindicated in {when.condition}, the rule says {action}"
    if entry == {"relative"} and action == "avoid" and single:
        yield f"its entry asks for approval in {when.condition}, no more: write caution"


def _forbidden_by(drug: Drug, whens: tuple[When, ...]) -> bool:
    named = {when.condition for when in whens} - {None}
    return any(c.condition in named for c in drug.contraindications)


def _renal(action: str, drug: Drug, below: float, *, single: bool) -> Iterator[str]:
    limits = {r.egfr_below: r.action for r in drug.renal}
    for c in drug.contraindications:
        if c.egfr_below is not None and c.condition is None and c.finding is None:
            limits[c.egfr_below] = (
                "avoid" if c.severity == "absolute" else limits.get(c.egfr_below, "caution")
            )
    avoided = [limit for limit, what in limits.items() if what == "avoid"]
    if action == "avoid" and not (below in avoided if single else max(avoided, default=0.0) >= below):
        yield f"its entry avoids it below eGFR {avoided or 'none'}, the rule below {below:g}"
    if action == "caution" and not (below in limits if single else max(limits, default=0.0) >= below):
        yield f"its entry has limits at eGFR {sorted(limits)}, the rule at {below:g}"
    if action == "prefer" and max(avoided, default=0.0) >= below:
        yield f"its entry avoids it below eGFR {max(avoided):g}, the rule prefers it below {below:g}"


def _interaction(draft: Draft, passage: Guidance, action: str, one: str, other: str) -> Iterator[Problem]:
    found = [i.severity for i in draft.content.interactions if _meets(draft, i, one, other)]
    field = f"rule.then.{action}"
    if action == "prefer":
        if "contraindicated" in found:
            yield Problem(passage.id, field, f"{one} with {other} is contraindicated: prefer another")
    elif not found:
        yield Problem(passage.id, field, f"the base holds no interaction of {one} with {other}: add it first")
    elif action == "avoid" and set(found) == {"moderate"}:
        yield Problem(passage.id, field, f"{one} with {other} is moderate in the base: write caution")


def _meets(draft: Draft, item: Interaction, one: str, other: str) -> bool:
    if {one, other} & set(item.exceptions):
        return False
    a, b = _spread(draft, one), _spread(draft, other)
    first, second = item.between
    return (first in a and second in b) or (first in b and second in a)


def _spread(draft: Draft, slug: str) -> set[str]:
    """A drug with its classes; a class with its ancestors and all that is in it."""
    if slug in draft.drugs:
        return {slug, *draft.class_closure(draft.drugs[slug])}
    members = [d for d in draft.drugs.values() if slug in draft.class_closure(d)]
    return {slug, *(d.id for d in members), *(c for d in members for c in draft.class_closure(d))}


def _condition(draft: Draft, passage: Guidance, condition: Condition, drugs: list[Drug]) -> Iterator[Problem]:
    """Against the lines of management that reach the people whom the rule is for."""
    assert passage.rule is not None
    action, whens = passage.rule.then.action, passage.rule.when
    ids = {d.id for d in drugs}
    lines = [
        line
        for line in condition.management
        if line.regimen and line.regimen.drug in ids and any(holds(line.who, s) for s in _people(whens))
    ]
    told = " ".join(line.text.casefold() for line in condition.management)
    if action == "avoid" and lines and not any(w.analyte or w.finding or w.drug for w in whens):
        yield Problem(
            passage.id,
            "rule.then.avoid",
            f"{condition.id} gives {lines[0].regimen and lines[0].regimen.drug}",
        )
    if action == "prefer" and not lines:
        indicated = any(condition.id in dose.indication for d in drugs for dose in d.doses)
        if not indicated and not any(
            name.casefold() in told for d in drugs for name in (d.name, *d.synonyms)
        ):
            yield Problem(
                passage.id,
                "rule.then.prefer",
                f"{condition.id} does not use it in the base: add it there first",
            )


def _while_pregnant(draft: Draft, passage: Guidance, drugs: list[Drug]) -> Iterator[Problem]:
    """A rule that prefers a drug must leave out pregnancy where the drug's entry does."""
    assert passage.rule is not None
    whens = passage.rule.when
    bad = [drug.id for drug in drugs if drug.pregnancy.advice in _BAD]
    conditions = [draft.conditions[w.condition] for w in whens if w.condition in draft.conditions]
    reached = any(
        person.pregnant and all(applying(c.prevalence, person) is not None for c in conditions)
        for person in _people(whens)
    )
    if bad and reached:
        fix = f"{bad[0]} is not for use in pregnancy: add the condition pregnant: false"
        yield Problem(passage.id, "rule.when", fix)


def _people(whens: tuple[When, ...]) -> Iterator[Stratum]:
    for age in _AGES:
        for sex in ("female", "male"):
            for pregnant in (False, True) if sex == "female" and 13 <= age < 50 else (False,):
                stratum = Stratum(age, sex, pregnant)
                if all(_reaches(when, stratum) for when in whens):
                    yield stratum


def _reaches(when: When, stratum: Stratum) -> bool:
    return (
        (when.pregnant is None or when.pregnant == stratum.pregnant)
        and (when.sex is None or when.sex == stratum.sex)
        and (when.age_below is None or stratum.age < when.age_below)
        and (when.age_above is None or stratum.age >= when.age_above)
    )
