"""What makes one of two passages that fit a question the better one: layer, age, population, country; and what sinks it.

Every preference is a share of the passage's relevance, so that what has nothing to do with the question gains nothing.
Round figures, chosen by hand, tuned on nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from wardround.evidence.documents import Document, Passage
from wardround.evidence.searching.needs import PREFERRED, Need
from wardround.evidence.searching.populations import closeness, nearness, populations

ABOUT: Final = 0.5
LAYER: Final = 0.2
NEWER: Final = 0.1
POPULATION: Final = 0.15
COUNTRY: Final = 0.1
SUPERSEDED: Final = -0.6
RETRACTED: Final = -0.9
HALF_AS_NEW: Final = 10
"""Years after which a work counts as half as new."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What is preferred. `newest` is the latest year that the library holds."""

    need: Need
    groups: frozenset[str]
    country: str | None
    about: frozenset[str]
    newest: int | None


def preferences(passage: Passage, taste: Taste) -> Iterator[tuple[str, float]]:
    """Name and share of each preference that bears on the passage; those of nothing are left out."""
    document = passage.document
    shares = (
        ("about", ABOUT * _about(passage.about, taste.about)),
        ("layer", LAYER * PREFERRED[taste.need].get(document.layer, 0.0)),
        ("newer", NEWER * _newness(document, taste.newest)),
        ("population", POPULATION * nearness(populations(document.population), taste.groups)),
        ("country", COUNTRY * closeness(document.jurisdiction, taste.country)),
        ("superseded", SUPERSEDED if document.superseded_by else 0.0),
        ("retracted", RETRACTED if document.retracted else 0.0),
    )
    yield from ((name, share) for name, share in shares if share)


def _about(passage: Collection[str], wanted: frozenset[str]) -> float:
    return len(wanted & set(passage)) / len(wanted) if wanted else 0.0


def _newness(document: Document, newest: int | None) -> float:
    if document.year is None or newest is None:
        return 0.0
    return float(0.5 ** (max(newest - document.year, 0) / HALF_AS_NEW))
