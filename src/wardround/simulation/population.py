"""The people of the simulated practice: ages, vital signs of children, allergies, households; read once from YAML.

Every section of the file names its source and grade. The base says what conditions do; this says to whom.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE: Final = Path(__file__).with_name("data") / "population.yaml"
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Age = tuple[float, float]
"""From, inclusive, and to, exclusive, in years."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Model):
    """Where the figures of a section come from."""

    body: str
    title: str
    year: int | None = None


class Section(_Model):
    """What every section states."""

    source: Source
    grade: Literal["measured", "reviewed", "recalled", "estimated"]


class Consulting(_Model):
    age: Age
    share: Share
    female: Share


class ConsultingMix(Section):
    bands: tuple[Consulting, ...]


class Value(Section):
    value: float


class Growth(Section):
    age: tuple[float, ...]
    weight_girl: tuple[float, ...]
    weight_boy: tuple[float, ...]
    height: tuple[float, ...]
    spread: Share


class AdultWeight(Section):
    female: float
    male: float
    obese: float


class Filtration(Section):
    child: float
    at_fifty: float
    fall_per_year: float
    highest: float
    lowest: float


class AllergyRate(_Model):
    group: str
    p: Share
    severe: Share
    reactions: tuple[str, ...]
    age: Age = (0.0, 130.0)


class Allergies(Section):
    items: tuple[AllergyRate, ...]


class Household(_Model):
    age: Age
    weights: dict[str, float]


class Households(Section):
    bands: tuple[Household, ...]


class Occupation(_Model):
    age: Age
    names: tuple[str, ...]


class Occupations(Section):
    bands: tuple[Occupation, ...]


class Gestation(Section):
    other: tuple[int, int]
    weeks: dict[str, tuple[int, int]]


class TellingRates(Section):
    unreliable: Share
    unsure: Share
    denied: Share
    forgotten: Share
    contradicts: tuple[Share, Share]


class RecordRates(Section):
    active_today: Share
    controlled: Share
    diagnosed_before: Share
    treated: Share


class PersonNames(Section):
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    family: tuple[str, ...]


class Population(_Model):
    """The whole file."""

    consulting: ConsultingMix
    growth: Growth
    adult_weight: AdultWeight
    filtration: Filtration
    schwartz: Value
    allergies: Allergies
    living: Households
    work: Occupations
    drinking: Value
    former_smokers: Value
    gestation: Gestation
    telling: TellingRates
    record: RecordRates
    names: PersonNames


@functools.cache
def population() -> Population:
    """The file, validated."""
    content: Any = yaml.safe_load(FILE.read_text("utf-8"))
    return Population.model_validate(content)
