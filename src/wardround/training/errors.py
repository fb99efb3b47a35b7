"""What can go wrong in training: each says what to do next.

TrainingError          anything below; a setting, a folder or a lesson that cannot be used
└── MissingExtra       a package that learning needs is not installed
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class TrainingError(Exception):
    """`fix` says what to do next."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(f"{message} {fix}".strip())
        self.message = message
        self.fix = fix


class MissingExtra(TrainingError):
    """A package that learning needs is not installed."""


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Imports in this block that fail say which extra brings them."""
    try:
        yield
    except ImportError as error:
        raise MissingExtra(
            f"training needs a package that is not installed: {error.name}.",
            fix=f"Run: pip install 'wardround[{extra}]'",
        ) from error
