"""The context of a visit under a token budget: what always goes in, what bears on the complaint, and what was left out.

Nothing is cut in silence. What always goes in comes first, allergies before all; what finds no room is named, with the
way to it. Older visits stand in a line each, and open when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from wardround.clinical import Fact
from wardround.memory.brief import LAST_VISITS, MAX_VALUES, Brief
from wardround.memory.conflicts import Conflict
from wardround.memory.disclosure import Withheld
from wardround.memory.recall import Recollection
from wardround.memory.sensitivity import NONE, Categories
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import began, entry_of, is_current
from wardround.memory.vocabulary import PREGNANCY, Vocabulary

Count = Callable[[str], int]
Line = Callable[[Statement], str]
Section = Literal[
    "allergies", "drugs", "problems", "pregnancy", "directives", "conflicts", "responses",
    "relevant", "values", "visits", "findings", "earlier visits",
]  # fmt: skip
ALWAYS: Final[tuple[Section, ...]] = (
    "allergies", "drugs", "problems", "pregnancy", "directives", "conflicts", "responses",
)  # fmt: skip
"""What goes in whatever the complaint is, in the order in which room is given."""
DEFAULT_BUDGET: Final = 12_000
"""Tokens; a record of forty values and forty findings takes about half of it."""
NAMED: Final = 8
"""So many of what is left out of a section are named; the others are counted."""
NOTE_SHARE: Final = 4
"""Names of what is left out may take this part of the budget; beyond it numbers have to do."""
OLDER_LINE: Final = 120
"""Characters of an older visit's line."""


def about_tokens(text: str) -> int:
    """About how many tokens a text takes where no tokenizer is at hand: one for four bytes of Latin script, one for
    each Chinese, Japanese or Korean character, and one for the line. Errs upwards for prose, by about a fifth."""
    wide = sum(1 for character in text if ord(character) >= 0x2E80)
    return 1 + wide + -(-(len(text) - wide) // 4)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the context. `why` it is there; `facts` what it rests on, the account that is shown first; `conflict`
    what it is about, if one."""

    section: Section
    text: str
    facts: tuple[Fact, ...]
    tokens: int
    why: str
    conflict: Conflict | None = None
    short: bool = False
    """Whether there was room for its name alone."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What found no room: how many, the first of them by name, and how to get at them."""

    section: Section
    count: int
    names: tuple[str, ...]
    how: str

    def note(self) -> str:
        """`3 problems (asthma, gout, ...): recall "problems"`."""
        more = ", ..." if self.count > len(self.names) else ""
        named = f" ({', '.join(self.names)}{more})" if self.names else ""
        return f"{self.count} of {self.section}{named}: {self.how}"


@dataclass(frozen=True)
class Context:
    """`tokens` is what text() takes, by the count that was given: never more than `budget`. Where there is no room for
    the notes on what is not here, text() says them shorter, in the end not at all; `left_out` and `withheld` always do."""

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    tokens: int
    budget: int
    withheld: Withheld = field(default_factory=Withheld)
    allergies_known: bool = False
    drugs_known: bool = False
    concerns: Categories = NONE
    """The sensitive categories that the visit is about."""
    terse: bool = False
    """Whether the note on what was left out gives numbers alone: names would take the room of what goes in."""
    said: tuple[str, ...] = ()
    """The notes as there was room for them."""

    def of(self, section: Section) -> tuple[Item, ...]:
        """The items of one section."""
        return tuple(item for item in self.items if item.section == section)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact that went in, each once."""
        return tuple({f.id: f for item in self.items for f in item.facts}.values())

    def notes(self) -> tuple[str, ...]:
        """What is not here, and the way to it: left out for room, withheld. In full, whatever the budget."""
        return _notes(self.left_out, self.withheld, self.terse)

    def text(self) -> str:
        """The context as it is read, a line each."""
        return "\n".join((*(f"{item.section}: {item.text}" for item in self.items), *self.said))


def left_out_note(left_out: Sequence[LeftOut], terse: bool = False) -> str:
    """One line on everything that found no room; empty where all did."""
    if not left_out:
        return ""
    if terse:
        counts = ", ".join(f"{part.count} {part.section}" for part in left_out)
        return f"Left out for room: {counts}; recall tells them."
    return f"Left out for room: {'; '.join(part.note() for part in left_out)}."


def _notes(left_out: Sequence[LeftOut], withheld: Withheld, terse: bool) -> tuple[str, ...]:
    return tuple(n for n in (left_out_note(left_out, terse), withheld.note()) if n)


def _in_short(left_out: Sequence[LeftOut], withheld: Withheld) -> tuple[str, ...]:
    """How much is not here, and no more."""
    count = sum(part.count for part in left_out)
    out = f"Left out for room: {count}" if count else ""
    both = "; ".join(said for said in (out, "some withheld" if withheld else "") if said)
    return (f"{both}.",) if both else ()


@dataclass(frozen=True)
class Materials:
    """What a context is made of, already as the reader may see it."""

    brief: Brief
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    recalled: Recollection
    on: date
    vocabulary: Vocabulary
    line: Line
    concerns: Categories = NONE


Form = Callable[[Sequence[LeftOut]], tuple[str, ...]]
"""How the notes are said."""


def context_of(made_of: Materials, *, budget: int, count: Count, withheld: Withheld) -> Context:
    """Fill the budget in order; then say what was left, as fully as there is room."""
    candidates = [_counted(item, count) for item in _candidates(made_of)]
    taken, left_out, said, terse = _filled(candidates, budget, count, withheld)
    return Context(
        items=tuple(sorted(taken, key=lambda i: _PLACE[i.section])),
        left_out=left_out,
        tokens=sum(item.tokens for item in taken) + sum(_cost(note, count) for note in said),
        budget=budget,
        withheld=withheld,
        allergies_known=made_of.brief.allergies_known,
        drugs_known=made_of.brief.drugs_known,
        concerns=made_of.concerns,
        terse=terse,
        said=said,
    )


def _filled(
    candidates: Sequence[Item], budget: int, count: Count, withheld: Withheld
) -> tuple[list[Item], tuple[LeftOut, ...], tuple[str, ...], bool]:
    """What goes in, what is left out, the notes on it, and whether these give numbers alone."""
    named, counted, short = (
        lambda left: _notes(left, withheld, False),
        lambda left: _notes(left, withheld, True),
        lambda left: _in_short(left, withheld),
    )
    forms: tuple[Form, ...] = (named, counted, short, lambda left: ())
    for form in forms:
        taken, left_out = _with_notes(candidates, budget, count, form)
        said = form(left_out)
        names_take_room = form is named and _cost(left_out_note(left_out), count) > budget // NOTE_SHARE
        fits = sum(_cost(note, count) for note in said) + sum(item.tokens for item in taken) <= budget
        if fits and not names_take_room:
            break
    return taken, left_out, said, form is not named


def _with_notes(
    candidates: Sequence[Item], budget: int, count: Count, form: Form
) -> tuple[list[Item], tuple[LeftOut, ...]]:
    """As much as finds room beside the notes on what does not."""
    reserve = sum(_cost(note, count) for note in form(()))
    while True:
        taken, left = _fill(candidates, budget - reserve, count)
        left_out = _left_out(left)
        notes = sum(_cost(note, count) for note in form(left_out))
        if notes <= reserve or not taken:
            return taken, left_out
        reserve = notes


def _cost(text: str, count: Count) -> int:
    return count(text + "\n") if text else 0


def _counted(item: Item, count: Count) -> Item:
    tokens = _cost(f"{item.section}: {item.text}", count)
    return replace(item, tokens=tokens)


def _fill(candidates: Sequence[Item], room: int, count: Count) -> tuple[list[Item], list[Item]]:
    """Items in order while there is room. What always goes in is tried in short before it is left out."""
    taken: list[Item] = []
    left: list[Item] = []
    for item in candidates:
        fitting = item if item.tokens <= room else _shortened(item, count)
        if fitting is not None and fitting.tokens <= room:
            taken.append(fitting)
            room -= fitting.tokens
        else:
            left.append(item)
    return taken, left


def _shortened(item: Item, count: Count) -> Item | None:
    """Its name alone, for what always goes in."""
    if item.section not in ALWAYS or item.conflict is not None or not item.facts:
        return None
    name = item.facts[0].concept.text
    if len(name) >= len(item.text):
        return None
    return _counted(replace(item, text=f"{name} ...", why=f"{item.why}; in short", short=True), count)


def _left_out(left: Iterable[Item]) -> tuple[LeftOut, ...]:
    by_section: dict[Section, list[Item]] = {}
    for item in left:
        by_section.setdefault(item.section, []).append(item)
    return tuple(
        LeftOut(
            section,
            len(items),
            tuple(_name(i) for i in items[:NAMED]) if section in ALWAYS else (),
            _HOW[section],
        )
        for section, items in by_section.items()
    )


def _name(item: Item) -> str:
    text = item.facts[0].concept.text if item.facts else item.text
    return text if len(text) <= 60 else f"{text[:57]}..."


_HOW: Final[dict[Section, str]] = {
    "allergies": 'recall "allergies"',
    "drugs": 'recall "medicines"',
    "problems": 'recall "problems"',
    "pregnancy": 'recall "pregnancy"',
    "directives": 'recall "directives"',
    "conflicts": "recall by the name of what is disputed",
    "responses": "recall by the drug's name",
    "relevant": "recall the complaint",
    "values": 'recall "results", or a test by its name',
    "visits": 'recall "visits"',
    "findings": 'recall "symptoms"',
    "earlier visits": 'recall "visits", with a time',
}
_SHOWN: Final[tuple[Section, ...]] = (
    "allergies", "drugs", "problems", "values", "findings", "visits",
    "pregnancy", "responses", "directives", "conflicts", "relevant", "earlier visits",
)  # fmt: skip
_PLACE: Final = {section: place for place, section in enumerate(_SHOWN)}
"""The order in which they are read; room is given in another."""


# --- what could go in ----------------------------------------------------------------------------------------


def _candidates(made_of: Materials) -> Iterator[Item]:
    """Everything that could go in, in the order in which room is given, each fact once."""
    seen: set[str] = set()
    for item in (*_always(made_of), *_by_relevance(made_of)):
        fresh = item.conflict is not None or item.facts[0].id not in seen
        if fresh:
            seen.update(f.id for f in item.facts)
            yield item


def _always(made_of: Materials) -> Iterator[Item]:
    brief, on = made_of.brief, made_of.on
    by_fact = {f.id: s for s in made_of.statements for f in s.facts}

    def line(section: Section, fact: Fact) -> Item:
        statement = by_fact.get(fact.id) or Statement(fact, (fact,))
        own = Statement(fact, statement.facts, statement.history)
        return Item(section, made_of.line(own), _accounts(own), 0, "always")

    for allergy in sorted(brief.allergies, key=_grave_first):
        yield line("allergies", allergy)
    for drug in brief.drugs:
        yield line("drugs", drug)
    for problem in brief.problems:
        yield line("problems", problem)
    for statement in made_of.statements:
        fact = statement.fact
        carried = made_of.vocabulary.meaning(fact).slug == PREGNANCY and fact.value is not False
        if fact.kind == "finding" and carried and is_current(fact, on):
            yield line("pregnancy", fact)
    for statement in made_of.statements:
        if statement.fact.kind == "directive" and is_current(statement.fact, on):
            yield line("directives", statement.fact)
    for response in _responses(made_of.statements):
        yield line("responses", response)
    for conflict in made_of.conflicts:
        yield Item("conflicts", conflict.words(), (conflict.first, conflict.second), 0, "open", conflict)


def _accounts(statement: Statement) -> tuple[Fact, ...]:
    """The account that is shown, then the others that say the same."""
    return (statement.fact, *(f for f in statement.facts if f.id != statement.fact.id))


def _responses(statements: Iterable[Statement]) -> list[Fact]:
    """What drugs did: of the same word on the same drug the latest, the latest first."""
    found = {
        (s.fact.concept.text.casefold(), str(s.fact.value)): s.fact
        for s in sorted(statements, key=lambda s: began(s.fact))
        if s.fact.kind == "response" and s.fact.status == "active"
    }
    return list(reversed(found.values()))


def _grave_first(fact: Fact) -> bool:
    said = f"{fact.detail} {fact.concept.text}".lower()
    return not any(word in said for word in ("severe", "anaphyla", "high", "life-threatening"))


def _by_relevance(made_of: Materials) -> Iterator[Item]:
    """What bears on the complaint, the latest values, the last visits, findings, and older visits in a line each."""
    for recalled in made_of.recalled.items:
        fact = recalled.fact
        if fact.kind != "summary":
            why = f"the complaint: {'; '.join(recalled.because)}"
            yield Item("relevant", made_of.line(recalled.statement), _accounts(recalled.statement), 0, why)
    brief = made_of.brief
    for value in brief.values[:MAX_VALUES]:
        yield Item("values", made_of.line(Statement(value, (value,))), (value,), 0, "latest of its kind")
    visits = [s.fact for s in made_of.statements if s.fact.kind == "summary"]
    visits.sort(key=began, reverse=True)
    for visit in visits[:LAST_VISITS]:
        yield Item("visits", visit.concept.text, (visit,), 0, "one of the last visits")
    for finding in brief.findings[:MAX_VALUES]:
        yield Item(
            "findings", made_of.line(Statement(finding, (finding,))), (finding,), 0, "stands on record"
        )
    for visit in visits[LAST_VISITS:]:
        text = one_line(visit)
        yield Item("earlier visits", text, (visit,), 0, "an older visit, in a line; recall opens it")


def plain_line(statement: Statement) -> str:
    """A statement as memory itself says it."""
    return entry_of(statement).line()


def one_line(summary: Fact) -> str:
    """An older visit in a line: which it was, when, and how its summary begins."""
    visit = summary.source.encounter or summary.id
    when = summary.valid_from.iso() if summary.valid_from else summary.recorded.date().isoformat()
    text = " ".join(summary.concept.text.split()).removeprefix(f"{when}: ")
    short = text if len(text) <= OLDER_LINE else f"{text[: OLDER_LINE - 4].rsplit(' ', 1)[0]} ..."
    return f"{visit}, {when}: {short}"
