"""What the knowledge base itself says about one of its entries, as passages that can be retrieved and cited.

Nothing is added: each passage is the entry's own words or figures in a sentence, with the source and grade that the item
names. What is only estimated, or names no source, is no passage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from wardround.care.dose_words import regimen_in_words
from wardround.evidence import Depth, Document, Layer, Passage
from wardround.knowledge import (
    AdultDose,
    Adverse,
    Condition,
    Drug,
    Graded,
    Interaction,
    KnowledgeBase,
    Provenance,
    RedFlag,
    Renal,
    Treatment,
    Who,
)

CORPUS = "entries"
"""The name of these passages' corpus."""
ESTIMATED = "estimated"
"""The grade of what is for inference and simulation alone, and never quoted to anyone."""
G = TypeVar("G", bound=Graded)
_AVOID = {"avoid": "to be avoided", "reduce": "a smaller dose", "caution": "with caution"}


@dataclass(frozen=True, slots=True)
class Meant:
    """A passage, and whom it is for; None where that is everybody."""

    passage: Passage
    who: Who | None = None


@lru_cache(maxsize=4_096)
def entry_passages(base: KnowledgeBase, slug: str) -> tuple[Meant, ...]:
    """The passages of one entry, always the same; none for what the base does not hold."""
    write = _Entry(base, slug)
    if slug in base.conditions:
        return tuple(write.condition(base.conditions[slug]))
    if slug in base.drugs:
        return tuple(map(Meant, write.drug(base.drugs[slug])))
    if slug in base.red_flags:
        return tuple(map(Meant, write.red_flag(base.red_flags[slug])))
    if slug in base.interactions:
        return tuple(map(Meant, write.interaction(base.interactions[slug])))
    return ()


def interaction_id(interaction: str, drug: str, other: str) -> str:
    """The id of the passage about two drugs together."""
    return f"entry.{interaction}.{drug}.{other}#0"


def interaction_passage(base: KnowledgeBase, interaction: str, drug: str, other: str) -> Passage:
    """What the base says of two drugs together, by their own names: it may say it of their classes."""
    entry, write = base.interactions[interaction], _Entry(base, interaction)
    one, two = base.named(drug), base.named(other)
    sides = " with ".join(base.named(side) for side in entry.between)
    said = f"{one} with {two}: {entry.effect}. {entry.action} ({sides}, {entry.severity})"
    return write.passage(f"{drug}.{other}", f"{one} with {two}", said, Layer.PRACTICE, None, (drug, other))


def management_passage(condition: str, n: int) -> str:
    """The id of the passage that holds line `n` of a condition's management."""
    return f"entry.{condition}.management.{n}#0"


def renal_sentence(drug: str, line: Renal) -> str:
    """What the base says of a drug below an eGFR."""
    return f"{drug} below an eGFR of {line.egfr_below:g}: {_AVOID[line.action]}. {line.note}"


def order_sentence(drug: str, order: str) -> str:
    """An order as a sentence of its own."""
    return f"{drug}: {order}."


class _Entry:
    def __init__(self, base: KnowledgeBase, slug: str) -> None:
        self._base, self._slug = base, slug

    def condition(self, entry: Condition) -> Iterator[Meant]:
        name, own = entry.name, Layer.PUBLIC
        if entry.told is not None:
            what, when = f"{name}: what it is", f"{name}: when to seek help"
            yield Meant(self.passage("explain", what, entry.explain, own, entry.told))
            yield Meant(self.passage("safety_net", when, entry.safety_net, own, entry.told))
        for n, line in enumerate(entry.management):
            about = (line.regimen.drug,) if line.regimen else ()
            title = f"{name}: {line.line} line, {line.kind.replace('_', '-')}"
            part, told = f"management.{n}", f"{title}, for patients"
            text = f"{line.text} {self._regimen(line)}".strip()
            yield Meant(self.passage(part, title, text, Layer.PRACTICE, line, about), line.who)
            yield Meant(self.passage(f"{part}.patient", told, line.patient_text, own, line, about), line.who)
        for n, (stated, items) in enumerate(self._by_source(entry.monitoring)):
            said = "; ".join(m.what for m in items)
            yield Meant(
                self.passage(f"monitoring.{n}", f"{name}: what to watch", said, Layer.PRACTICE, stated)
            )

    def _regimen(self, line: Treatment) -> str:
        """The line's regimen as an order says it, so that the order can cite it."""
        if line.regimen is None:
            return ""
        return order_sentence(self._base.named(line.regimen.drug), regimen_in_words(line.regimen))

    def drug(self, entry: Drug) -> Iterator[Passage]:
        name, limit = entry.name, entry.max_daily
        most = f"At most {limit.value:g} {limit.unit} of {name} a day."
        parts: tuple[tuple[str, str, Sequence[Graded], Callable[[Any], str], str], ...] = (
            ("dose", "doses", entry.doses, self._dose(name), most),
            ("renal", "kidneys", entry.renal, lambda r: renal_sentence(name, r), ""),
            ("contraindication", "contraindications", entry.contraindications, lambda c: f"{name}, {c.severity} contraindication: {c.reason}", ""),
            ("pregnancy", "pregnancy", (entry.pregnancy,), lambda r: f"{name} in pregnancy: {r.advice}. {r.note}", ""),
            ("lactation", "breastfeeding", (entry.lactation,), lambda r: f"{name} while breastfeeding: {r.advice}. {r.note}", ""),
            ("monitoring", "what to watch", entry.monitoring, lambda m: f"{name}: {m.what}", ""),
            ("adverse", "adverse effects", entry.adverse, self._effect(name), ""),
        )  # fmt: skip
        for part, title, items, say, last in parts:
            for n, (stated, own) in enumerate(self._by_source(items)):
                said = "\n".join((*(say(one) for one in own), *([last] if last and n == 0 else ())))
                yield self.passage(f"{part}.{n}", f"{name}: {title}", said, Layer.PRACTICE, stated)

    def _dose(self, name: str) -> Callable[[Any], str]:
        def say(dose: AdultDose) -> str:
            least, most = dose.per_day
            per = f"{least:g}" if least == most else f"{least:g} to {most:g}"
            amount = f"{dose.low:g}" if dose.low == dose.high else f"{dose.low:g} to {dose.high:g}"
            known = dose.indication in self._base
            indication = self._base.named(dose.indication) if known else dose.indication
            return f"{name} for {indication}: {amount} {dose.unit} {dose.route}, {per} times a day."

        return say

    def _effect(self, name: str) -> Callable[[Adverse], str]:
        def say(effect: Adverse) -> str:
            finding = self._base.named(effect.finding) if effect.finding else effect.effect
            return f"{finding[:1].upper()}{finding[1:]} can come from {name} ({effect.effect})."

        return say

    def _by_source(self, items: Sequence[G]) -> list[tuple[G, list[G]]]:
        """The items together that name the same work and grade, each group with its first; estimates are left out."""
        groups: dict[tuple[str, str], list[G]] = {}
        for item in items:
            stated = self._base.provenance(self._base.entity(self._slug), item)
            if stated.grade == ESTIMATED:
                continue
            groups.setdefault((stated.source, stated.grade), []).append(item)
        return [(group[0], group) for group in groups.values()]

    def red_flag(self, entry: RedFlag) -> Iterator[Passage]:
        yield self.passage("do", entry.name, f"{entry.name}. {entry.do}", Layer.PRACTICE, None)
        yield self.passage("patient", f"{entry.name}, for patients", entry.patient_text, Layer.PUBLIC, None)

    def interaction(self, entry: Interaction) -> Iterator[Passage]:
        one, other = (self._base.named(side) for side in entry.between)
        said = f"{one} with {other} ({entry.severity}): {entry.effect} {entry.action}"
        yield self.passage("effect", f"{one} with {other}", said, Layer.PRACTICE, None, entry.between)

    def passage(
        self,
        part: str,
        title: str,
        text: str,
        layer: Layer,
        item: Graded | Provenance | None,
        about: tuple[str, ...] = (),
    ) -> Passage:
        """A passage of this entry, with the source and grade of the item, else of the entry."""
        entity = self._base.entity(self._slug)
        stated = item if isinstance(item, Provenance) else self._base.provenance(entity, item)
        work = self._base.sources[stated.source]
        when = f" ({work.year})" if work.year else ""
        document = Document(
            id=f"entry.{self._slug}.{part}",
            title=title,
            layer=layer,
            depth=Depth.SUMMARY,
            source=f"{work.body}: {work.title}{when}",
            corpus=CORPUS,
            grade=stated.grade,
            year=work.year,
            url=work.url,
        )
        return Passage(f"{document.id}#0", document, text, 0, len(text), None, None, (self._slug, *about))
