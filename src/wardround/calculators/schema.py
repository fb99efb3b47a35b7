"""The inputs of a calculator as a pydantic model, for tools, forms and JSON schema. Missing fields stay None."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from wardround.calculators.calculating import calculator_of
from wardround.calculators.inputs import Input, Kind


class Amount(BaseModel):
    """A measured value and its unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    unit: str


@lru_cache(maxsize=128)
def input_model(id: str) -> type[BaseModel]:
    """The model of calculator `id`: `calculate(id, model.model_dump(exclude_none=True))` takes it back.

    Every field may be left out, so that an agent can ask what is missing. Raises UnknownCalculatorError.
    """
    calculator = calculator_of(id)
    fields: dict[str, Any] = {one.name: _field(one) for one in calculator.inputs}
    name = "".join(part.capitalize() for part in calculator.id.split("-"))
    return create_model(
        name, __config__=ConfigDict(extra="forbid", frozen=True), __doc__=calculator.title, **fields
    )


def _field(one: Input) -> tuple[Any, Any]:
    said = one.label
    if one.kind in (Kind.QUANTITY, Kind.AGE):
        said = f"{one.label}, in {' or '.join((one.unit, *one.other_units))}"
    return _type(one) | None, Field(default=None, description=said)


def _type(one: Input) -> Any:
    if one.kind is Kind.YES_NO:
        return bool
    if one.kind is Kind.DATE:
        return date
    if one.kind is Kind.CHOICE:
        return Literal[one.choices]
    return Amount
