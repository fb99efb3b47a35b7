"""The knowledge base as the rules read it: looked up by drug, prepared once per base, so that judging stays cheap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite

from wardround.care.arguments import Prescribe
from wardround.care.chart import Allergy, Chart
from wardround.care.constraints.pathways import Ground, pathways_cited
from wardround.care.constraints.rule import About, Rule, Says, Word, judging
from wardround.clinical import Quantity, UnitError, convert
from wardround.knowledge import (
    Contraindication,
    Drug,
    Entity,
    Interaction,
    KnowledgeBase,
    Monitoring,
    PaediatricDose,
    Renal,
    Reproductive,
    Treatment,
    UnknownEntityError,
    may_hold,
)

REVIEWED = ("measured", "reviewed")
Item = Contraindication | Monitoring | PaediatricDose | Renal | Reproductive | Treatment
"""Parts of an entry that may name a source of their own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A drug that the patient takes or was prescribed in this visit."""

    drug: str
    event: str
    new: bool
    lowered: bool = False

    @property
    def when(self) -> str:
        """How it is taken, for a reason."""
        if self.lowered:
            return f"lowered step by step before it ends, event {self.event}"
        return (
            f"prescribed in this visit, event {self.event}" if self.new else f"taken now, event {self.event}"
        )


class Formulary:
    """Look-ups over one base. Holds nothing of any patient beyond small caches keyed by words."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.drugs = base.drugs
        self.classes = {drug: base.classes_of(drug) for drug in base.drugs}
        self.lines = _lines(base)
        self._allergens = {*base.cross_reactivity, *base.drugs, *base.classes}
        self._allergens.update(group for drug in base.drugs.values() for group in drug.cross_reactivity)
        self._cited: dict[tuple[int, int], str] = {}
        self.interactions: Callable[[str, str], tuple[Interaction, ...]] = lru_cache(maxsize=16_384)(
            base.interactions_between
        )
        self._keys = lru_cache(maxsize=4_096)(self._keys_of)

    # --- sources ------------------------------------------------------------------------------------------

    def cite(self, entity: Entity, item: Item | None = None) -> str:
        """Source and grade of what a reason rests on, as it stands at the reason's end."""
        key = (id(entity), id(item))  # the base keeps both alive
        cited = self._cited.get(key)
        if cited is None:
            cited = self._cited[key] = self._cite(entity, item)
        return cited

    def _cite(self, entity: Entity, item: Item | None) -> str:
        try:
            known = self.base.provenance(entity, item)
        except UnknownEntityError:
            return "(source not stated: unreviewed)"
        unreviewed = "" if known.grade in REVIEWED else ": unreviewed"
        return f"({known.source}, {known.grade}{unreviewed})"

    def named(self, slug: str) -> str:
        """A name for people; the id itself where the base does not know it."""
        return self.base.named(slug) if slug in self.base else slug

    # --- drugs --------------------------------------------------------------------------------------------

    def taken(self, chart: Chart) -> list[Taken]:
        """What the patient takes as far as the base knows it, what was prescribed in this visit, and what is only being
        lowered before it ends."""
        found = [Taken(d.drug, d.event, False) for d in chart.drugs if d.drug in self.drugs and d.drug]
        found += [Taken(p.drug, p.event, True) for p in chart.prescriptions if p.drug in self.drugs]
        found += [
            Taken(s.drug, s.event, False, lowered=True)
            for s in chart.stopped
            if s.taper_days and s.taken and s.drug in self.drugs
        ]
        return found

    def amount(self, drug: Drug, order: Prescribe, unit: str | None = None) -> float | None:
        """One intake in the unit of the drug's daily maximum (or in `unit`), or None where that cannot be told."""
        wanted = unit or drug.max_daily.unit
        if not isfinite(order.dose):
            return None
        if order.unit == wanted:
            return order.dose
        try:
            return convert(Quantity(order.dose, order.unit), wanted).value
        except (UnitError, ValueError):
            return None

    def line_of(self, chart: Chart, order: Prescribe) -> Treatment | None:
        """The base's own line of management that this order repeats exactly, meant for this patient; else None."""
        for line in self.lines.get((order.drug, order.indication), ()):
            regimen = line.regimen
            if (
                regimen is not None
                and regimen.dose.value == order.dose
                and regimen.dose.unit == order.unit
                and regimen.route == order.route
                and regimen.per_day == order.per_day
                and (regimen.days is None or (order.days is not None and order.days <= regimen.days))
                and may_hold(line.who, chart.age, chart.evidence.sex, chart.evidence.pregnant)
            ):
                return line
        return None

    # --- allergies ----------------------------------------------------------------------------------------

    def keys(self, allergy: Allergy) -> tuple[str, ...]:
        """Groups, drugs and classes that an allergy is to, sorted; empty where the base cannot place it."""
        return self._keys(allergy.groups, allergy.drug, allergy.text[:200])

    def _keys_of(self, groups: tuple[str, ...], drug: str | None, text: str) -> tuple[str, ...]:
        found = {slug for slug in (*groups, drug) if slug in self._allergens}
        if not found:
            found.update(self._named(text))
        for slug in tuple(found):
            if slug in self.drugs:
                found.update(self.drugs[slug].cross_reactivity)
        return tuple(sorted(found))

    def _named(self, text: str) -> tuple[str, ...]:
        """What an allergy's words name: the whole of them, else the drugs or the groups that they hold."""
        whole = self.base.slug_for(None, None, text, ("allergy", "drug", "class"))
        names = self.base.names
        return (whole,) if whole else names.drugs_in(text) or names.allergies_in(text)


def _lines(base: KnowledgeBase) -> dict[tuple[str, str], tuple[Treatment, ...]]:
    found: dict[tuple[str, str], tuple[Treatment, ...]] = {}
    for condition in base.conditions.values():
        for line in condition.management:
            if line.regimen is not None:
                key = (line.regimen.drug, condition.id)
                found[key] = (*found.get(key, ()), line)
    return found


OnDrug = Callable[[Formulary, Chart, Drug, Prescribe], Word | None]


def prescribing(book: Formulary, about: About, says: Says, say: OnDrug, ground: Ground | None = None) -> Rule:
    """A rule on prescriptions of drugs that the base knows; the others are denied by `care.drug.unknown`.

    `ground` is what it rests on: where guidance has a care pathway that says the same, the reason names it.
    """
    drugs = book.drugs

    def on_order(chart: Chart, order: Prescribe) -> Word | None:
        drug = drugs.get(order.drug)
        word = None if drug is None else say(book, chart, drug, order)
        if word is None or drug is None or ground is None:
            return word
        taken = frozenset(t.drug for t in book.taken(chart))
        cited = pathways_cited(book.base, chart, drug, ground, taken)
        return replace(word, reason=f"{word.reason}{cited}") if cited else word

    return judging(about, says, "prescribe", on_order)
