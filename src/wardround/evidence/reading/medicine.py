"""Whether words speak of medicine at all: a drug, a dose, a quantity with a unit. Cheap, and in doubt they do not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from wardround.evidence.reading.quantities import amounts, folded
from wardround.evidence.reading.terms import terms
from wardround.knowledge import load

_PLAIN: Final = frozenset({"", "time", "month", "per day", "percent", "length"})
"""What an appointment and an estimate hold too."""
_DOSED: Final = re.compile(
    r"\b(?:dos(?:es?|ages?|ing)|overdos\w*|tablets?|capsules?|pills?|puffs?|inject\w*|infusions?|suppositor\w*|"
    r"(?:stop|start|double|halve|skip)\b[^.;]{0,24}\b(?:medicines?|medications?|drugs?|treatments?)|cur(?:es?|ed|ing))\b",
    re.I,
)
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Letters of languages whose words no space parts, or whose syllables are letters."""
_FEWEST_UNSPACED: Final = 4
_REMEMBERED: Final = 4_096


@lru_cache(maxsize=_REMEMBERED)
def holds_medicine(words: str) -> bool:
    """Whether they name a drug of the shipped base or a class of them, a dose, or a quantity that is no time."""
    found = {amount.dimension for amount in amounts(folded(words))}
    if found - _PLAIN or _DOSED.search(words) is not None:
        return True
    return any(slug.startswith(("drug.", "class.")) for _, _, slug in terms(load()).within(words))


def holds_quantity(words: str) -> bool:
    """Whether a number with a unit, or how often, stands in them."""
    return any(amount.dimension for amount in amounts(folded(words)))


def is_unspaced(words: str) -> bool:
    """Whether they say something in a script without spaces: no count of words tells their length."""
    return len(_UNSPACED.findall(words)) >= _FEWEST_UNSPACED
