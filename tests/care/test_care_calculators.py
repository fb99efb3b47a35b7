"""Calculators as tools: what the chart knows is taken from it and named, what is missing is named and never guessed."""

from __future__ import annotations

import json

import pytest
from care_visits import clinic, maria, play

from wardround.calculators import calculators
from wardround.care import Chart, prose_renderer
from wardround.care.calculator_tools import on_chart
from wardround.harness import JSON, Failed, LanguageModelPolicy, Returned
from wardround.knowledge import Evidence
from wardround.models import ScriptedModel, ToolCall

BASE = clinic().base


def chart(**more: object) -> Chart:
    evidence = Evidence(
        age=40.0,
        sex="male",
        findings={"finding.systolic_bp": 120.0, "finding.fever": True},
        analytes={"analyte.creatinine": 90.0},
    )
    heard = {"finding.systolic_bp": "7", "analyte.creatinine": "9"}
    return Chart("p", "Ann", "2026-03-01", evidence=evidence, heard=heard, **more)  # type: ignore[arg-type]


async def visit(*calls: tuple[str, JSON]) -> tuple[list[JSON], list[str]]:
    """What the calls returned, and how the others failed."""
    script = iter(calls)

    def answer(_: object) -> ToolCall:
        tool, arguments = next(script, ("close", {"disposition": "handed_over", "reason": "enough"}))
        return ToolCall("c", tool, json.dumps(arguments))

    patient, record = maria()
    policy = LanguageModelPolicy(ScriptedModel(answer), prose_renderer(BASE))
    played = await play("it burns when I pee", patient=patient, record=record, policy=policy)
    done = [e.body for e in played.events]
    tools = ("calculators", "calculate")
    returned = [b.output for b in done if isinstance(b, Returned) and b.tool in tools]
    return returned, [b.message for b in done if isinstance(b, Failed)]


async def test_they_are_listed_and_each_shows_its_inputs() -> None:
    (all_of_them, one), failed = await visit(
        ("calculators", {}), ("calculators", {"calculator": "body-mass-index"})
    )
    assert not failed
    assert all_of_them["calculators"].keys() == calculators().keys()
    assert {"weight", "height"} <= one["inputs"]["properties"].keys()
    assert one["source"]


async def test_what_is_given_is_worked_out_with_formula_and_source() -> None:
    (result,), failed = await visit(
        ("calculate", {"calculator": "body-mass-index", "inputs": {"weight": "72 kg", "height": "180 cm"}})
    )
    assert not failed
    assert result["value"] == pytest.approx(22.2, abs=0.05)
    assert result["worked"]
    assert result["source"]
    assert {one["name"] for one in result["inputs"]} == {"weight", "height"}


async def test_what_is_missing_is_named_and_nothing_is_guessed() -> None:
    _, failed = await visit(
        ("calculate", {"calculator": "body-mass-index", "inputs": {"weight": "72 kg"}}),
        ("calculate", {"calculator": "no-such-thing"}),
    )
    assert "height" in failed[0]
    assert "nothing is guessed" in failed[0]
    assert "no-such-thing" in failed[1]


def test_the_chart_gives_what_it_has_with_where_it_comes_from() -> None:
    ckd = next(one for name, one in calculators().items() if "ckd-epi" in name and "2021" in name)
    found = on_chart(BASE, chart(), ckd)
    assert {"age", "sex", "creatinine"} <= found.values.keys()
    assert "event 9" in found.values["creatinine"].origin
    assert set(found.events) == {"0", "9"}


def test_what_the_chart_does_not_have_it_does_not_give() -> None:
    bmi = calculators()["body-mass-index"]
    assert on_chart(BASE, chart(), bmi).values == {}
    assert "weight" in on_chart(BASE, chart(weight=72.0), bmi).values


def test_a_yes_is_no_measurement() -> None:
    for one in calculators().values():
        for name, stated in on_chart(BASE, chart(), one).values.items():
            assert not isinstance(stated.value, bool), (one.id, name)
