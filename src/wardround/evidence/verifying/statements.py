"""The knowledge base's own sentences, as texts that a claim can be held against: each with the id of what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wardround.evidence.reading.sentences import sentences
from wardround.knowledge import Condition, Drug, KnowledgeBase


@dataclass(frozen=True, slots=True)
class Statement:
    """`id` is an entity's. `text` reads on its own; where it is `whole`, no piece of it does."""

    id: str
    text: str
    whole: bool = False


def statements(base: KnowledgeBase) -> Iterator[Statement]:
    """All of them, in the order of the base."""
    for condition in base.conditions.values():
        yield from (Statement(condition.id, text) for text in _of_condition(condition))
    for drug in base.drugs.values():
        yield from (Statement(drug.id, text, whole=True) for text in _of_drug(base, drug))
    for item in base.interactions.values():
        names = " with ".join(base.named(one) for one in item.between)
        for text in (item.effect, item.action, item.mechanism):
            yield from (Statement(item.id, f"{names}: {one.text}", whole=True) for one in sentences(text))
    for flag in base.red_flags.values():
        yield Statement(flag.id, flag.do)
        yield Statement(flag.id, flag.patient_text)


def _after(name: str, text: str) -> Iterator[str]:
    """Every sentence with the name before it."""
    return (f"{name}: {one.text}" for one in sentences(text))


def _of_condition(condition: Condition) -> Iterator[str]:
    yield condition.safety_net
    yield condition.explain
    for treatment in condition.management:
        yield f"{condition.name}: {treatment.text}"
        yield treatment.text
        yield treatment.patient_text
    for watch in condition.monitoring:
        yield f"{condition.name}: {watch.what}"
    for complication in condition.complications:
        yield f"{condition.name} can cause {complication}"


def _of_drug(base: KnowledgeBase, drug: Drug) -> Iterator[str]:
    name = drug.name
    for dose in drug.doses:
        indication = base.named(dose.indication) if dose.indication in base else dose.indication
        amount = f"{dose.low:g}" + (f" to {dose.high:g}" if dose.high != dose.low else "")
        often = f"{dose.per_day[0]:g}" + (
            f" to {dose.per_day[1]:g}" if dose.per_day[1] != dose.per_day[0] else ""
        )
        yield f"{name} for {indication}: {amount} {dose.unit} {often} times a day, {dose.route}"
    yield f"The maximum of {name} is {drug.max_daily.value:g} {drug.max_daily.unit} a day"
    for limit in drug.renal:
        yield f"{name}: {limit.action} when the eGFR is below {limit.egfr_below:g}"
        yield from _after(f"{name} when the eGFR is below {limit.egfr_below:g}", limit.note)
    if drug.hepatic:
        yield from _after(f"{name} in liver disease", drug.hepatic)
    yield f"{name} in pregnancy is {drug.pregnancy.advice}"
    yield from _after(f"{name} in pregnancy", drug.pregnancy.note)
    yield f"{name} in breastfeeding is {drug.lactation.advice}"
    yield from _after(f"{name} in breastfeeding", drug.lactation.note)
    for item in drug.contraindications:
        where = item.condition or item.finding
        if where is not None:
            how = "contraindicated" if item.severity == "absolute" else "used with caution"
            yield f"{name} is {how} in {base.named(where)}"
            yield from _after(f"{name} in {base.named(where)}", item.reason)
    for adverse in drug.adverse:
        yield f"{name} can cause {adverse.effect}"
    for watch in drug.monitoring:
        yield f"{name}: {watch.what}"
