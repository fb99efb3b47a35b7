"""How many tokens the shortest way to the end takes, from every node of an automaton, for one vocabulary.

An upper bound that a real tokenization attains: every byte of that way is spelled by tokens that exist.
"""

from __future__ import annotations

from collections.abc import Callable

from wardround.models.masks.automaton import Automaton
from wardround.models.masks.vocabulary import Vocabulary

FAR = 1_000_000_000
"""No way to the end, or no bound."""
_SWEEPS = 12
"""After so many sweeps a worst case that still grows is taken to grow without end."""


class Distances:
    """`far[node]`: tokens to the end of the node's rule, calls included. `worst[node]`: the most that this can become on
    any way from there within the rule and what it calls; FAR where rules call themselves without end.
    """

    def __init__(self, made: Automaton, words: Vocabulary) -> None:
        self.far: list[int] = []
        self.worst: list[int] = []
        self.longest = 0
        self._made = made
        self._words = words

    def extend(self, firsts: list[int]) -> None:
        """Reckons the nodes of new rules, whose first nodes these are."""
        old = len(self.far)
        more = self._made.size - old
        self.far += [FAR] * more
        self.worst += [0] * more
        orders = {first: _order(self._made, first) for first in firsts}
        self._settle(orders, self.far, self._from, most=None)
        self._settle(orders, self.worst, self._worst, most=_SWEEPS)
        self.longest = max([self.longest, *(far for far in self.far[old:] if far < FAR)])

    def _settle(
        self, orders: dict[int, list[int]], values: list[int], reckon: Callable[[int], int], most: int | None
    ) -> None:
        """Reckons each rule, and again while it or one that it calls changes; after `most` times it has no bound."""
        calls = self._made.calls
        called = {
            first: {call[0] for node in order if (call := calls.get(node))} for first, order in orders.items()
        }
        sweeps = dict.fromkeys(orders, 0)
        todo = dict.fromkeys(orders)
        while todo:
            first = next(iter(todo))
            del todo[first]
            before, moved = values[first], False
            bounded = most is None or sweeps[first] < most
            for node in orders[first]:
                found = reckon(node) if bounded else FAR
                moved = moved or found != values[node]
                values[node] = found
            sweeps[first] += 1
            if moved and bounded and most is not None:
                todo[first] = None
            if values[first] != before:
                todo.update(dict.fromkeys(other for other in orders if first in called[other]))

    def _from(self, node: int) -> int:
        """The best of: free steps, a mark, a call, and every token that spells a way along the edges from here."""
        made, far = self._made, self.far
        if node in made.leaves:
            return 0
        best = min(
            [
                FAR,
                *(far[to] for to in made.free.get(node, ())),
                *(1 + far[to] for _, to in made.marks.get(node, ())),
            ]
        )
        call = made.calls.get(node)
        if call is not None:
            best = min(best, far[call[0]] + far[call[1]])
        return min(best, self._spelled(node)) if node in made.reads else best

    def _spelled(self, node: int) -> int:
        made, far, tokens, starts = self._made, self.far, self._words.tokens, self._words.starts
        best = FAR
        seen: set[tuple[int, bytes]] = set()
        stack = [(node, b"")]
        while stack:
            at, word = stack.pop()
            if word in tokens:
                best = min(best, 1 + far[at])
            if word:
                for to in made.free.get(at, ()):
                    if (to, word) not in seen:
                        seen.add((to, word))
                        stack.append((to, word))
            for first, last, to in made.reads.get(at, ()):
                for byte in _tried(first, last):
                    longer = word + byte
                    if longer in starts and (to, longer) not in seen:
                        seen.add((to, longer))
                        stack.append((to, longer))
        return best

    def _worst(self, node: int) -> int:
        made, far, worst = self._made, self.far, self.worst
        most = far[node]
        for row in (made.reads.get(node, ()), made.loops.get(node, ())):
            for _, _, to in row:
                most = max(most, worst[to])
        for ways in (made.free.get(node, ()), made.again.get(node, ())):
            for to in ways:
                most = max(most, worst[to])
        for _, to in made.marks.get(node, ()):
            most = max(most, worst[to])
        call = made.calls.get(node)
        if call is not None:
            most = max(most, worst[call[1]], worst[call[0]] + far[call[1]])
        return min(most, FAR)


def _order(made: Automaton, first: int) -> list[int]:
    """Every node of the rule that begins at `first`, ends before beginnings; what loops lead to has an order of its own."""
    order: list[int] = []
    seen: set[int] = set()
    roots = [first]
    while roots:
        root = roots.pop()
        stack = [] if root in seen else [(root, _next(made, root))]
        seen.add(root)
        while stack:
            node, rest = stack[-1]
            if rest:
                after = rest.pop()
                if after not in seen:
                    seen.add(after)
                    stack.append((after, _next(made, after)))
                continue
            order.append(node)
            stack.pop()
            roots += [*made.again.get(node, ()), *(to for _, _, to in made.loops.get(node, ()))]
    return order


def _next(made: Automaton, node: int) -> list[int]:
    call = made.calls.get(node)
    return [
        *(to for _, _, to in made.reads.get(node, ())),
        *(to for _, to in made.marks.get(node, ())),
        *made.free.get(node, ()),
        *([call[1]] if call else []),
    ]


_BYTES = [bytes([byte]) for byte in range(256)]


def _tried(first: int, last: int) -> tuple[bytes, ...]:
    """Of bytes that lead to one place, those that are tried: the ends of the range, and a letter where there is one."""
    if first == last:
        return (_BYTES[first],)
    return tuple(dict.fromkeys((_BYTES[first], _BYTES[last], _BYTES[min(max(first, 0x61), last)])))
