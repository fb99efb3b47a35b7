"""A list of words written as one text: easier to read, and to keep in order, than a row of quoted ones."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    return tuple(text.split())
