"""What the tools that look things up take, and how an action says what it rests on. Descriptions are what a model reads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from wardround.harness import Arguments

PassageId = Annotated[str, Field(min_length=3, max_length=200)]
LayerName = Literal["primary", "review", "guideline", "practice", "public", "regulatory"]
MOST_CITATIONS = 24


class Citation(Arguments):
    """What a sentence rests on: words of a passage that was retrieved in this visit."""

    passage: PassageId = Field(description="id of a passage that a search of this visit gave")
    quote: Annotated[str, Field(max_length=2_000)] = Field(
        default="",
        description="the passage's words that say it, exactly as they stand there; empty: all of it",
    )
    supports: Annotated[str, Field(max_length=2_000)] = Field(
        default="", description="the sentence of yours that it supports, exactly as you write it; empty: all"
    )


Citations = Annotated[
    list[Citation],
    Field(
        max_length=MOST_CITATIONS,
        description="what each sentence that asserts medicine rests on; only what was retrieved in this visit",
    ),
]


class SearchEvidence(Arguments):
    """Search guidance and literature. What it gives may be cited; nothing else may."""

    question: Annotated[str, Field(min_length=2, max_length=500)] = Field(
        description="what you want to know, with the patient's group where it matters"
    )
    about: list[Annotated[str, Field(min_length=3, max_length=120)]] = Field(
        default=[],
        max_length=12,
        description="ids that it concerns, such as condition.asthma or drug.metformin: gives the base's own entries too",
    )
    layers: list[LayerName] = Field(
        default=[], max_length=6, description="only these layers of the pyramid; empty: all"
    )
    since: int | None = Field(
        default=None, ge=1800, le=2200, description="only what is from this year or later"
    )
    limit: int = Field(default=6, ge=1, le=20, description="so many passages")


class ReadPassage(Arguments):
    """Read one passage whole, with its document: what it is, how deep it was read, whether it still stands."""

    passage: PassageId


class Calculators(Arguments):
    """List the calculators, or the inputs of one."""

    calculator: Annotated[str, Field(max_length=80)] = Field(
        default="", description="id of one, to see its inputs and units; empty: all of them"
    )


class Calculate(Arguments):
    """Work out a clinical formula or score. What is on the chart need not be given; what is missing is named."""

    calculator: Annotated[str, Field(min_length=2, max_length=80)] = Field(
        description="id of the calculator, such as ckd-epi-2021"
    )
    inputs: Annotated[dict[str, Any], Field(max_length=60)] = Field(
        default={},
        description='by name: a number with its unit as words ("72 kg"), yes or no, a choice, a day',
    )
    assume_absent: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[],
        max_length=40,
        description="criteria to count as absent, by name; they are listed in the result",
    )
