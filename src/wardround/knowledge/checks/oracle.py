"""Can the conditions be told apart? Sampled patients, all findings known, diagnosed by the posterior."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from wardround.knowledge.checks.draft import Problem
from wardround.knowledge.inference import posterior
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.sampling import sample_patient

SAMPLES: Final = 60
TOP: Final = 3
NEEDED: Final = 0.9
CLOSER: Final = 5
"""So many times the samples decide where the first ones fall short, for sixty are too few to condemn."""


def check_oracle(base: KnowledgeBase, samples: int = SAMPLES) -> Iterator[Problem]:
    """Of every condition's patients, at least nine in ten have it among the first three."""
    for condition in base.conditions:
        share, taken_for = oracle_share(base, condition, samples)
        if share < NEEDED:
            share, taken_for = oracle_share(base, condition, samples * CLOSER)
        if share < NEEDED:
            told = ", ".join(f"{slug} ({n})" for slug, n in taken_for.most_common(2))
            fix = f"in the first {TOP} of only {share:.2f} of its patients; taken for {told}: say what tells them apart"
            yield Problem(condition, "findings", fix)


def oracle_share(base: KnowledgeBase, condition: str, samples: int = SAMPLES) -> tuple[float, Counter[str]]:
    """The share of sampled patients whose first three hold the condition, and what the others were taken for."""
    rng = np.random.default_rng(zlib.crc32(condition.encode()))
    missed: Counter[str] = Counter()
    for _ in range(samples):
        sample = sample_patient(base, condition, rng)
        first = [slug for slug, _ in posterior(base, sample.evidence()).top(TOP)]
        if condition not in first:
            missed[first[0]] += 1
    return 1 - missed.total() / samples, missed
