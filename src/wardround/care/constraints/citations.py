"""Citations: only what was retrieved in this visit, only words that stand there, nothing that was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wardround.care.chart import Chart
from wardround.care.citing import WORDS, words_of
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, deny, judging, short
from wardround.care.evidence_arguments import Citation

_HOUSE = "House policy: nothing is cited that was not retrieved"
Check = Callable[[Chart, Citation, tuple[str, ...]], str | None]


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about citations, for each tool whose action may cite."""
    return tuple(
        _citing(About(id, "major", _HOUSE, title), check)
        for id, title, check in (
            (
                "care.citation.not_retrieved",
                "No citation of what was not retrieved in this visit",
                _not_retrieved,
            ),
            (
                "care.citation.not_there",
                "No citation of words that do not stand in the passage, or for words not said",
                _not_there,
            ),
            ("care.citation.retracted", "No citation of a document that was retracted", _retracted),
        )
    )


def _citing(about: About, check: Check) -> Rule:
    """One rule over every tool that cites. An emergency is never held back: there a citation that does not hold is
    left out instead."""

    def say(chart: Chart, wants: Any) -> Word | None:
        citations = wants.citations
        if not citations or getattr(wants, "urgency", "") == "emergency":
            return None
        signed = hasattr(
            wants, "drug"
        )  # whoever signs may edit the words, and is not refused for what they leave uncited
        said = () if signed else tuple(w for tool in WORDS for w in words_of(tool, vars(wants)))
        reasons = (check(chart, one, said) for one in citations)
        reason = next((r for r in reasons if r is not None), None)
        return deny(reason) if reason else None

    return judging(about, "deny", " ".join(WORDS), say)


def _not_retrieved(chart: Chart, one: Citation, said: tuple[str, ...]) -> str | None:
    if one.passage in chart.passages:
        return None
    return (
        f"{short(one.passage, 80)} was not retrieved in this visit, so it cannot be cited: search first "
        "(search_evidence) and cite what that gives, or say it without a source"
    )


def _not_there(chart: Chart, one: Citation, said: tuple[str, ...]) -> str | None:
    passage = chart.passages.get(one.passage)
    if passage is None:
        return None
    if one.quote not in passage["text"]:
        return f"the words {short(one.quote, 80)!r} do not stand in {one.passage}: quote it exactly, or leave quote empty"
    if one.supports and said and not any(one.supports in words for words in said):
        return f"{short(one.supports, 80)!r} is not what you say: give the sentence exactly as you write it"
    return None


def _retracted(chart: Chart, one: Citation, said: tuple[str, ...]) -> str | None:
    passage = chart.passages.get(one.passage)
    if passage is None or not passage.get("retracted"):
        return None
    return f"{one.passage} was retracted: it supports nothing"
