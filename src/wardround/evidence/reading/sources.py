"""Sources that a text names: a PMID, DOI or trial's number, authors with a year, a guideline's or an agency's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_GENERAL: Final = re.compile(
    r"\b(?:according to|guideline|guidelines|guidance|NICE|BNF|WHO|SIGN|ESC|ADA|GINA|GOLD|USPSTF|FDA|MHRA|EMA|Cochrane|SmPC|"
    r"label(?:ling)?|trial|meta-analys[ie]s|cohort|study|studies|systematic review|et al)\b"
)
_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|In|Since|By|From"
)
_PMID: Final = re.compile(
    r"\b(?:PMID|PubMed(?: ID)?)\s*[:#]?\s*(?P<key>\d{1,9})\b|pubmed\.ncbi\.nlm\.nih\.gov/(?P<link>\d{1,9})",
    re.I,
)
_DOI: Final = re.compile(r"\b(?P<key>10\.\d{4,9}/[^\s\"'<>\])]*[^\s\"'<>\]).,;:])", re.I)
_TRIAL: Final = re.compile(r"\b(?P<key>NCT\d{8}|ISRCTN\d{6,10})\b", re.I)
_NAME: Final = r"(?P<author>[A-Z][\w'\u2019-]{1,30})"
_YEAR: Final = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)"
_AUTHORS: Final = (
    re.compile(rf"\b{_NAME},? (?:et al\b\.?|and colleagues\b)[^.;]{{0,60}}?{_YEAR}\)?"),
    re.compile(rf"\b{_NAME},? (?:and|&) [A-Z][\w'\u2019-]{{1,30}},? \(?{_YEAR}\)?"),
    re.compile(rf"[(\[]\s*(?!(?:{_MONTHS})\b){_NAME},? {_YEAR}\s*[)\]]"),
)
Sort = Literal["pmid", "doi", "trial", "authors"]


@dataclass(frozen=True, slots=True)
class Named:
    """A source by what it can be looked up under. `words` as they stand."""

    sort: Sort
    key: str
    words: str


def names_a_source(text: str) -> bool:
    """Whether a claim speaks of a source at all."""
    return _GENERAL.search(text) is not None or any(True for _ in named_sources(text))


def named_sources(text: str) -> Iterator[Named]:
    """Sources that can be looked up, in no particular order, each once."""
    for m in _PMID.finditer(text):
        yield Named("pmid", m["key"] or m["link"], m.group())
    for m in _DOI.finditer(text):
        yield Named("doi", m["key"].lower(), m.group())
    for m in _TRIAL.finditer(text):
        yield Named("trial", m["key"].upper(), m.group())
    for m in (m for pattern in _AUTHORS for m in pattern.finditer(text)):
        yield Named("authors", f"{m['author'].lower()} {m['year']}", m.group())
