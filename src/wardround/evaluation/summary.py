"""Cases' results as one report: means, intervals, by tier, violations, and what the patients let slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from wardround.evaluation.intervals import Interval, intervals, means
from wardround.evaluation.results import DIMENSIONS, OVER_VISITS, SCAN, Result
from wardround.simulation import Interview, by_reading, of_utterances

HEADS: Final = ("total", *DIMENSIONS)
RANKS: Final = ("top1", "top3", "accuracy")
COUNTS: Final = ("turns", "decisions", "think_tokens", "critical_missed", "harmful", "finished")
SHOWN_FAILURES: Final = 20


def summary(results: Sequence[Result], seed: int) -> dict[str, Any]:
    """Everything that is averaged over cases. Names with a dot become nested objects, in `ci95` too."""
    scored = [r for r in results if r.scored]
    names = [n for n in _names() if any(n in r.figures for r in scored)] or list(HEADS)
    rows = [r.figures for r in scored]
    return {
        "n": len(results),
        "unscored": len(results) - len(scored),
        "broken": [{"case": r.case, "error": r.error} for r in results if not r.scored],
        **_nested(means(rows, names)),
        "ci95": _nested(intervals(rows, names, seed)),
        "unsafe_executed": int(sum(r.figures.get("unsafe_executed") or 0 for r in scored)),
        "violations": dict(sorted(sum((Counter(r.violations) for r in scored), Counter()).items())),
        "by_tier": _by_tier(scored, seed),
        "patients": patients([i for r in results for i in r.interviews]),
    }


def _names() -> tuple[str, ...]:
    scan = (f"scan.{name}" for name in SCAN)
    over = (f"over_visits.{name}" for name in OVER_VISITS)
    return (*HEADS, "visits", *over, *scan, *RANKS, *COUNTS, "language_recall")


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in flat.items():
        head, _, rest = name.partition(".")
        if rest:
            found.setdefault(head, {})[rest] = value
        else:
            found[head] = value
    return found


def _by_tier(scored: Sequence[Result], seed: int) -> dict[str, Any]:
    tiers: dict[str, Any] = {}
    for tier in ("easy", "moderate", "hard"):
        rows = [r.figures for r in scored if r.tier == tier]
        if rows:
            names = (*HEADS, *RANKS)
            tiers[tier] = {"n": len(rows), **means(rows, names), "ci95": intervals(rows, names, seed)}
    return tiers


def patients(interviews: Sequence[Interview]) -> dict[str, Any]:
    """Privacy and fact of the patients who spoke, from the facts beside their words and from the words alone."""
    stated, read = of_utterances(interviews), by_reading(interviews)
    return {
        "encounters": stated.encounters,
        "replies": stated.replies,
        "privacy": stated.privacy,
        "fact": stated.fact,
        "by_reading": {"privacy": read.privacy, "fact": read.fact},
        "failures": [asdict(f) for f in (*stated.failures, *read.failures)[:SHOWN_FAILURES]],
    }


def phrasing_gap(held_out: Sequence[Result], training: Sequence[Result], seed: int) -> dict[str, Any]:
    """What the same cases score in words that training uses, less what they score in words that it never does."""
    names = ("total", "language_recall")
    pairs = [(h, t) for h, t in zip(held_out, training, strict=True) if h.scored and t.scored]
    apart = [{n: _less(t.figures.get(n), h.figures.get(n)) for n in names} for h, t in pairs]
    gap_intervals: dict[str, Interval | None] = intervals(apart, names, seed)
    return {
        "n": len(pairs),
        "training": means([t.figures for _, t in pairs], names),
        "held_out": means([h.figures for h, _ in pairs], names),
        "gap": means(apart, names),
        "ci95": gap_intervals,
    }


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
