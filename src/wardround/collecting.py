"""What a process that lives long tells Python's garbage collector once everything is loaded."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""New objects between two looks at the young ones; Python's own 700 looks several times in every request."""


def collect_seldom() -> None:
    """Leave what is loaded out of every later collection, and look at what is new less often.

    A cold recall of a patient with 100 facts makes some thousand objects, none of them in a cycle: with Python's own
    setting a quarter of its 99th percentile was the collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
