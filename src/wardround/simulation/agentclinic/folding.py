"""Words of case text brought to one form: American and British spelling, plurals, possessives. For comparing, not showing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_PARENTHESES: Final = re.compile(r"\(([^()]*)\)")


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP: Final = _listed(
    "a an the of in on at to for with without and or but by from as is are was were be been being has "
    "have had having do does did you your yours i my me it its this that these those there any some all "
    "no not so than more most much very patient he she his her him they them their who which when where "
    "what how why can could would will should may might about after before since over under up down out "
    "into ever now please tell if also one get got feel feeling felt like notice noticed experience "
    "experienced experiencing report reports reported symptom symptoms problem problems recent recently "
    "lately currently"
)
_WEAK: Final = _listed(
    "disease syndrome disorder acute chronic benign malignant primary type infection due at its point"
)
"""Words of a diagnosis that give nothing away by themselves."""


@lru_cache(maxsize=16_384)
def folded(word: str) -> str:
    """One word: `haemorrhoids` and `hemorrhoids` are one, `pains` and `pain`, `swelling` and `swollen` are not."""
    word = word.casefold()
    word = word.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("leuco", "leuko")
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "is", "us")):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def words_of(text: str) -> tuple[str, ...]:
    """Folded words; a possessive s is none."""
    text = re.sub(r"['’]s\b", "", text)
    return tuple(folded(w) for w in _WORD.findall(text))


@lru_cache(maxsize=4_096)
def content_words(text: str) -> frozenset[str]:
    """Folded words that mean something by themselves."""
    return frozenset(folded(w) for w in _WORD.findall(text) if w.casefold() not in _STOP and len(w) > 1)


@lru_cache(maxsize=4_096)
def stems(text: str) -> frozenset[str]:
    """Content words without -ing, -ed and -e, so that `vomited` finds `vomiting`."""
    return frozenset(_stem(w) for w in content_words(text))


def stand_together(wanted: frozenset[str], text: str) -> bool:
    """Whether all these stems stand within two words more than they are themselves."""
    words = [_stem(folded(w)) for w in _WORD.findall(text)]
    reach = len(wanted) + 2
    return any(wanted <= set(words[at : at + reach]) for at in range(len(words)))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1_024)
def readings(diagnosis: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a diagnosis is written at once: whole, without its parentheses, and what stands in them."""
    texts = [diagnosis, _PARENTHESES.sub(" ", diagnosis)]
    texts += [inner for inner in _PARENTHESES.findall(diagnosis) if len(inner) >= 3 or inner.isupper()]
    return tuple(dict.fromkeys(key for text in texts if (key := words_of(text))))


def names_it(diagnosis: str, text: str) -> bool:
    """Whether every telling word of a way to write the diagnosis stands in the text."""
    said = frozenset(words_of(text))
    for reading in readings(diagnosis):
        telling = frozenset(w for w in reading if w not in _WEAK and w not in _STOP)
        if telling and telling <= said:
            return True
    return False
