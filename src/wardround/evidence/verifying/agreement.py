"""Whether a sentence says what a claim says: every quantity, name, direction, negation, population and word is accounted for.

A claim is borne out by a sentence where nothing in it is unaccounted for and nothing was dropped that would bound or turn
it. Where the rest agrees and one thing is turned round, it is contradicted. Everything else is left open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from wardround.evidence.reading.clauses import PREFIX
from wardround.evidence.reading.structure import STRUCTURAL, Part, Structure, Token
from wardround.evidence.reading.word_lists import DIRECTIONS, LIMITS

_ALIKE: Final = 0.6
"""Share of the claim's tokens that a sentence must have before a difference contradicts it."""
_VERBATIM: Final = 0.75
_BOUNDING: Final = frozenset({Part.NEGATION, Part.LIMIT, Part.POPULATION})
_DOSES: Final = ("q mass:", "q unit:", "q tablet:", "q volume:", "q puff:", "q drop:", "q mass/kg:")
_LASTING: Final = ("q time:", "q month:")
_COMPARES: Final = frozenset({*DIRECTIONS} & LIMITS) | {"<", ">", "\u2264", "\u2265"}
_TURNED: Final = frozenset({"limit alone", "limit sole", "limit solely", "limit even"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """`clash`: what is turned round, in words. `open`: what is not accounted for, in words. `share` of the claim is there."""

    share: float
    clash: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    verbatim: bool = False
    """Whether it is the sentence but for what is named: then no model may speak for it."""
    swapped: tuple[str, str] | None = None
    """The claim's drug and the sentence's, where that is all that differs."""

    @property
    def borne_out(self) -> bool:
        return not self.clash and not self.open

    @property
    def contradicted(self) -> bool:
        return bool(self.clash)


def compare(claim: Structure, sentence: Structure) -> Agreement:
    """How a sentence stands to a claim."""
    if not claim.tokens:
        return Agreement(0.0, open=("it says nothing that can be looked up",))
    ours, theirs = [t.key for t in claim.tokens], [t.key for t in sentence.tokens]
    lacking, spare = _left_over(claim.tokens, sentence.tokens), _left_over(sentence.tokens, claim.tokens)
    share = 1.0 - len(lacking) / len(ours)
    if share < _ALIKE:
        return Agreement(share, open=_words(lacking))
    weighed = _Weighed()
    changed = _changes(claim.tokens, sentence.tokens, ours, theirs)
    for change in changed:
        _weigh(change, weighed)
    opened = weighed.opened
    opened += [f"'{t.word}' is not in it" for t in lacking if id(t) not in weighed.told]
    left = [
        *_dropped(spare, changed),
        *_against(claim.tokens, changed),
        *_of_a_dose(claim, spare),
        *_beside(claim, sentence, spare),
    ]
    opened += [f"'{t.word}' was left out" for t in left if id(t) not in weighed.told]
    if not weighed.clash and not opened and not _in_some_order(claim, sentence):
        opened.append("it names the same things in another order")
    swapped = _swapped(lacking, spare) if not weighed.clash and share >= _VERBATIM else None
    return Agreement(
        share, tuple(dict.fromkeys(weighed.clash)), tuple(dict.fromkeys(opened)), share >= _VERBATIM, swapped
    )


def _swapped(lacking: Sequence[Token], spare: Sequence[Token]) -> tuple[str, str] | None:
    """One drug in another's place, and no bound of the sentence left out."""
    mine = {t.key for t in lacking}
    theirs = {t.key for t in spare if t.part is Part.DRUG}
    if len(mine) != 1 or len(theirs) != 1 or any(t.part is not Part.DRUG for t in lacking):
        return None
    return None if any(t.part in _BOUNDING for t in spare) else (mine.pop(), theirs.pop())


@dataclass(slots=True)
class _Weighed:
    """What the differences came to; `told` are the tokens that are accounted for by a word on them."""

    clash: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    told: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Change:
    """Where the one has something else than the other. `inside`: not at the beginning or the end of the claim."""

    mine: tuple[Token, ...]
    other: tuple[Token, ...]
    inside: bool


def _left_over(of: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    """The tokens that the other has not, or not as often where that matters."""
    there = Counter(token.key for token in other)
    left: list[Token] = []
    for token in of:
        if there[token.key] > 0:
            if token.part in STRUCTURAL and token.part is not Part.NAME:
                there[token.key] -= 1
        else:
            left.append(token)
    return left


def _changes(
    claim: Sequence[Token], sentence: Sequence[Token], ours: Sequence[str], theirs: Sequence[str]
) -> list[_Change]:
    """Every place where they differ, in order."""
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [
        _Change(tuple(claim[a:b]), tuple(sentence[c:d]), a > 0 and b < len(ours))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _weigh(change: _Change, weighed: _Weighed) -> None:
    """One place where claim and sentence differ: turned round, or only different."""
    mine, other = change.mine, change.other
    if not mine:
        return
    told = f"'{' '.join(t.word for t in mine)}'" + (
        f" where it says '{' '.join(t.word for t in other)}'" if other else " is not in it"
    )
    negated = [t for t in (*mine, *other) if t.part is Part.NEGATION]
    if sum(t in mine for t in negated) % 2 != sum(t in other for t in negated) % 2:
        weighed.clash.append(f"negation: {told}")
        weighed.told.update(map(id, negated))
    for one in mine:
        if one.part is Part.QUANTITY:
            rivals = [
                o for o in other if o.part is Part.QUANTITY and o.key != one.key and _unit(o) == _unit(one)
            ]
            if rivals:
                weighed.clash.append(f"quantity: '{one.word}' where it says '{rivals[0].word}'")
                weighed.told.update((id(one), id(rivals[0])))
        elif opposed := [o for o in other if _opposed(one, o)]:
            weighed.clash.append(f"direction: {told}")
            weighed.told.update((id(one), id(opposed[0])))


def _unit(token: Token) -> str:
    return token.key.partition(" ")[2].rpartition(":")[0]


def _opposed(one: Token, other: Token) -> bool:
    return any(axis == its and sign == -way for axis, sign in one.axes for its, way in other.axes)


def _dropped(spare: Sequence[Token], changed: Sequence[_Change]) -> list[Token]:
    """What is in the sentence alone and must not be left out: what bounds it, and what stood between the claim's parts."""
    within = {id(t) for change in changed if change.inside for t in change.other}
    replaced = {id(t) for change in changed if change.mine for t in change.other}
    left = [
        t
        for t in spare
        if t.key not in _TURNED
        and (
            t.part in _BOUNDING
            or (t.part is Part.DIRECTION and id(t) in replaced)
            or (t.part in (Part.QUANTITY, Part.DRUG) and id(t) in within)
        )
    ]
    apart = [
        t
        for change in changed
        if change.inside
        for t in change.other
        if t.part is Part.QUANTITY and t not in left
    ]
    return left + apart


def _against(claim: Sequence[Token], changed: Sequence[_Change]) -> list[Token]:
    """What stands between the claim's parts and goes the other way than one of them: `start it if` is not `(stop it) if`."""
    between = [t for change in changed if change.inside and not change.mine for t in change.other]
    turned = [replace(t, axes=DIRECTIONS.get(t.word, ())) if t.part is Part.NEGATION else t for t in claim]
    return [t for t in between if t.part is Part.DIRECTION and any(_opposed(t, one) for one in turned)]


def _of_a_dose(claim: Structure, spare: Sequence[Token]) -> list[Token]:
    """For what, how and for how long the sentence gives a dose: without them the claim says more than it."""
    if not claim.of(Part.DRUG) or not any(t.key.startswith(_DOSES) for t in claim.of(Part.QUANTITY)):
        return []
    return [t for t in spare if t.part in (Part.NAME, Part.ROUTE) or t.key.startswith(_LASTING)]


def _beside(claim: Structure, sentence: Structure, spare: Sequence[Token]) -> list[Token]:
    """What bounds a figure of the claim and stands only in the sentence: `below 50 kg`, `up to 1 g`."""
    left = {id(t) for t in spare}
    return [
        one
        for one, behind in pairwise(sentence.tokens)
        if id(one) in left
        and one.word in _COMPARES
        and behind.part is Part.QUANTITY
        and behind.key in claim.keys
    ]


def _in_some_order(claim: Structure, sentence: Structure) -> bool:
    """As they stand, or with what stands first with a comma (`In adults, ...`) moved behind in either."""
    return (
        _in_order(claim.tokens, sentence.tokens)
        or _in_order(_turned_over(claim), sentence.tokens)
        or _in_order(claim.tokens, _turned_over(sentence))
    )


def _turned_over(structure: Structure) -> tuple[Token, ...]:
    prefix = PREFIX.match(structure.text)
    edge = prefix.end() if prefix is not None else 0
    tokens = structure.tokens
    return (*(t for t in tokens if t.start >= edge), *(t for t in tokens if t.start < edge))


def _in_order(claim: Sequence[Token], sentence: Sequence[Token]) -> bool:
    """Drugs and quantities come in the sentence's order: who is given what, before what."""
    parts = (Part.DRUG, Part.QUANTITY, Part.DIRECTION)
    ours = [t.key for t in claim if t.part in parts]
    theirs = iter([t.key for t in sentence if t.part in parts])
    return all(key in theirs for key in ours)


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(f"'{t.word}' is not in it" for t in tokens[:6])
