"""Clinical calculators: typed inputs with units, a result with its formula and source; what is missing is named."""

from __future__ import annotations

from wardround.calculators.calculating import calculate, calculator_of, missing_of, work_out
from wardround.calculators.calculator import Answer, Calculator, NoResult, NotApplicable, Result, Source, Used
from wardround.calculators.entities import EntitiesError, EntityReading, read_entities
from wardround.calculators.errors import (
    CalculatorError,
    InputError,
    MissingInputsError,
    UnknownCalculatorError,
)
from wardround.calculators.from_facts import DAYS, Gathered, NotFound, from_facts
from wardround.calculators.from_note import Doubt, Fit, read_note
from wardround.calculators.inputs import Input, Kind
from wardround.calculators.reading import Stated
from wardround.calculators.registry import calculators
from wardround.calculators.schema import Amount, input_model
from wardround.calculators.telling import calculator_json, input_json, result_json

__all__ = [
    "DAYS",
    "Amount",
    "Answer",
    "Calculator",
    "CalculatorError",
    "Doubt",
    "EntitiesError",
    "EntityReading",
    "Fit",
    "Gathered",
    "Input",
    "InputError",
    "Kind",
    "MissingInputsError",
    "NoResult",
    "NotApplicable",
    "NotFound",
    "Result",
    "Source",
    "Stated",
    "UnknownCalculatorError",
    "Used",
    "calculate",
    "calculator_json",
    "calculator_of",
    "calculators",
    "from_facts",
    "input_json",
    "input_model",
    "missing_of",
    "read_entities",
    "read_note",
    "result_json",
    "work_out",
]
