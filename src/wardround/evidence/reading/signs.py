"""The signs of a writing that letters and plain numbers do not hold: `−5`, `≥ 6`, `10⁹`, `1½`, `10 ± 5`, `1:2`, each as it stands.

What two writings must share before they may say the same: a sign that is lost turns a number into another one. No
compatibility form is taken (NFKC makes `10⁹` into `109`); marks of speech that change nothing are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

_SPEECH: Final = frozenset(".,;:!?'\"()[]{}…“”‘’„«»、。，；：！？（）「」『』《》•*_#|`\\")
"""Marks that say nothing by themselves; `.`, `,` and `:` between two figures do."""
_DASHES: Final = frozenset("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
_IN_QUANTITIES: Final = frozenset("%/°℃℉") | _DASHES
"""Where a quantity was read, its key tells these."""
_BETWEEN_FIGURES: Final = frozenset(".,:*")
_OR_EQUAL: Final = {"<": "≤", ">": "≥"}
_PLAIN: Final = re.compile(r"[\x00-\x7f]")


def signs(text: str, read: Callable[[int], bool] = lambda _: False) -> Iterator[tuple[int, str]]:
    """Every sign with its place. `read`: whether the character at a place belongs to a quantity that was read exactly."""
    for place, mark in enumerate(text):
        if mark.isspace() or (mark.isalpha() and not _small_letter(mark)) or mark.isdecimal():
            continue
        if mark in _DASHES:
            if not read(place) and not _joins_words(text, place):
                yield place, "-"
        elif mark in _SPEECH:
            if mark in _BETWEEN_FIGURES and not read(place) and _between_figures(text, place):
                yield place, mark
        elif mark == "=" and place and text[place - 1] in _OR_EQUAL:
            continue
        elif mark in _OR_EQUAL and text[place + 1 : place + 2] == "=":
            yield place, _OR_EQUAL[mark]
        elif not (mark in _IN_QUANTITIES and read(place)):
            yield place, mark


def _small_letter(mark: str) -> bool:
    """A raised or lowered letter (`ⁿ`, `ₐ`): a letter that is none once it is folded."""
    return _PLAIN.match(mark) is None and unicodedata.decomposition(mark).startswith(("<super>", "<sub>"))


def _joins_words(text: str, place: int) -> bool:
    """A hyphen behind a letter or figure that goes on with a letter: `beta-blocker`, `500-mg`, `COVID-19`."""
    before, behind = text[place - 1 : place], text[place + 1 : place + 2]
    return (before.isalnum() and behind.isalpha()) or (before.isalpha() and behind.isalnum())


def _between_figures(text: str, place: int) -> bool:
    """Two figures with nothing but this mark, and for a colon white space, between them."""
    before, behind = text[max(0, place - 4) : place], text[place + 1 : place + 5]
    if text[place] == ":":
        before, behind = before.rstrip(), behind.lstrip()
    return before[-1:].isnumeric() and behind[:1].isnumeric()
