"""Chest pain with radiation and sweating: escalated before anything else, whatever the policy wants."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_house import HEART, decisions, ok, visit

WORDS = ("--complaint", HEART, "--patient", "simulated", "--reviewer", "approve")


@pytest.mark.parametrize("policy", ["planner", "random", "ask-all"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_first_decision_is_the_alarm(store: Path, policy: str, seed: int) -> None:
    told = visit(store, *WORDS, "--policy", policy, "--seed", seed)
    first = decisions(told["log"])[0]
    assert first["action"]["tool"] == "escalate"
    assert first["action"]["because"]
    assert told["status"] == "finished"
    assert told["red_flags"]
    assert set(told["red_flags"]) == set(told["escalated"])
    assert [o for o in told["orders"] if o["kind"] == "escalation"]


def test_on_the_terminal_the_alarm_stands_before_any_question(store: Path) -> None:
    shown = ok("visit", "--store", store, *WORDS).out
    alarm = shown.index("alarm: within minutes")
    assert "clinic     " not in shown[:alarm]
    assert "The patient is told:" in shown
