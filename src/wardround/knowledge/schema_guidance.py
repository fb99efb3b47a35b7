"""What a passage of built-in guidance may say: quotable sentences in our own words, and the care pathway in them, if any.

A file of guidance states source and grade once (`default`) and a passage may override them; `filled` writes them into
each passage, so that a `Guidance` always names both.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from wardround.knowledge.schema import Entry, Grade, Graded, Slug

Action = Literal["avoid", "caution", "prefer", "do", "monitor"]
ACTIONS: Final[tuple[Action, ...]] = ("avoid", "caution", "prefer", "do", "monitor")
_SUBJECTS: Final = ("analyte", "finding", "condition", "drug", "test", "pregnant", "sex")


class When(Entry):
    """One thing that must hold. `below` and `above` exclude the limit itself; `age_above` includes the birthday, as
    everywhere in the base. A `drug` is one that is taken, or a class of which one is. A `test` is positive."""

    analyte: Slug | None = None
    finding: Slug | None = None
    condition: Slug | None = None
    drug: Slug | None = None
    test: Slug | None = None
    pregnant: bool | None = None
    sex: Literal["female", "male"] | None = None
    age_below: float | None = None
    age_above: float | None = None
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> When:
        named = [name for name in _SUBJECTS if getattr(self, name) is not None]
        by_age = self.age_below is not None or self.age_above is not None
        if len(named) + by_age != 1:
            raise ValueError(f"when: each item names exactly one of {', '.join(_SUBJECTS)} or an age")
        limited = self.below is not None or self.above is not None
        if self.analyte is not None and not limited:
            raise ValueError("below or above: needed beside analyte")
        if limited and not (self.analyte or self.finding):
            raise ValueError("below or above: only beside analyte or a measured finding")
        return self


class Then(Entry):
    """What follows: exactly one. `avoid`, `caution`, `prefer` name a drug or a class; `monitor` a test or analyte or
    says in words what to watch; `do` is a test, or says in words what to do."""

    avoid: Slug | None = None
    caution: Slug | None = None
    prefer: Slug | None = None
    do: str | None = None
    monitor: str | None = None

    @model_validator(mode="after")
    def _one_action(self) -> Then:
        if sum(getattr(self, name) is not None for name in ACTIONS) != 1:
            raise ValueError(f"then: exactly one of {', '.join(ACTIONS)}")
        return self

    @property
    def action(self) -> Action:
        """Which of the five."""
        return next(name for name in ACTIONS if getattr(self, name) is not None)

    @property
    def target(self) -> str:
        """The id or the words."""
        return str(getattr(self, self.action))


class Rule(Entry):
    """An atomic care pathway: if all of `when` hold, then `then`."""

    when: Annotated[tuple[When, ...], Field(min_length=1)]
    then: Then


class Guidance(Graded):
    """One quotable passage: one to three sentences that can be understood alone. Never `estimated`.

    `population` is `adults`, `children`, `pregnancy`, `older`, `all`, or words; `jurisdiction` is `international`,
    `Europe`, `UK`, `US` or another country.
    """

    id: Annotated[str, StringConstraints(pattern=r"^guidance(\.[a-z0-9_]+){2,}$")]
    text: str
    about: Annotated[tuple[Slug, ...], Field(min_length=1)]
    layer: Literal["primary", "review", "guideline", "practice", "public", "regulatory"]
    asks: Literal["diagnosis", "treatment", "monitoring", "prevention", "prognosis", "safety", "advice"]
    population: Annotated[str, StringConstraints(min_length=3)]
    jurisdiction: Annotated[str, StringConstraints(min_length=2)]
    source: str
    grade: Grade
    rule: Rule | None = None


def filled(raw: dict[str, Any]) -> dict[str, Any]:
    """A file's mapping with its `default` written into every passage that names no source or grade of its own."""
    if "guidance" not in raw or not isinstance(raw.get("default"), dict):
        return raw
    default = raw["default"]
    rest = {key: value for key, value in raw.items() if key != "default"}
    if set(default) - {"source", "grade"} or not isinstance(raw["guidance"], list):
        return raw
    return {**rest, "guidance": [{**default, **p} if isinstance(p, dict) else p for p in raw["guidance"]]}
