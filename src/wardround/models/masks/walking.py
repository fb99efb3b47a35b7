"""Where a prefix stands in a grammar, how far its end is, and how far it would be after each token: exact, and cached.

A place is a set of positions (a node, and where the rules around it return to). Places are made as they are met.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from wardround.models.errors import ModelRefused
from wardround.models.masks.automaton import Automaton
from wardround.models.masks.distance import FAR, Distances
from wardround.models.masks.expressions import NOTHING, Expr
from wardround.models.masks.grammars import Grammar
from wardround.models.masks.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Position: TypeAlias = tuple[int, tuple[int, ...]]
_PLACES, _TABLES, _POSITIONS = 20_000, 64, 20_000


class Place:
    """A set of positions; `left`: tokens to the end on the shortest way, the end token included.

    `most`: what `left` can become at most, whatever comes.
    """

    __slots__ = ("left", "most", "positions", "steps")

    def __init__(self, positions: frozenset[Position], left: int, most: int) -> None:
        self.positions = positions
        self.left = left
        self.most = most
        self.steps: dict[int, Place] = {}


class Library:
    """Every grammar of one vocabulary in one automaton, so that a tool that many grammars hold is reckoned once."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.made = Automaton()
        self.known = Distances(self.made, words)
        self._rules: dict[str, Expr] = {}

    @property
    def size(self) -> int:
        """Nodes, all told."""
        return self.made.size

    def walker(self, grammar: Grammar) -> Walker:
        """The walker of one more grammar. One that calls other rules by known names gets a library of its own."""
        if any(self._rules.get(name, part) != part for name, part in grammar.rules):
            return Library(self.words).walker(grammar)
        self._rules.update(grammar.rules)
        first, firsts = self.made.add(grammar.start or NOTHING, dict(grammar.rules))
        self.known.extend(firsts)
        return Walker(self, first)


class Walker:
    """One grammar under one vocabulary. Pure: caches are all that changes."""

    def __init__(self, library: Library, first: int) -> None:
        self._made, self._words = library.made, library.words
        self._far, self._worst = library.known.far, library.known.worst
        self._jump = library.known.longest * (library.words.deepest + 2)
        self._places: dict[frozenset[Position], Place] = {}
        self._tables: OrderedDict[frozenset[Position], NDArray[np.int32]] = OrderedDict()
        self.start = self._place([(first, ())])

    def most_after(self, place: Place) -> int:
        """No token leads from `place` to one whose way to the end is longer than this."""
        return min(place.most, place.left + self._jump)

    def take(self, place: Place, token: int) -> Place:
        """Where `token` leads."""
        word = self._words.words[token] if token < len(self._words.words) else None
        if word is None:
            return self._mark(place, token)
        for byte in word:
            place = self._step(place, byte)
        return place

    def after(self, place: Place) -> NDArray[np.int32]:
        """For every token: `left` of the place that it leads to."""
        table = self._tables.pop(place.positions, None)
        if table is None:
            table = self._after(place)
        self._tables[place.positions] = table
        while len(self._tables) > _TABLES:
            self._tables.popitem(last=False)
        return table

    def _after(self, place: Place) -> NDArray[np.int32]:
        import numpy as np

        table = np.full(len(self._words.words), FAR, np.int32)
        path = [place]
        for word, numbers, shared in self._words.in_order:
            if len(path) <= shared:
                continue  # the word before broke off where this one still agrees with it
            del path[shared + 1 :]
            for byte in word[shared:]:
                step = self._step(path[-1], byte)
                if not step.positions:
                    break
                path.append(step)
            else:
                for number in numbers:
                    table[number] = path[-1].left
        for node, _ in place.positions:
            for token, _ in self._made.marks.get(node, ()):
                table[token] = self._mark(place, token).left
        return table

    def _step(self, place: Place, byte: int) -> Place:
        known = place.steps.get(byte)
        if known is None:
            made = self._made
            found = [
                (to, stack)
                for node, stack in place.positions
                for edges in (made.reads.get(node, ()), made.loops.get(node, ()))
                for first, last, to in edges
                if first <= byte <= last
            ]
            known = place.steps[byte] = self._place(found)
        return known

    def _mark(self, place: Place, token: int) -> Place:
        return self._place(
            [
                (to, stack)
                for node, stack in place.positions
                for mark, to in self._made.marks.get(node, ())
                if mark == token
            ]
        )

    def _place(self, found: list[Position]) -> Place:
        """The place of these positions and all that is reached from them at once."""
        made = self._made
        positions = set(found)
        todo = list(positions)
        while todo:
            node, stack = todo.pop()
            ways = [(to, stack) for to in (*made.free.get(node, ()), *made.again.get(node, ()))]
            call = made.calls.get(node)
            if call is not None:
                ways.append((call[0], (*stack, call[1])))
            if node in made.leaves and stack:
                ways.append((stack[-1], stack[:-1]))
            for way in ways:
                if len(positions) > _POSITIONS:
                    raise ModelRefused("The grammar is too ambiguous to mask.", "Simplify the schemas.")
                if way not in positions:
                    positions.add(way)
                    todo.append(way)
        kept = frozenset(positions)
        place = self._places.get(kept)
        if place is None:
            if len(self._places) >= _PLACES:
                self._places = {}
            place = self._places[kept] = Place(kept, *self._reckoned(kept))
        return place

    def _reckoned(self, positions: frozenset[Position]) -> tuple[int, int]:
        """`left` and `most` of a place: the best of its positions, and the worst that any of them can come to."""
        left, most = FAR, 0
        for node, stack in positions:
            behind = 1
            for to in stack:
                most = max(most, self._worst[to] + behind)
                behind += self._far[to]
            left = min(left, self._far[node] + behind)
            most = max(most, self._worst[node] + behind)
        return left, min(most, FAR)
