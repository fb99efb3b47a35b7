"""Whom a document or a question is about, in one vocabulary, and where: what fits, and what cannot.

Unknown fits everybody: a document that names no population or country is never left out for that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from wardround.evidence.errors import EvidenceError
from wardround.evidence.ingest.places import place

_WORDS: Final = {
    "newborns": r"newborns?|neonat\w*|preterm|premature infants?",
    "infants": r"infants?|bab(?:y|ies)|under (?:1|one)(?: year)?",
    "children": r"child(?:ren)?|childhood|p(?:a)?ediatric\w*|toddlers?|boys?|girls?|school-?age",
    "adolescents": r"adolescen\w*|teenage\w*|young people|youth",
    "adults": r"adults?",
    "older": r"older (?:people|adults?|patients?|persons?)|elderly|frail\w*|geriatric\w*|over (?:65|75|80)|aged (?:65|75|80)",
    "pregnancy": r"(?<!not )pregnan\w*|gestation\w*|antenatal|obstetric\w*|expectant mothers?",
    "breastfeeding": r"breast-?feeding|lactat\w*|nursing mothers?",
    "postpartum": r"post-?partum|postnatal|puerper\w*",
    "women": r"wom[ae]n|females?|(?:pre|post|peri)-?menopausal|menopaus\w*",
    "men": r"m[ae]n|males?",
    "smokers": r"smokers?",
}
_PATTERNS: Final = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _WORDS.items()}
_ADULT: Final = frozenset({"adults", "older", "pregnancy", "breastfeeding", "postpartum", "smokers"})
_YOUNG: Final = frozenset({"newborns", "infants", "children", "adolescents"})
_OTHER_SEX: Final = {"men": "women", "women": "men"}
_EUROPE: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_GROUP: Final = re.compile(
    rf"\b(?:(?:an?|the|older|younger|young|adult|pregnant|breast-?feeding|elderly)\s+)?(?:{'|'.join(_WORDS.values())})"
    rf"(?:\s+(?:{'|'.join(_WORDS.values())}|patients?|people|persons?))*\b",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"(?:an?|the)\s+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def populations(text: str | None) -> frozenset[str]:
    """The groups that a text names; none where it names none."""
    if not text:
        return frozenset()
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(text))


def groups_in(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text names whom it is about: `pregnant woman`, `older adults`; words that stand together are one."""
    found = []
    for m in _GROUP.finditer(text):
        article = _ARTICLE.match(m.group())
        found.append((m.start() + (article.end() if article is not None else 0), m.end()))
    return tuple(found)


def checked_population(words: str) -> str:
    """The words, which must name a group that is known. Raises EvidenceError."""
    if not populations(words):
        raise EvidenceError(
            f"population: {words!r:.60} names no group. Use {', '.join(_WORDS)}, alone or in a phrase, or leave it out."
        )
    return words


def checked_country(name: str) -> str:
    """ISO letters of a country, `Europe` or `international`, from any of its names. Raises EvidenceError."""
    found = place(name)
    if found is None:
        raise EvidenceError(
            f"jurisdiction: {name!r:.60} is no country. Give ISO 3166 letters (GB, us), a country's name, Europe or international."
        )
    return found


def fits(documents: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether what is true of the documents' groups may bear on those asked about."""
    if not documents or not asked:
        return True
    if documents & asked:
        return True
    young, adult = asked & _YOUNG, asked & _ADULT
    if young and not adult and documents & _ADULT and not documents & _YOUNG:
        return False
    if adult and not young and documents & _YOUNG and not documents & _ADULT:
        return False
    if any(_OTHER_SEX.get(group) in documents for group in asked) and not documents - {"men", "women"}:
        return False
    special = documents & {"pregnancy", "breastfeeding", "postpartum"}
    return not (special and "men" in asked)


def nearness(documents: frozenset[str], asked: frozenset[str]) -> float:
    """1 for the same people, 0 for nobody's in particular, -1 for others."""
    if not fits(documents, asked):
        return -1.0
    return len(documents & asked) / len(asked) if asked else 0.0


def country(name: str | None) -> str | None:
    """ISO letters, `Europe`, `international`; the name as it is where it is none of these."""
    return None if name is None else place(name) or name.strip()


def holds_in(documents: str | None, asked: str) -> bool:
    """Whether a document of that jurisdiction may speak for the country that was asked for."""
    where, wanted = country(documents), country(asked)
    if where is None or wanted is None or where == wanted or where == "international":
        return True
    return where == "Europe" and wanted in _EUROPE


def closeness(documents: str | None, asked: str | None) -> float:
    """1 for the same country, less for its continent and for everywhere, 0 where nothing is known."""
    where, wanted = country(documents), country(asked)
    if where is None or wanted is None:
        return 0.0
    if where == wanted:
        return 1.0
    if where == "Europe" and wanted in _EUROPE:
        return 0.7
    return 0.4 if where == "international" else -1.0
