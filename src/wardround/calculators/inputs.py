"""What a calculator asks for: a name, a kind, the units that are accepted, and the bounds within which it is believable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MALE, FEMALE = "male", "female"


class Kind(StrEnum):
    """What sort of answer an input takes."""

    QUANTITY = "quantity"
    YES_NO = "yes-no"
    CHOICE = "choice"
    DATE = "date"
    AGE = "age"
    """A quantity of time, in years inside; a number without a unit is years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input. Quantities arrive in any unit that converts to `unit` (through `analyte` where mass becomes substance).

    `low` and `high` bound what is believable, in `unit`. `bare`: a number without a unit is taken to be in `unit`, for
    what everybody writes without one. An `optional` input changes the result where it is known and is not missed.
    `unsaid` is what it counts as when the caller says "assume it absent" by name; None means that it cannot be assumed.
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    low: float | None = None
    high: float | None = None
    analyte: str | None = None
    bare: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """Other words for a choice, and the choice."""
    unsaid: float | bool | str | None = None
    also: tuple[str, ...] = ()
    """Names under which others know this input."""
    other_units: tuple[str, ...] = ()
    """Units that a form offers beside `unit`."""
    instead: tuple[str, ...] = ()
    """Inputs of the same calculator that say the same: where one of them is given, this one is not missed."""


def quantity(
    name: str,
    label: str,
    unit: str,
    low: float,
    high: float,
    *,
    analyte: str | None = None,
    units: tuple[str, ...] = (),
    bare: bool = False,
    optional: bool = False,
    unsaid: float | None = None,
    also: tuple[str, ...] = (),
) -> Input:
    """A measured quantity, believable from `low` to `high` of `unit`; `units` are offered beside it.

    `analyte` is a slug, with `analyte.` before it or without.
    """
    if analyte is not None and not analyte.startswith("analyte."):
        analyte = f"analyte.{analyte}"
    return Input(
        name=name,
        label=label,
        kind=Kind.QUANTITY,
        unit=unit,
        low=low,
        high=high,
        analyte=analyte,
        bare=bare,
        optional=optional,
        unsaid=unsaid,
        also=also,
        other_units=units,
    )


def yes_no(
    name: str,
    label: str,
    *,
    also: tuple[str, ...] = (),
    optional: bool = False,
    unsaid: bool | None = False,
) -> Input:
    """A criterion that is met or not."""
    return Input(name=name, label=label, kind=Kind.YES_NO, also=also, optional=optional, unsaid=unsaid)


def choice(
    name: str,
    label: str,
    choices: tuple[str, ...],
    *,
    words: tuple[tuple[str, str], ...] = (),
    also: tuple[str, ...] = (),
    optional: bool = False,
    unsaid: str | None = None,
) -> Input:
    """One of `choices`; `words` maps other ways to say them."""
    return Input(
        name=name,
        label=label,
        kind=Kind.CHOICE,
        choices=choices,
        words=words,
        also=also,
        optional=optional,
        unsaid=unsaid,
    )


def day(name: str, label: str, *, also: tuple[str, ...] = (), optional: bool = False) -> Input:
    """A calendar day."""
    return Input(name=name, label=label, kind=Kind.DATE, also=also, optional=optional)


def age(*, low: float = 0, high: float = 125, optional: bool = False) -> Input:
    """How old the patient is, in years inside."""
    return Input(
        name="age",
        label="age",
        kind=Kind.AGE,
        unit="a",
        low=low,
        high=high,
        bare=True,
        optional=optional,
        other_units=("mo", "wk", "d"),
    )


def sex() -> Input:
    """Female or male, as the formula's coefficients know it."""
    words = (("f", FEMALE), ("woman", FEMALE), ("m", MALE), ("man", MALE))
    return Input(
        name="sex",
        label="sex that the formula asks for",
        kind=Kind.CHOICE,
        choices=(FEMALE, MALE),
        words=words,
        also=("gender",),
    )
