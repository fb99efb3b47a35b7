"""Calculators and their results as plain JSON, for tools, commands and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from wardround.calculators.calculator import Calculator, NoResult, Outcome, Result, Source, Used
from wardround.calculators.inputs import Input


def result_json(done: Result | NoResult) -> dict[str, Any]:
    """A result with its working, or the reason why there is none; `applicable` tells them apart."""
    common: dict[str, Any] = {
        "calculator": done.calculator,
        "title": done.title,
        "applicable": isinstance(done, Result),
        "source": source_json(done.source),
        "inputs": [_used(one) for one in done.inputs],
    }
    if isinstance(done, NoResult):
        return {**common, "value": None, "reason": done.reason}
    return {
        **common,
        "value": _plain(done.value),
        "unit": done.unit,
        "formula": done.formula,
        "worked": done.worked,
        "meaning": done.meaning,
        "assumed_absent": list(done.assumed),
        "warnings": list(done.warnings),
    }


def calculator_json(calculator: Calculator) -> dict[str, Any]:
    """What it is and what it asks for."""
    return {
        "id": calculator.id,
        "title": calculator.title,
        "unit": calculator.unit,
        "formula": calculator.formula,
        "source": source_json(calculator.source),
        "medcalc": calculator.medcalc,
        "inputs": [input_json(one) for one in calculator.inputs],
    }


def input_json(one: Input) -> dict[str, Any]:
    """One input: kind, units, choices, bounds."""
    return {
        "name": one.name,
        "label": one.label,
        "kind": one.kind.value,
        "units": [one.unit, *one.other_units] if one.unit else [],
        "choices": list(one.choices),
        "low": one.low,
        "high": one.high,
        "optional": one.optional,
        "instead": list(one.instead),
    }


def source_json(source: Source) -> dict[str, Any]:
    """Where it comes from, and whether anybody opened it."""
    return {
        "body": source.body,
        "title": source.title,
        "year": source.year,
        "status": source.status,
        "grade": source.grade,
    }


def _used(one: Used) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "value": _plain(one.value),
        "unit": one.unit,
        "given": one.given,
        "origin": one.origin,
    }


def _plain(value: Outcome) -> float | int | str | bool:
    return value.isoformat() if isinstance(value, date) else value
