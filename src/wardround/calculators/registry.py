"""All calculators by id: the equations and the scores."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from wardround.calculators.calculator import Calculator
from wardround.calculators.equations import EQUATIONS
from wardround.calculators.scores import SCORES


@lru_cache(maxsize=1)
def calculators() -> Mapping[str, Calculator]:
    """Every calculator by its id, in the order of the ids."""
    everyone = sorted((*EQUATIONS, *SCORES), key=lambda one: one.id)
    found = {one.id: one for one in everyone}
    if len(found) != len(everyone):
        raise AssertionError("two calculators share an id")
    return MappingProxyType(found)
