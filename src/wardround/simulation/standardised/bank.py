"""The phrase bank: frames, manners, interruptions and names of drugs, read once from the room's data and checked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

DATA: Final = Path(__file__).resolve().parent.parent / "data"
Phrasing = Literal["training", "held-out"]
PHRASINGS: Final[tuple[Phrasing, ...]] = ("training", "held-out")
Side = Literal["own", "carer"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Several = Annotated[tuple[str, ...], Field(min_length=1)]


class PhraseBankError(ValueError):
    """A phrase bank that cannot be used. The message names file and field."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frames(_Entry):
    """Frames of one polarity: as they are, around a symptom or a history that is a noun phrase, around other lay words."""

    plain: Several
    things: tuple[str, ...] = ()
    histories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Polar(_Entry):
    """How one side answers a question about a finding."""

    yes: Frames
    no: Frames
    unsure: Frames
    value: Several


class Listing(_Entry):
    """About a topic: there is something, or nothing."""

    some: Several
    none: Several


class TopicFrames(_Entry):
    """How one side speaks of each topic."""

    allergies: Listing
    drugs: Listing
    problems: Listing
    family: Listing
    onset: Listing
    pregnancies: Listing
    since_today: Several
    living: Several
    work: Several
    complaint: Several


class Sides(_Entry):
    """Answers of the patient, and of somebody who speaks for the patient."""

    own: Polar
    carer: Polar


class TopicSides(_Entry):
    """Topics, by who speaks."""

    own: TopicFrames
    carer: TopicFrames


class SaidBy(_Entry):
    """Phrases by who speaks."""

    own: Several
    carer: Several


class Answers(_Entry):
    """answers.yaml."""

    training: Sides
    held_out: Sides
    not_known: SaidBy
    not_understood: Several
    again: Several
    nothing_more: Several

    def of(self, phrasing: Phrasing, side: Side) -> Polar:
        """The frames of a phrasing and a side."""
        sides = self.training if phrasing == "training" else self.held_out
        return sides.own if side == "own" else sides.carer


class Topics(_Entry):
    """topics.yaml."""

    training: TopicSides
    held_out: TopicSides
    asked: dict[str, re.Pattern[str]]

    @field_validator("asked", mode="before")
    @classmethod
    def _compiled(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {topic: re.compile(str(pattern), re.IGNORECASE) for topic, pattern in value.items()}

    def of(self, phrasing: Phrasing, side: Side) -> TopicFrames:
        """The frames of a phrasing and a side."""
        sides = self.training if phrasing == "training" else self.held_out
        return sides.own if side == "own" else sides.carer


class Manner(_Entry):
    """How somebody speaks: what stands around answers, and how attentively questions are heard."""

    name: str
    share: Share
    wraps: Share
    answers_all: bool
    asks_again: Share
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    after_yes: tuple[str, ...] = ()
    after_no: tuple[str, ...] = ()


class Manners(_Entry):
    """manners.yaml."""

    manners: Annotated[tuple[Manner, ...], Field(min_length=1)]
    asks_again: Several


class CarersWorries(_Entry):
    """What a carer brings up."""

    worries: Several
    questions: Several


class Interruptions(_Entry):
    """interruptions.yaml."""

    share: Share
    within: Share
    at_most: Annotated[int, Field(ge=1)]
    between: tuple[int, int]
    worries: Several
    questions: Several
    extra: Several
    after_answer: Several
    cut_in: str
    carer: CarersWorries


class DrugNames(_Entry):
    """drug_names.yaml."""

    by_class: Share
    garbled: Share
    lay_ending: re.Pattern[str]
    garbles: Several


class Bank(_Entry):
    """Everything together."""

    answers: Answers
    topics: Topics
    manners: Manners
    interruptions: Interruptions
    drug_names: DrugNames


def read_bank(folder: Path) -> Bank:
    """Read and check a bank. Raises PhraseBankError."""
    given: dict[str, object] = {}
    for name in Bank.model_fields:
        path = folder / f"{name}.yaml"
        try:
            given[name] = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise PhraseBankError(f"{path}: cannot be read ({error}): give UTF-8 YAML.") from error
    try:
        return Bank.model_validate(given)
    except (ValidationError, re.error) as error:
        raise PhraseBankError(f"{folder}: {error}: mend the field named.") from error


@cache
def bank() -> Bank:
    """The bank that ships, read once per process."""
    return read_bank(DATA)
