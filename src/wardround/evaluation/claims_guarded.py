"""`wardround eval claims --planted`: what becomes of sentences of the built-in guidance, and of the same with an error in them.

A sentence counts as borne out where each of its claims is. Beside it the cache of verdicts, on pairs made to confuse it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np

from wardround.evaluation.claims_cache import ADVERSARIAL, EQUAL, adversarial, equal, try_pairs
from wardround.evaluation.claims_planted import CHANGES, plant
from wardround.evaluation.intervals import DIGITS, RESAMPLES
from wardround.evaluation.surroundings import surroundings
from wardround.evidence import Judged, Library, Verdict, Verifier, builtin_passages, claims, sentences
from wardround.harness import ConfigurationError
from wardround.knowledge import load

COUNT: Final = 300
_FEWEST_WORDS: Final = 5

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class GuardedConfig:
    """`limit`: so many sentences instead of 300, and so many pairs instead of 2,000."""

    limit: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Checked before anything is read."""
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to judge.", fix="Give 1 or more.")


@dataclass(frozen=True)
class GuardedDone:
    """The report, and every sentence."""

    report: dict[str, Any]
    cases: tuple[dict[str, Any], ...]


def examine_guarded(config: GuardedConfig, told: Told | None = None) -> GuardedDone:
    """Judge every sentence as it is and as it was changed."""
    began = perf_counter()
    base = load()
    verifier = Verifier(base, Library.builtin(base))
    written = [
        (p.id, p.text[start:end])
        for p in builtin_passages(base)
        for start, end in sentences(p.text)
        if len(p.text[start:end].split()) >= _FEWEST_WORDS
    ]
    planted = plant(base, written, config.limit or COUNT, config.seed)
    cases: list[dict[str, Any]] = []
    for number, one in enumerate(planted):
        as_it_is = verifier.judge(claims(one.sentence, base))
        changed = verifier.judge(claims(one.wrong, base))
        cases.append(
            {
                **asdict(one),
                "untouched": str(_whole(as_it_is)),
                "changed": str(_whole(changed)),
                "why": [f"{j.verdict}: {j.claim.text}: {j.why}" for j in changed],
            }
        )
        if told is not None:
            told(number + 1, len(planted))
    texts = [text for _, text in written]
    count = config.limit or ADVERSARIAL
    report = {
        "task": "claims",
        "n": len(cases),
        "unscored": 0,
        **_figures(cases, config.seed),
        "cache": {
            "adversarial": try_pairs(verifier.new_cache, adversarial(base, texts, count, config.seed)),
            "equal": try_pairs(verifier.new_cache, equal(base, texts, min(count, EQUAL), config.seed)),
        },
        "seconds": round(perf_counter() - began, 2),
        "config": asdict(config),
        "seed": config.seed,
        **surroundings(),
    }
    return GuardedDone(report, tuple(cases))


def _whole(judged: tuple[Judged, ...]) -> Verdict:
    """Of a sentence: Refuted where a claim is, Supported where all are."""
    verdicts = {one.verdict for one in judged}
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    return Verdict.SUPPORTED if verdicts == {Verdict.SUPPORTED} else Verdict.UNCERTAIN


def _figures(cases: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    """Which share of the untouched sentences is Supported, and of the changed ones not, in all and by change."""
    kept = np.array([c["untouched"] == Verdict.SUPPORTED for c in cases], dtype=float)
    caught = np.array([c["changed"] != Verdict.SUPPORTED for c in cases], dtype=float)
    by_change = {
        change: {
            "n": len(own),
            "caught": _mean([c["changed"] != Verdict.SUPPORTED for c in own]),
            "refuted": _mean([c["changed"] == Verdict.REFUTED for c in own]),
        }
        for change in CHANGES
        for own in [[c for c in cases if c["change"] == change]]
    }
    rng = np.random.default_rng(seed)
    times = (
        rng.multinomial(len(cases), np.full(len(cases), 1 / max(1, len(cases))), size=RESAMPLES)
        if cases
        else None
    )
    ci = {
        name: None
        if times is None
        else tuple(round(float(v), DIGITS) for v in np.percentile(times @ of / len(cases), [2.5, 97.5]))
        for name, of in (("untouched_supported", kept), ("planted_caught", caught))
    }
    return {
        "untouched_supported": _mean(kept.tolist()),
        "planted_caught": _mean(caught.tolist()),
        "planted_refuted": _mean([c["changed"] == Verdict.REFUTED for c in cases]),
        "ci95": ci,
        "by_change": by_change,
        "changes": dict(Counter(c["change"] for c in cases)),
        "missed": [
            {k: c[k] for k in ("change", "sentence", "wrong", "why")}
            for c in cases
            if c["changed"] == Verdict.SUPPORTED
        ],
        "lost": [c["sentence"] for c in cases if c["untouched"] != Verdict.SUPPORTED],
    }


def _mean(values: list[Any]) -> float | None:
    return round(sum(map(float, values)) / len(values), DIGITS) if values else None
