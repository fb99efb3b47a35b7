"""`knowledge check`: everything that can be wrong with a base, found at once, and what is honest to report of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wardround.knowledge.loader import DATA_DIR


@dataclass(frozen=True, slots=True)
class Report:
    """`errors` is empty where all is well. `uncoded` and `grades` are not errors, but nobody should have to guess."""

    errors: tuple[str, ...]
    uncoded: Mapping[str, list[str]]
    unguided: Mapping[str, list[str]]
    """Conditions and drugs that no passage of guidance is about."""
    grades: Mapping[str, Mapping[str, float]]
    counts: Mapping[str, int]
    version: str

    def as_dict(self) -> dict[str, Any]:
        """Plain types for JSON."""
        return {**asdict(self), "errors": list(self.errors)}


def check(base_dir: Path | None = None, codes_dir: Path | None = None, *, oracle: bool = True) -> Report:
    """Checks a folder of YAML (the shipped one by default), its codes against lists where a folder holds them.

    `oracle` samples patients of every condition and sees whether the posterior tells them apart (seconds).
    """
    from wardround.knowledge.checks.every import (
        check_everything,  # late: whoever only reads the base needs none of it
    )

    return check_everything(base_dir or DATA_DIR, codes_dir, oracle=oracle)
