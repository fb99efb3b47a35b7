"""British and American spellings of the same word, by rule, on stems: `haemorrhag` and `hemorrhag`, `tumour` and `tumor`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from wardround.search import words

_PAIRS: Final = (
    ("haem", "hem"), ("aemi", "emi"), ("oedem", "edem"), ("oesoph", "esoph"), ("oestr", "estr"), ("paed", "ped"),
    ("gynaec", "gynec"), ("orthopaed", "orthoped"), ("anaesth", "anesth"), ("caesar", "cesar"), ("diarrhoe", "diarrhe"),
    ("dyspnoe", "dyspne"), ("apnoe", "apne"), ("leuk", "leuc"), ("foet", "fet"), ("coeliac", "celiac"),
    ("faec", "fec"), ("tumour", "tumor"), ("colour", "color"), ("behaviour", "behavior"), ("fibr", "fiber"),
    ("ischaem", "ischem"), ("glycaem", "glycem"), ("uraem", "urem"), ("sulph", "sulf"), ("aetiolog", "etiolog"),
    ("randomis", "randomiz"), ("hospitalis", "hospitaliz"), ("immunis", "immuniz"), ("stabilis", "stabiliz"),
    ("paralys", "paralyz"), ("dialys", "dialyz"), ("leukaemi", "leukemi"), ("anaemi", "anemi"), ("litr", "liter"),
    ("counsell", "counsel"), ("labour", "labor"), ("odour", "odor"), ("mould", "mold"), ("manoeuvr", "maneuver"),
)  # fmt: skip
_BEGINS: Final = (
    "hem",
    "edem",
    "esoph",
    "estr",
    "ped",
    "etiolog",
    "fet",
    "fec",
    "sulf",
    "color",
    "labor",
    "tumor",
)
"""American forms that are taken for such only where a word begins with them."""


@lru_cache(maxsize=16_384)
def spellings(word: str) -> tuple[str, ...]:
    """The other spellings of a stem; none for most words."""
    found: list[str] = []
    for british, american in _PAIRS:
        if british in word:
            found.append(word.replace(british, american))
        elif word.startswith(american) or (american in word and american not in _BEGINS):
            found.append(re.sub(re.escape(american), british, word, count=1))
    return tuple(dict.fromkeys(one for other in found for one in words(other)[:1] if one != word))
