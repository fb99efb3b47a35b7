"""The reader of the shipped base, and a short way to write what it read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wardround.knowledge import load
from wardround.language import Lexicon, Reader

Read = Callable[..., set[str]]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(Lexicon.build(load()))


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Coded mentions as `id`, `-id` where negated, with ` ?` uncertain, ` past`, ` family` or ` other`."""

    def written(text: str, *expecting: str) -> set[str]:
        out = set()
        for m in reader.read(text, expecting):
            if m.id is not None:
                marks = (
                    " ?" * m.uncertain + " past" * m.past + (f" {m.about}" if m.about != "patient" else "")
                )
                out.add("-" * m.negated + m.id + marks)
        return out

    return written


@pytest.fixture(scope="session")
def measure(reader: Reader) -> Callable[..., list[tuple[str, float | None, str]]]:
    """Values as (id or kind, value, unit)."""

    def written(text: str, *expecting: str) -> list[tuple[str, float | None, str]]:
        return [
            (m.id or m.kind, m.value.value if m.value else None, m.value.unit if m.value else "")
            for m in reader.read(text, expecting)
            if m.value is not None or m.id is None
        ]

    return written
