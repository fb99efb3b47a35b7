"""Calculators as tools: one lists them, one works one out. What the chart knows need not be given; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wardround.calculators import (
    Calculator,
    CalculatorError,
    Input,
    MissingInputsError,
    NoResult,
    Stated,
    Used,
    calculator_of,
    calculators,
    input_model,
    work_out,
)
from wardround.care.chart import Chart
from wardround.care.evidence_arguments import Calculate, Calculators
from wardround.clinical import Quantity
from wardround.harness import JSON, Call, EventRef, Result, Tool, ToolError
from wardround.knowledge import KnowledgeBase

ToolCall = Call[Chart]
HEADER = "0"
"""The event that says who the patient is."""
_ALSO: Mapping[str, str] = {
    "pulse": "heart_rate",
    "spo2": "oxygen_saturation",
    "systolic_blood_pressure": "systolic_bp",
    "diastolic_blood_pressure": "diastolic_bp",
    "sbp": "systolic_bp",
    "dbp": "diastolic_bp",
    "hemoglobin": "haemoglobin",
    "wbc": "white_cells",
    "white_cell_count": "white_cells",
    "cholesterol": "total_cholesterol",
}
"""Other names of inputs for what the base measures; most are called the same."""


@dataclass(frozen=True, slots=True)
class OnChart:
    """What the chart has for a calculator: values with where they come from, and the events that hold them."""

    values: Mapping[str, Stated]
    events: tuple[str, ...]


@dataclass(frozen=True)
class CalculatorTools:
    """The tools `calculators` and `calculate`."""

    base: KnowledgeBase

    def tools(self) -> dict[str, Tool]:
        """By name."""
        kinds: Mapping[str, tuple[Any, Callable[..., Any]]] = {
            "calculators": (Calculators, self._list),
            "calculate": (Calculate, self._calculate),
        }
        return {
            name: Tool(name, str(model.__doc__), model, "read", "evidence", run)
            for name, (model, run) in kinds.items()
        }

    async def _list(self, call: ToolCall, wants: Calculators) -> Result:
        if not wants.calculator:
            return Result({"calculators": {one.id: one.title for one in calculators().values()}})
        one = self._named(wants.calculator)
        schema = input_model(one.id).model_json_schema()
        return Result(
            {
                "calculator": one.id,
                "title": one.title,
                "formula": one.formula,
                "unit": one.unit,
                "source": str(one.source),
                "grade": one.source.grade,
                "inputs": schema,
            }
        )

    async def _calculate(self, call: ToolCall, wants: Calculate) -> Result:
        calculator = self._named(wants.calculator)
        there = on_chart(self.base, call.state.domain, calculator)
        given = {**there.values, **{name: v for name, v in wants.inputs.items() if v is not None}}
        try:
            result = work_out(calculator, given, assuming=wants.assume_absent)
        except MissingInputsError as error:
            raise ToolError(
                f"{error}.", fix="Find out what is missing, or leave the calculation: nothing is guessed."
            ) from error
        except CalculatorError as error:
            raise ToolError(f"{error}.", fix="`calculators` shows the inputs and their units.") from error
        taken = {name for name in there.values if name not in wants.inputs}
        used = tuple(EventRef(call.state.encounter, e) for e in there.events) if taken else ()
        shown: JSON = {
            "calculator": result.calculator,
            "title": result.title,
            "source": str(result.source),
            "grade": result.source.grade,
            "inputs": [_used(one) for one in result.inputs],
        }
        if isinstance(result, NoResult):
            return Result({**shown, "value": None, "not_applicable": result.reason}, used)
        value = result.value.isoformat() if isinstance(result.value, date) else result.value
        return Result(
            {
                **shown,
                "value": value,
                "unit": result.unit,
                "meaning": result.meaning,
                "formula": result.formula,
                "worked": result.worked,
                "assumed": list(result.assumed),
                "warnings": list(result.warnings),
            },
            used,
        )

    def _named(self, name: str) -> Calculator:
        try:
            return calculator_of(name)
        except CalculatorError as error:
            raise ToolError(f"calculator: {error}.", fix="`calculators` lists them.") from error


def _used(one: Used) -> JSON:
    value = one.value.isoformat() if isinstance(one.value, date) else one.value
    origin = {"origin": one.origin} if one.origin else {}
    return {"name": one.name, "value": value, "unit": one.unit, "given": one.given, **origin}


def on_chart(base: KnowledgeBase, chart: Chart, calculator: Calculator) -> OnChart:
    """The inputs that the chart has: age, sex, weight, what was measured and tested in this visit or recalled."""
    found: dict[str, Stated] = {}
    events: list[str] = []
    for one in calculator.inputs:
        stated = _stated(base, chart, one)
        if stated is not None:
            found[one.name], event = stated
            events += [event] if event else []
    return OnChart(found, tuple(dict.fromkeys(events)))


def _stated(base: KnowledgeBase, chart: Chart, one: Input) -> tuple[Stated, str] | None:
    names = {one.name, *one.also}
    if one.kind == "age" and "age" in names and chart.age is not None:
        return Stated(Quantity(chart.age, "a"), f"the chart, event {HEADER}"), HEADER
    sex = chart.evidence.sex
    if "sex" in names and sex in one.choices:
        return Stated(sex, f"the chart, event {HEADER}"), HEADER
    if "weight" in names and chart.weight is not None:
        return Stated(Quantity(chart.weight, "kg"), "the chart"), chart.heard.get("finding.weight", "")
    called = dict.fromkeys(_ALSO.get(name, name) for name in sorted(names))
    for slug in (f"{kind}.{name}" for name in called for kind in ("finding", "analyte")):
        value, event = _value(chart, slug), chart.heard.get(slug, "")
        unit = _unit(base, slug)
        if value is not None and unit is not None:
            when = chart.recalled.get(event, {}).get("from")
            told = (
                f"{base.named(slug)} of {when}, event {event}"
                if when
                else f"{base.named(slug)}, event {event}"
            )
            return Stated(Quantity(value, unit), told), event
    return None


def _value(chart: Chart, slug: str) -> float | None:
    value = chart.evidence.findings.get(slug, chart.evidence.analytes.get(slug))
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _unit(base: KnowledgeBase, slug: str) -> str | None:
    if slug in base.findings:
        return base.findings[slug].unit
    return base.analytes[slug].unit if slug in base.analytes else None
