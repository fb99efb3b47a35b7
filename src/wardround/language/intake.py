"""A great number of tablets taken at once (`took 40 paracetamol`, `swallowed all my pills`) means what `overdose` means.

How many is many is language, not pharmacology: a count that nobody names for an ordinary dose. What is spread over
days (`took 21 tablets over a week`) or measured (`took 500 mg`) is not meant.
"""

from __future__ import annotations

import re
from typing import Final

from wardround.language.lexicon import END, Lexicon
from wardround.language.matching import Hit
from wardround.language.tokens import NUMBER, Tokens
from wardround.language.words import NUMBER_WORDS, fold, key, keyed, listed

MANY: Final = 15
_TOOK: Final = listed("took taken swallowed downed necked")
_TAKEN_KEYS: Final = frozenset(key(w) for w in _TOOK)
_FORMS: Final = keyed("tablet pill capsule tab")
_ALL: Final = re.compile(
    r"\b(?:too many|far too much|way too much|(?:whole|entire|full) (?:box|bottle|packet|pack|strip)|all (?:of )?(?:my|the|his|her|their))\b"
)
_SPREAD: Final = re.compile(
    r"\b(?:over|for|within|during|in)\s+(?:\w+\s+){0,3}(?:days?|weeks?|months?|years?)\b|\b(?:a|per|each|every)\s+"
    r"(?:day|week|month)\b|\bdaily\b"
)
_REACH: Final = 6


def intakes(tokens: Tokens, found: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """The places where many are said to have been taken, as hits of `overdose`."""
    ids = _overdose(lexicon)
    if not ids:
        return []
    taken = {k for hit in found if _means(hit, ids) for k in range(hit.first, hit.last + 1)}
    drugs = {k for hit in found if any(s.startswith("drug.") for s in hit.ids) for k in (hit.first,)}
    out = []
    for first, k in enumerate(tokens.keys):
        if k not in _TAKEN_KEYS or first in taken or fold(tokens.word(first)) not in _TOOK:
            continue
        last = _what(tokens, first, drugs)
        if last is not None and _is_many(tokens, first, last):
            end = last - 1 if last in drugs else last
            out.append(Hit(first, max(first, end), ids))
    return out


def _means(hit: Hit, ids: tuple[str, ...]) -> bool:
    """Whether a hit already means one of these."""
    return any(slug in ids for slug in hit.ids)


def _overdose(lexicon: Lexicon) -> tuple[str, ...]:
    entry = lexicon.trie.get(key("overdose"), {}).get(END)
    return tuple(entry.ids) if entry is not None else ()


def _what(tokens: Tokens, first: int, drugs: set[int]) -> int | None:
    """Where the tablets, or the drug, are named after the verb."""
    for k in range(first + 1, min(first + 1 + _REACH, len(tokens.keys))):
        if tokens.crosses(k - 1, k):
            return None
        if k in drugs or tokens.keys[k] in _FORMS:
            return k
    return None


def _is_many(tokens: Tokens, first: int, last: int) -> bool:
    rest = tokens.text[tokens.ends[last] : tokens.ends[last] + 48].lower()
    if _SPREAD.search(re.split(r"[.!?;\n]", rest)[0]):
        return False
    if _ALL.search(tokens.text[tokens.ends[first] : tokens.starts[last]].lower()):
        return True
    counts = [k for k in range(first + 1, last) if tokens.flags[k] & NUMBER]
    if not counts or any(k not in counts for k in range(counts[0], last)):
        return False  # what stands between the number and the tablets may be a unit
    return any((_number(tokens.word(k)) or 0) >= MANY for k in counts)


def _number(word: str) -> float | None:
    if word.isdigit():
        return float(word)
    return NUMBER_WORDS.get(fold(word))
