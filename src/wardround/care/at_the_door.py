"""What a visit begins with: memory's context as observations, one for each fact, each seen by whom it may be seen.

Agents read what fits their budget and their role. The rules that guard a prescription read the whole: an allergy that
found no room, an illness that is withheld, comes in as an observation without an agent among its audience.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from wardround.care.clinic import ROLE_TOOLS, Clinic
from wardround.care.conflicts_at_the_door import account_observations, conflict_observations
from wardround.care.prose import fact_words
from wardround.care.remembering import causes_of, fact_view, slug_of
from wardround.clinical import Fact
from wardround.harness import JSON, EventRef, Observed, Policy
from wardround.memory import (
    DEFAULT_BUDGET,
    Brief,
    Conflict,
    Context,
    Disclosure,
    Memory,
    Statement,
    conflict_for,
    dictionary,
    for_roles,
)

Said = tuple[Observed, tuple[EventRef, ...]]
RULES = ("rules",)
"""An audience without agents: the chart holds it, nobody reads it."""
FOR_RULES = ("allergy", "drug", "problem", "result", "finding", "response")
"""Kinds that rules go by."""
AS_FACTS = frozenset(
    ("allergies", "drugs", "problems", "values", "findings", "visits", "pregnancy", "responses", "directives")
)
"""Parts of the context that are taken into the chart. What is merely relevant is read: it may be long past."""
COORDINATOR = "attending"
SIZE_OF_MARKS = 8
"""About so many tokens stand around a fact where a model reads it: its number, and that it comes from memory."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much an agent can read: tokens, and how they are counted (None: memory's own estimate)."""

    budget: int = DEFAULT_BUDGET
    count: Callable[[str], int] | None = None

    @classmethod
    def of(cls, policy: Policy, asked: int | None) -> Room:
        """What was asked for, else what the policy says, counted as its own tokenizer counts where it has one."""
        own = getattr(policy, "memory_tokens", None)
        count = getattr(policy, "count_tokens", None)
        budget = asked if asked is not None else own if own is not None else DEFAULT_BUDGET
        return cls(budget, count if callable(count) else None)


@dataclass(frozen=True, slots=True)
class Door:
    """One visit's door: whose, when, and what the complaint was understood to mean."""

    clinic: Clinic
    memory: Memory
    patient_id: str
    on: date
    complaint: JSON

    def observations(self, room: Room) -> tuple[Said, ...]:
        """Facts in the order of the brief, what is settled, contradictions, what is not here, and the complaint."""
        brief = self.memory.brief(patient_id=self.patient_id, on=self.on)
        said: list[Said] = []
        if self.memory.store.revision(patient_id=self.patient_id):
            said = list(self._from_memory(brief, room))
        known = {"kind": "known", "allergies": brief.allergies_known, "drugs": brief.drugs_known}
        facts = [one for one in said if one[0].content["kind"] == "fact"]
        others = [one for one in said if one[0].content["kind"] != "fact"]
        return (*facts, (Observed("memory", known), ()), *others, (Observed("patient", self.complaint), ()))

    def _from_memory(self, brief: Brief, room: Room) -> Iterator[Said]:
        context = self._context(room)
        standing = self.memory.statements(patient_id=self.patient_id, on=self.on)
        whole = {f.id: f for s in standing for f in (s.fact, *s.facts)}
        whole.update((f.id, f) for f in brief.facts)
        read: set[str] = set()
        for item in context.items:
            full, causes = whole.get(item.facts[0].id, item.facts[0]), _causes(item.facts)
            if item.short:
                yield from self._for_each(replace(full, detail="", value=None), causes, context, "recalled")
            elif item.section in AS_FACTS:
                read.add(full.id)
                yield from self._for_each(full, causes, context, "fact")
            elif item.section == "relevant":
                yield from self._for_each(full, causes, context, "recalled")
            elif item.section == "earlier visits":
                earlier = {"kind": "earlier", "text": item.text, "id": full.id}
                yield Observed("memory", earlier, self._whole_for(full, context)), causes
        yield from self._for_rules(brief, standing, read)
        yield from account_observations(brief, standing)
        conflicts = [item.conflict for item in context.items if item.conflict is not None]
        yield from conflict_observations(
            self.clinic, conflicts, standing, lambda one: self._both_for(one, context)
        )
        yield from _not_here(context)

    def _context(self, room: Room) -> Context:
        heard: JSON = self.complaint["findings"]
        about = {f for f, value in heard.items() if value not in (False, None)}
        about |= {m["id"] for m in self.complaint.get("mentions", ()) if m["id"] and not m["negated"]}
        count = room.count
        return self.memory.context(
            patient_id=self.patient_id,
            on=self.on,
            complaint=self.complaint["text"],
            about=about,
            budget=room.budget,
            count=None if count is None else lambda text: count(text) + SIZE_OF_MARKS,
            line=None if count is None else self._line,
            vocabulary=dictionary(self.clinic.base),
        )

    def _line(self, statement: Statement) -> str:
        """A statement as a model will read it."""
        return fact_words(self._view(statement.fact))

    def _view(self, fact: Fact) -> JSON:
        view = fact_view(self.clinic, fact)
        if fact.kind == "response":
            view = {**view, "slug": slug_of(self.clinic.base, fact.concept, "drug")}
        return view

    def _for_each(
        self, fact: Fact, causes: tuple[EventRef, ...], context: Context, kind: str
    ) -> Iterator[Said]:
        """A fact to those who may see it whole, and what is left of it to the others. The chart takes it in once: as
        the attending may see it."""
        for seen, roles in self._seen(fact, context):
            own = kind if COORDINATOR in roles else "recalled"
            yield self._said(own, seen, causes, () if len(roles) == len(ROLE_TOOLS) else roles)

    def _seen(self, fact: Fact, context: Context) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
        return for_roles(fact, ROLE_TOOLS, context.concerns, dictionary(self.clinic.base))

    def _whole_for(self, fact: Fact, context: Context) -> tuple[str, ...]:
        """Who may see all of it, as an audience."""
        roles = next((roles for seen, roles in self._seen(fact, context) if seen == fact), RULES)
        return () if len(roles) == len(ROLE_TOOLS) else roles

    def _both_for(self, conflict: Conflict, context: Context) -> tuple[str, ...]:
        """Who may see both sides of a contradiction, as an audience."""
        words = dictionary(self.clinic.base)
        seeing = [
            role
            for role in ROLE_TOOLS
            if conflict_for(conflict, Disclosure(role, context.concerns), words) == conflict
        ]
        return () if len(seeing) == len(ROLE_TOOLS) else tuple(seeing) or RULES

    def _said(self, kind: str, fact: Fact, causes: tuple[EventRef, ...], audience: Collection[str]) -> Said:
        return Observed("memory", {"kind": kind, "fact": self._view(fact)}, tuple(audience)), causes

    def _for_rules(
        self, brief: Brief, standing: Iterable[Statement], read: Collection[str]
    ) -> Iterator[Said]:
        """What agents do not read and rules must know."""
        responses = [s.fact for s in standing if s.fact.kind == "response" and s.fact.status == "active"]
        for fact in (*brief.facts, *responses):
            if fact.kind in FOR_RULES and fact.id not in read:
                yield self._said("fact", fact, causes_of(fact), RULES)


def _causes(facts: Iterable[Fact]) -> tuple[EventRef, ...]:
    """The events that any account of it was learnt in."""
    return tuple(dict.fromkeys(ref for fact in facts for ref in causes_of(fact)))


def _not_here(context: Context) -> Iterator[Said]:
    """What found no room and what is withheld, and the way to it."""
    if context.left_out:
        parts = [
            {"section": p.section, "count": p.count, "names": list(p.names), "how": p.how}
            for p in context.left_out
        ]
        text = context.notes()[0]
        yield Observed("memory", {"kind": "left_out", "text": text, "parts": parts}), ()
    if context.withheld:
        counts = dict(context.withheld.counts)
        said = {"kind": "withheld", "text": context.withheld.note(), "counts": counts}
        yield Observed("memory", said), ()
