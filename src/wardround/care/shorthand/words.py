"""The words of shorthand: every string that a tokenizer of our own should hold as one token."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from wardround.care.constraints import clinical_constraints
from wardround.care.shorthand.calls import (
    CERTAINTIES,
    CONFLICT,
    DECISIONS,
    DISPOSITIONS,
    SAYINGS,
    URGENCIES,
    ShortTools,
)
from wardround.care.tools import TOPICS
from wardround.knowledge import KnowledgeBase

SIGNS = (" +", " -", " ?", " =", "+", "-", "?", "=")
"""What stands before a finding; with the space that parts it from what came before."""
OF_THE_HARNESS = ("harness.schema", "harness.because", "harness.unknown-tool")
"""Ids of refusals that no rule of the clinic speaks."""
OPENED = (
    ("ask", "about"),
    ("order_test", "test"),
    ("recall", "topic"),
    ("check_prescription", "drug"),
    ("search_evidence", "about"),
    ("diagnose", "condition"),
    ("prescribe", "drug"),
    ("stop", "drug"),
    ("refer", "to"),
    ("escalate", "red_flag"),
)
"""Calls that begin with one string."""
WITHOUT = ("examine", "search_evidence", "read_passage", "follow_up")
"""Calls that take nothing."""


def vocabulary(base: KnowledgeBase) -> tuple[str, ...]:
    """Openings and ends of calls as compact JSON writes them, whole calls of few words, signs, and ids; in a stable order.

    Conditions are not among them: their short names are spelled.
    """
    return tuple(dict.fromkeys((*_calls(), *SIGNS, "«", "»", *ids(base))))


def ids(base: KnowledgeBase) -> Iterator[str]:
    """Every id that stands as it is, kind by kind."""
    yield from sorted(base.findings)
    yield from sorted(base.drugs)
    yield from sorted(base.tests)
    yield from sorted(base.red_flags)
    yield from sorted(base.analytes)
    yield from sorted(base.cross_reactivity)
    yield from sorted(base.classes)
    yield from sorted(rule.id for rule in clinical_constraints(base))
    yield from OF_THE_HARNESS


def _calls() -> Iterator[str]:
    for tool, argument in OPENED:
        yield f'{_named(tool)}{{"{argument}":"'
    yield from (f'{_named("ask")}{{"about":"{topic}"}}}}' for topic in (*sorted(TOPICS), CONFLICT))
    yield from (f"{_named(tool)}{{}}}}" for tool in WITHOUT)
    yield from (f'{_named("advise")}{{"say":"{saying}"}}}}' for saying in SAYINGS)
    yield from (f'{_named("close")}{{"disposition":"{where}"}}}}' for where in DISPOSITIONS)
    yield f'{_named("examine")}{{"findings":["'
    yield f'{_named("differential")}{{"ranked":["'
    yield f'{_named("settle")}{{"conflict":'
    ends = (("certainty", CERTAINTIES), ("urgency", URGENCIES))
    yield from (f'","{name}":"{value}"}}}}' for name, values in ends for value in values)
    yield from (f',"{name}":"{value}"}}}}' for name, value in product(("decision",), DECISIONS))
    yield from ('"}}', '","', '"]}}')


def _named(tool: str) -> str:
    return f'{{"name":"{tool}","arguments":'


def spelled(base: KnowledgeBase) -> tuple[str, ...]:
    """The characters that conditions' short names are spelled in."""
    return tuple(sorted({character for code in ShortTools.of(base).names.slug for character in code}))
