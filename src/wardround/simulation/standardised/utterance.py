"""What a standardised patient said: the words, and beside them the facts in them, so that nobody has to read them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = bool | float | str | None


@dataclass(frozen=True, slots=True)
class Said:
    """One fact: `about` is a finding's id or a topic; `value` what was said of it, None where the patient cannot tell.

    Of a topic there is one fact a thing, in the patient's belief's own text; False where there is nothing.
    """

    about: str
    value: Value


@dataclass(frozen=True, slots=True)
class Utterance:
    """`facts` answer what was asked; `volunteered` are those of an interruption; `asked` is what was understood.

    `interruption` is `end` where the patient added a line, `within` where the doctor was cut short and the question
    not heard.
    """

    text: str
    facts: tuple[Said, ...] = ()
    volunteered: tuple[Said, ...] = ()
    asked: tuple[str, ...] = ()
    interruption: Literal["end", "within"] | None = None
