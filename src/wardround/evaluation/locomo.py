"""LoCoMo's long conversations (Maharana et al. 2024) as they are published: turns, questions, and where their evidence stands.

Only what was said is read: not the set's own summaries and observations, which name the evidence, nor what images were
searched by. Evidence is written in several ways (`D8:6; D9:17`, `D:11:26`, `D30:05`); what names no turn is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from wardround.harness import ConfigurationError

ADVERSARIAL: Final = 5
CATEGORIES: Final[Mapping[int, str]] = {
    1: "multi-hop",
    2: "temporal",
    3: "open-domain",
    4: "single-hop",
    ADVERSARIAL: "adversarial",
}
_SESSION: Final = re.compile(r"session_(\d+)")
_EVIDENCE: Final = re.compile(r"D:?(\d+):(\d+)")
_DAY: Final = re.compile(r"(\d{1,2}) ([A-Z][a-z]+),? (\d{4})")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_FIX: Final = "Give LoCoMo's JSON: a list of conversations with `conversation` and `qa`."

Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said. `text` has the caption of a picture that was shown with it."""

    id: str
    speaker: str
    text: str
    session: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Question:
    """`evidence`: places among the conversation's turns; none where it cannot be used."""

    conversation: str
    place: int
    text: str
    category: int
    evidence: frozenset[int]


@dataclass(frozen=True, slots=True)
class Conversation:
    """All of it, in order."""

    id: str
    turns: tuple[Turn, ...]
    questions: tuple[Question, ...]


class _Turn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    dia_id: Words
    speaker: Words
    text: Words = ""
    blip_caption: Words = ""


class _Question(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: Words
    category: int
    evidence: list[Words] = Field(default_factory=list)


class _Conversation(BaseModel):
    model_config = ConfigDict(extra="ignore")
    sample_id: Words = ""
    conversation: dict[str, Any]
    qa: list[_Question]


class _Session(BaseModel):
    turns: list[_Turn]


def read_locomo(path: Path) -> tuple[Conversation, ...]:
    """Every conversation of the file. Raises ConfigurationError that names what cannot be read."""
    try:
        raw = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"--data: {path} cannot be read: {error.strerror}.", fix=_FIX) from error
    except orjson.JSONDecodeError as error:
        raise ConfigurationError(f"--data: {path} is no JSON: {error}.", fix=_FIX) from error
    if not isinstance(raw, list) or not raw:
        raise ConfigurationError(f"--data: {path} holds no list of conversations.", fix=_FIX)
    read: list[Conversation] = []
    for number, one in enumerate(raw):
        try:
            read.append(_conversation(_Conversation.model_validate(one), number))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"])) or "it"
            raise ConfigurationError(
                f"--data: {path}, conversation {number}: {field}: {first['msg']}.", fix=_FIX
            ) from error
    return tuple(read)


def _conversation(raw: _Conversation, number: int) -> Conversation:
    name = raw.sample_id or str(number)
    turns = _turns(raw.conversation)
    places = {turn.id: place for place, turn in enumerate(turns)}
    questions = tuple(
        Question(name, place, q.question.strip(), q.category, _evidence(q.evidence, places))
        for place, q in enumerate(raw.qa)
    )
    return Conversation(name, turns, questions)


def _turns(raw: Mapping[str, Any]) -> tuple[Turn, ...]:
    """All sessions' turns, by the sessions' numbers."""
    numbered = sorted(
        (int(match[1]), key) for key in raw if (match := _SESSION.fullmatch(key)) and raw[key] is not None
    )
    return tuple(
        Turn(
            _id(turn.dia_id),
            turn.speaker,
            " ".join(filter(None, (turn.text, turn.blip_caption))),
            number,
            day,
        )
        for number, key in numbered
        for day in [_day(raw.get(f"{key}_date_time"))]
        for turn in _Session.model_validate({"turns": raw[key]}).turns
    )


def _day(written: object) -> date | None:
    """The day of `1:56 pm on 8 May, 2023`; None where it says none."""
    match = _DAY.search(written) if isinstance(written, str) else None
    if match is None:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None


def _id(written: str) -> str:
    match = _EVIDENCE.search(written)
    return f"D{int(match[1])}:{int(match[2])}" if match else written


def _evidence(written: list[str], places: Mapping[str, int]) -> frozenset[int]:
    named = (f"D{int(session)}:{int(turn)}" for one in written for session, turn in _EVIDENCE.findall(one))
    return frozenset(places[name] for name in named if name in places)
