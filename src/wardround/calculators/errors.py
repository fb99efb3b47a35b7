"""What can go wrong with a calculation: each says which input, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence


class CalculatorError(ValueError):
    """A calculation that could not be made. The tree: UnknownCalculatorError, InputError, MissingInputsError."""


class UnknownCalculatorError(CalculatorError):
    """No calculator has this id; the message names those that are close."""


class InputError(CalculatorError):
    """One input that cannot be used; `field` is its name, the message says how to write it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class MissingInputsError(CalculatorError):
    """What the calculator needs and was not given; nothing was guessed in its place."""

    def __init__(self, calculator: str, missing: Sequence[str], labels: Sequence[str]) -> None:
        listed = "; ".join(labels)
        super().__init__(f"{calculator} needs {len(missing)} more: {listed}")
        self.calculator = calculator
        self.missing = tuple(missing)
