"""Shorthand: a visit in a few hundred tokens, for a small model of our own: terse messages, terse calls, and back."""

from wardround.care.shorthand.calls import ShortCall
from wardround.care.shorthand.lessons import lesson
from wardround.care.shorthand.names import ShortNames, short_names
from wardround.care.shorthand.renderer import ShorthandRenderer
from wardround.care.shorthand.thoughts import Thinking, believed
from wardround.care.shorthand.words import spelled, vocabulary

__all__ = [
    "ShortCall",
    "ShortNames",
    "ShorthandRenderer",
    "Thinking",
    "believed",
    "lesson",
    "short_names",
    "spelled",
    "vocabulary",
]
