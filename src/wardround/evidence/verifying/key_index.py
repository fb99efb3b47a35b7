"""Which of many short texts share the most telling parts with a claim: an inverted index over what structures are made of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from wardround.evidence.reading.structure import Structure


class KeyIndex:
    """Texts by their places; built once, never changed."""

    def __init__(self, structures: Sequence[Structure]) -> None:
        self._holds: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(structures):
            for key in one.keys:
                self._holds[key].append(place)
        self._count = max(1, len(structures))
        self._length = [max(1, len(one.keys)) for one in structures]

    def nearest(self, claim: Structure, limit: int) -> list[int]:
        """Places, best first: rare shared keys weigh most; a long text gains nothing by its length."""
        score: dict[int, float] = defaultdict(float)
        for key in claim.keys:
            places = self._holds.get(key, ())
            weight = math.log(1 + self._count / (1 + len(places)))
            for place in places:
                score[place] += weight
        ranked = sorted(score, key=lambda p: (-score[p] / (4 + math.sqrt(self._length[p])), p))
        return ranked[:limit]
