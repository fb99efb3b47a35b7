"""Tests: weighted F1 in which essential tests found weigh more than tests saved. None in an emergency."""

from __future__ import annotations

from typing import Final

from wardround.care import Chart
from wardround.rewards.truth import Truth, useful_tests

BETA: Final = 2.0
"""Recall counts so many times as much as precision."""
RISK: Final = {"none": 1.0, "radiation": 1.5, "contrast": 2.0, "invasive": 3.0}
"""By what a needless test's cost is multiplied."""
FREE: Final = 3.0
"""Waste at which restraint is half lost, where nothing at all was needed."""


def choice_of_tests(truth: Truth, chart: Chart, *, alarmed: bool = False) -> float | None:
    """How well tests were chosen; None where the patient had to be sent on before any test. Where one result was the
    reason for a rightful alarm (`alarmed`), the others are not demanded.
    """
    if truth.known_without_tests:
        return None
    ordered = {order.test for order in chart.orders}
    lost = sum(_price(truth, test) for test in wasted(truth, chart))
    if not truth.essential:
        return FREE / (FREE + lost)
    hits = ordered.intersection(truth.essential)
    if not hits:
        return 0.0
    recall = 1.0 if alarmed else len(hits) / len(truth.essential)
    gained = sum(_price(truth, test) for test in hits)
    precision = gained / (gained + lost)
    square = BETA * BETA
    return (1.0 + square) * precision * recall / (square * precision + recall)


def wasted(truth: Truth, chart: Chart) -> tuple[str, ...]:
    """Tests ordered that nothing in this case called for, in the order of ordering."""
    needed = useful_tests(truth) | set(truth.essential)
    return tuple(order.test for order in chart.orders if order.test not in needed)


def _price(truth: Truth, test: str) -> float:
    entry = truth.base.tests[test]
    return entry.cost * RISK[entry.risk]
