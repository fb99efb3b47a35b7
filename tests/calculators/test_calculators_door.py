"""What the room of calculators shows to the others."""

from __future__ import annotations

import wardround.calculators


def test_the_door_is_what_it_says() -> None:
    assert set(wardround.calculators.__all__) == {
        "DAYS", "Amount", "Answer", "Calculator", "CalculatorError", "Doubt", "EntitiesError", "EntityReading", "Fit", "Gathered", "Input",
        "InputError", "Kind", "MissingInputsError", "NoResult", "NotApplicable", "NotFound", "Result", "Source", "Stated",
        "UnknownCalculatorError", "Used", "calculate", "calculator_json", "calculator_of", "calculators", "from_facts",
        "input_json", "input_model", "missing_of", "read_entities", "read_note", "result_json", "work_out",
    }  # fmt: skip
    assert all(hasattr(wardround.calculators, name) for name in wardround.calculators.__all__)
