"""Progressive disclosure: who sees which sensitive category, when, and what they are told of what they do not see.

Deny by default: a role that is not in the table sees nothing sensitive. A drug is shown to whoever treats, so that an
interaction is seen; what it is for is not. Who asks with a purpose gets what the role may have, and stands in the audit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from wardround.clinical import Fact
from wardround.knowledge import Condition, KnowledgeBase, Sensitivity
from wardround.memory.conflicts import Conflict
from wardround.memory.sensitivity import CATEGORIES, NONE, Categories, marks_of, names_of, without, words_of
from wardround.memory.timeline import Statement
from wardround.memory.vocabulary import Vocabulary

EVERYTHING: Final = frozenset(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Need:
    """What a role may see: `of` these categories where the visit concerns them or a purpose is given; `always` without
    either. `drugs`: every drug that is taken, whatever it tells."""

    of: Categories = NONE
    always: bool = False
    drugs: bool = True


NEEDS: Final[Mapping[str, Need]] = {
    "physician": Need(EVERYTHING, always=True),
    "patient": Need(EVERYTHING, always=True),
    "attending": Need(EVERYTHING),
    "history": Need(EVERYTHING),
    "safety_officer": Need(EVERYTHING),
    "pharmacist": Need(frozenset(("mental_health", "hiv", "genetics", "substance_use"))),
    "investigations": Need(frozenset(("sexual_health", "hiv", "genetics", "substance_use"))),
}
"""By role. The physician signs for everything and the patient owns it."""
NOBODY: Final = Need(drugs=False)
"""Any other role."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who looks, and what about. `concerns` are the categories that the visit is about, `purpose` why they ask."""

    role: str = "physician"
    concerns: Categories = NONE
    purpose: str = ""

    @property
    def need(self) -> Need:
        """The role's line of the table."""
        return NEEDS.get(self.role, NOBODY)

    @property
    def open(self) -> Categories:
        """The categories that are shown."""
        need = self.need
        if need.always:
            return EVERYTHING
        return need.of if self.purpose.strip() else need.of & self.concerns

    @property
    def hidden(self) -> Categories:
        """The categories that are withheld."""
        return EVERYTHING - self.open


@dataclass(frozen=True)
class Withheld:
    """How much is not shown, by category. An entry of two categories counts in both."""

    counts: Mapping[Sensitivity, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.counts)

    def note(self) -> str:
        """`1 entry on mental health is withheld; ask with a purpose`. Empty where nothing is."""
        said = [
            f"{n} {'entry' if n == 1 else 'entries'} on {names_of([c])} {'is' if n == 1 else 'are'} withheld"
            for c, n in self.counts.items()
        ]
        return f"{'; '.join(said)}; ask with a purpose" if said else ""


@dataclass(frozen=True)
class Disclosed:
    """What may be seen of some statements, in their order, and how much may not. `whole`: none of it was cut."""

    shown: tuple[Statement, ...]
    hidden: tuple[Statement, ...]
    withheld: Withheld

    @property
    def whole(self) -> bool:
        return not self.withheld


def disclosed(statements: Iterable[Statement], to: Disclosure, vocabulary: Vocabulary) -> Disclosed:
    """Statements as this reader may see them: shown, cut, or counted."""
    hidden = to.hidden
    if not hidden:
        return Disclosed(tuple(statements), (), Withheld())
    shown: list[Statement] = []
    kept_back: list[Statement] = []
    counts: Counter[Sensitivity] = Counter()
    for statement in statements:
        left = cut(statement, to, vocabulary)
        if left is not None:
            shown.append(left)
        if left is not statement:
            kept_back.append(statement)
            counts.update(_categories(statement, vocabulary) & hidden)
    return Disclosed(tuple(shown), tuple(kept_back), withheld_of(counts))


def withheld_of(counts: Mapping[Sensitivity, int]) -> Withheld:
    """Counts in the order of the categories."""
    return Withheld({c: counts[c] for c in CATEGORIES if counts.get(c)})


def cut(statement: Statement, to: Disclosure, vocabulary: Vocabulary) -> Statement | None:
    """What may be seen of a statement, of every account of it and of what they corrected; None where nothing may."""
    hidden = to.hidden
    if not hidden or not _categories(statement, vocabulary) & hidden:
        return statement
    fact = fact_for(statement.fact, to, vocabulary)
    if fact is None:
        return None
    facts = tuple(f for f in (fact_for(one, to, vocabulary) for one in statement.facts) if f is not None)
    history = (fact_for(one, to, vocabulary) for one in statement.history)
    left = replace(
        statement, fact=fact, facts=facts or (fact,), history=tuple(f for f in history if f is not None)
    )
    return statement if left == statement else left


def fact_for(fact: Fact, to: Disclosure, vocabulary: Vocabulary) -> Fact | None:
    """What may be seen of one fact; None where nothing may."""
    return without(fact, to.hidden, vocabulary, drugs=to.need.drugs)


def for_roles(
    fact: Fact, roles: Iterable[str], concerns: Categories, vocabulary: Vocabulary
) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
    """What is left of a fact for each of some roles, in a visit that concerns these categories: those who may see the
    same together, in the order of the roles. Who may see nothing is not among them."""
    left: dict[Fact, list[str]] = {}
    for role in roles:
        seen = fact_for(fact, Disclosure(role, concerns), vocabulary)
        if seen is not None:
            left.setdefault(seen, []).append(role)
    return tuple((seen, tuple(together)) for seen, together in left.items())


def conflict_for(conflict: Conflict, to: Disclosure, vocabulary: Vocabulary) -> Conflict | None:
    """What may be seen of a conflict; None where one of its sides may not be seen."""
    first = fact_for(conflict.first, to, vocabulary)
    second = fact_for(conflict.second, to, vocabulary)
    return replace(conflict, first=first, second=second) if first and second else None


def _categories(statement: Statement, vocabulary: Vocabulary) -> Categories:
    return frozenset().union(
        *(marks_of(f, vocabulary).all for f in (statement.fact, *statement.facts, *statement.history))
    )


# --- what a visit concerns -----------------------------------------------------------------------------------

REVIEW = re.compile(
    r"\b(?:as agreed|check-?up|for (?:the|my) (?:check|review)|review|follow-?up|repeat prescription|come back as)\b"
    r"|复查|复诊|随访",
    re.I,
)
"""A visit about whatever is under treatment."""
UNDER_TREATMENT = timedelta(days=365)
LIKELY = 0.2
"""So often, at least, an illness brings what the patient complains of, for it to concern the visit."""


def concerns(
    complaint: str,
    statements: Sequence[Statement],
    *,
    on: date,
    vocabulary: Vocabulary,
    about: Collection[str] = (),
) -> Categories:
    """The categories that a visit concerns: what the complaint names, the illnesses on record that would explain it,
    and, where the patient comes for a review, what is under treatment. `about`: entries known to be meant."""
    named = {*vocabulary.entries_in(complaint), *about}
    found = set(words_of(complaint, vocabulary))
    review = bool(REVIEW.search(complaint))
    for statement in statements:
        fact = statement.fact
        if fact.kind not in ("problem", "finding") or fact.status == "refuted":
            continue
        categories = marks_of(fact, vocabulary).about
        if not categories <= found and (
            _explains(vocabulary.base, vocabulary.meaning(fact).slugs, named)
            or (review and _under_treatment(fact, on))
        ):
            found |= categories
    return frozenset(found)


def _explains(base: KnowledgeBase, slugs: Iterable[str], named: Collection[str]) -> bool:
    return any(not named_by(base, slug).isdisjoint(named) for slug in slugs)


@lru_cache(maxsize=1_024)
def named_by(base: KnowledgeBase, slug: str) -> frozenset[str]:
    """An entry, and what it often brings."""
    condition = base.conditions.get(slug)
    if not isinstance(condition, Condition):
        return frozenset((slug,))
    brings = (m.finding for m in condition.findings if m.p is not None and m.p >= LIKELY)
    return frozenset((slug, *brings))


def _under_treatment(fact: Fact, on: date) -> bool:
    ended = fact.valid_to is not None and fact.valid_to.latest().date() < on - UNDER_TREATMENT
    return fact.status == "active" and not ended
