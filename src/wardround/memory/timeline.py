"""What stood on a day: corrections count from when they came, repeated statements are one and keep every source."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wardround.clinical import Concept, Fact, FactSource, PartialDate, Quantity

Naming = Callable[[Concept, str], str | None]
"""Our own id of what a record names, given its kind; None where it is not known. Lets two vocabularies meet."""
ONCE = frozenset(("result", "procedure", "immunization"))
"""What happens at a moment: two of them are the same only at the same time and with the same value."""
ALONE = frozenset(("summary", "plan", "settlement", "response"))
"""What is never said twice in the same sense."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is held to be so. `fact` is the account that stands, `facts` all that say the same, first first;
    `history` what corrections replaced, oldest first."""

    fact: Fact
    facts: tuple[Fact, ...]
    history: tuple[Fact, ...] = ()

    @property
    def sources(self) -> tuple[FactSource, ...]:
        """Everything that says it, each once, first first."""
        return tuple(dict.fromkeys(f.source for f in self.facts))


def known_on(facts: Iterable[Fact], on: date) -> list[Fact]:
    """What stood on this day of one patient's facts, in the order of writing: corrections count from when they came.

    A resource of a record holds its last state alone: of one that ended after this day, the end was not known.
    """
    return [_before_its_end(f, on) for f in standing_on(facts, on)]


def standing_on(facts: Iterable[Fact], on: date) -> list[Fact]:
    """The facts that no other one had replaced by this day, as they were written, in the order of writing.

    A record that was read again gives its resources' newer state; the older state of the same statement is left out.
    """
    recorded = [f for f in facts if f.recorded.date() <= on]
    replaced = {f.supersedes for f in recorded if f.supersedes}
    newest = {_origin(f): f.id for f in recorded}
    ended = _ended(recorded)
    return [
        f
        for place, f in enumerate(recorded)
        if f.id not in replaced
        and newest[_origin(f)] == f.id
        and f.status != "entered-in-error"
        and not (f.kind == "drug" and _ends(ended.get(concept_key(f)), place, f))
    ]


def statements(facts: Sequence[Fact], on: date, naming: Naming | None = None) -> tuple[Statement, ...]:
    """What stood on this day, each statement once, in the order in which it was first said.

    Two facts say the same where kind, status, value and concept agree (by a shared code, by the same words, or by our
    own id) and their times do not exclude each other. Of several accounts the most certain stands, then the one
    that says most.
    """
    standing = known_on(facts, on)
    before = _replaced_by({f.id: f for f in facts})
    groups: list[list[Fact]] = []
    called: dict[Hashable, dict[int, list[Fact]]] = {}
    for fact in standing:
        keys = _keys(fact, naming)
        group = _group_for(fact, keys, called)
        if group is None:
            group = []
            groups.append(group)
        group.append(fact)
        for key in keys:
            called.setdefault(key, {})[id(group)] = group
    return tuple(_statement(group, before) for group in groups)


def superseding_fault(new: Fact, old: Fact) -> str | None:
    """Why one fact may not supersede another, or None: only its own statement can be corrected, never another one."""
    if new.kind == "settlement":
        return None
    if new.kind != old.kind:
        return f"a {new.kind} cannot correct a {old.kind}"
    if same_concept(new.concept, old.concept):
        return None
    return f"'{new.concept.text}' is not '{old.concept.text}'"


def same_concept(one: Concept, other: Concept, kind: str = "", naming: Naming | None = None) -> bool:
    """Whether two concepts are one, by a shared code, by the same words, or by our own id."""
    return not set(_names(one, kind, naming)).isdisjoint(_names(other, kind, naming))


def concept_key(fact: Fact) -> Hashable:
    """The codes of what a fact is about, or its words where it has none."""
    codes = frozenset((c.system, c.code) for c in fact.concept.codings)
    return codes or fact.concept.text.casefold()


def is_stop(fact: Fact) -> bool:
    """Whether a fact is a visit's word that a drug ended, or is being lowered to nothing."""
    stopped = fact.status == "resolved" or fact.supersedes is not None
    return fact.kind == "drug" and fact.source.kind == "event" and stopped


def is_over(fact: Fact, on: date) -> bool:
    """Whether it had ended before this day; an end that cannot be compared has not."""
    return fact.valid_to is not None and fact.valid_to.latest().date() < on


def _before_its_end(fact: Fact, on: date) -> Fact:
    """What a resource said before it ended, where its end came after this day."""
    end = fact.valid_to
    if fact.source.kind != "fhir" or fact.status != "resolved" or end is None or end.earliest().date() <= on:
        return fact
    said = [part for part in fact.detail.split("; ") if not part.startswith(_OF_THE_END)]
    return replace(fact, status="active", valid_to=None, detail="; ".join(said))


_OF_THE_END = ("because: ", "abated ")
"""How a detail begins that tells of the end."""


# --- corrections -------------------------------------------------------------------------------------------


def _ended(recorded: list[Fact]) -> dict[Hashable, tuple[int, Fact]]:
    """Where, of each drug that a visit stopped, the last such word stands: it ends every earlier account of the drug,
    not only the one that it supersedes."""
    by_id = {f.id: f for f in recorded}
    ended: dict[Hashable, tuple[int, Fact]] = {}
    for place, fact in enumerate(recorded):
        if is_stop(fact):
            before = by_id.get(fact.supersedes or "")
            for one in (fact, before) if before is not None else (fact,):
                ended[concept_key(one)] = (place, fact)
    return ended


def _ends(stop: tuple[int, Fact] | None, place: int, fact: Fact) -> bool:
    return (
        stop is not None
        and place < stop[0]
        and (fact.source.encounter or "") != (stop[1].source.encounter or "")
    )


def _origin(fact: Fact) -> Hashable:
    """The statement of one resource of a record; a fact from anywhere else stands for itself."""
    if fact.source.kind != "fhir":
        return fact.id
    said = (concept_key(fact), fact.detail) if fact.kind == "allergy" else concept_key(fact)
    return (fact.kind, fact.source.reference, said)


def _replaced_by(by_id: dict[str, Fact]) -> Callable[[Fact], tuple[Fact, ...]]:
    """What each fact corrected, and what that had corrected before, oldest first. A ring of corrections ends."""

    def before(fact: Fact) -> tuple[Fact, ...]:
        chain: list[Fact] = []
        older = by_id.get(fact.supersedes or "")
        while older is not None and older not in chain:
            chain.append(older)
            older = by_id.get(older.supersedes or "")
        return tuple(reversed(chain))

    return before


# --- repetitions -------------------------------------------------------------------------------------------


def _statement(group: list[Fact], before: Callable[[Fact], tuple[Fact, ...]]) -> Statement:
    stands = max(group, key=_weight)
    widest = stands if stands.valid_from else replace(stands, valid_from=_first_start(group))
    history = dict.fromkeys(older for fact in group for older in before(fact))
    return Statement(widest, tuple(group), tuple(history))


_CERTAIN = {"confirmed": 3, "probable": 2, "reported": 1, "possible": 0}


def _weight(fact: Fact) -> tuple[int, int, bool, float]:
    """How much an account counts against others of the same statement."""
    return (
        _CERTAIN[fact.certainty],
        len(fact.detail),
        fact.valid_from is not None,
        -fact.recorded.timestamp(),
    )


def _first_start(group: list[Fact]) -> PartialDate | None:
    return next((f.valid_from for f in group if f.valid_from), None)


def _group_for(
    fact: Fact, keys: Iterable[Hashable], called: dict[Hashable, dict[int, list[Fact]]]
) -> list[Fact] | None:
    for key in keys:
        for group in called.get(key, {}).values():
            if all(_agree(fact, other) for other in group):
                return group
    return None


def _keys(fact: Fact, naming: Naming | None) -> list[Hashable]:
    if fact.kind in ALONE:
        return [fact.id]
    return [(fact.kind, name) for name in _names(fact.concept, fact.kind, naming)]


def _names(concept: Concept, kind: str, naming: Naming | None) -> list[Hashable]:
    """What a concept is called: its codes in their order, its words, our own id."""
    names: list[Hashable] = [(c.system, c.code) for c in concept.codings]
    names.append(concept.text.casefold())
    own = naming(concept, kind) if naming else None
    return [*names, own] if own else names


def _agree(one: Fact, other: Fact) -> bool:
    """Whether two facts about one concept say the same."""
    if one.status != other.status or not _same_value(one.value, other.value):
        return False
    if one.kind in ONCE:
        return one.valid_from == other.valid_from
    if one.kind == "allergy" and one.detail and other.detail and one.detail != other.detail:
        return False  # the milder account must not hide the graver
    if one.kind == "drug" and one.detail and other.detail and one.detail != other.detail:
        return False  # another dose is another statement
    return _may_be_at_once(one, other)


def _same_value(one: Quantity | str | bool | None, other: Quantity | str | bool | None) -> bool:
    return one == other or (one in (None, True) and other in (None, True))


def _may_be_at_once(one: Fact, other: Fact) -> bool:
    """Whether their times do not exclude each other. What says no time excludes nothing."""
    for first, second in ((one, other), (other, one)):
        if first.valid_to and second.valid_from and first.valid_to.before(second.valid_from):
            return False
    return True
