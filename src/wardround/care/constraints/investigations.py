"""Investigations: known, not twice, not against a contraindication, and with care for radiation, contrast and needles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wardround.care.arguments import OrderTest
from wardround.care.chart import Chart
from wardround.care.constraints.contraindications import holds_against
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.reproduction import may_be_pregnant
from wardround.care.constraints.rule import About, Rule, Says, Word, ask, deny, judging, short
from wardround.knowledge import Test

CONTRAST = "allergy.iodinated_contrast"
IRRADIATING = ("radiation", "contrast")
"""Every contrast study of the base is a computed tomogram."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about tests."""
    oxford, house = "Oxford Handbook of Clinical Medicine", "House policy"
    irmer = "IR(ME)R 2017 (Ionising Radiation (Medical Exposure) Regulations)"
    return (
        judging(
            About("care.test.unknown", "major", house, "No test that the knowledge base does not hold"),
            "deny",
            "order_test",
            partial(_unknown, book),
        ),
        judging(
            About("care.test.repeat", "minor", house, "No test twice in one visit"),
            "deny",
            "order_test",
            partial(_repeat, book),
        ),
        _ordering(
            book,
            About(
                "care.test.contraindicated",
                "critical",
                oxford,
                "No test against an absolute contraindication",
            ),
            "deny",
            _contraindicated,
        ),
        _ordering(
            book,
            About(
                "care.test.caution", "major", oxford, "A test against a relative contraindication is weighed"
            ),
            "approval",
            _caution,
        ),
        _ordering(
            book,
            About(
                "care.test.radiation",
                "major",
                irmer,
                "Radiation in a pregnancy, or a possible one, is weighed",
            ),
            "approval",
            _radiation,
        ),
        _ordering(
            book,
            About(
                "care.test.contrast_allergy",
                "critical",
                "ESUR Guidelines on Contrast Agents",
                "Contrast after a reaction to contrast",
            ),
            "deny or approval",
            _contrast_allergy,
        ),
        _ordering(
            book,
            About("care.test.invasive", "major", house, "An invasive test is a physician's decision"),
            "approval",
            _invasive,
        ),
    )


OnTest = Callable[[Formulary, Chart, Test], Word | None]


def _ordering(book: Formulary, about: About, says: Says, say: OnTest) -> Rule:
    """A rule on tests that the base knows."""
    tests = book.base.tests

    def on_order(chart: Chart, wants: OrderTest) -> Word | None:
        test = tests.get(wants.test)
        return None if test is None else say(book, chart, test)

    return judging(about, says, "order_test", on_order)


def _unknown(book: Formulary, chart: Chart, wants: OrderTest) -> Word | None:
    if wants.test in book.base.tests:
        return None
    return deny(f"{short(wants.test)} is not in the knowledge base: use the id of a test")


def _repeat(book: Formulary, chart: Chart, wants: OrderTest) -> Word | None:
    for order in chart.orders:
        if order.test == wants.test:
            state = "its result is awaited" if order.result is None else "its result is there"
            return deny(f"{book.named(order.test)} was ordered in this visit (event {order.event}); {state}")
    return None


def _first(book: Formulary, chart: Chart, test: Test, severity: str) -> str | None:
    for against in test.contraindications:
        if against.severity == severity:
            met = holds_against(book, chart, against)
            if met is not None:
                return f"{test.name} with {met}: {against.reason} {book.cite(test, against)}"
    return None


def _contraindicated(book: Formulary, chart: Chart, test: Test) -> Word | None:
    reason = _first(book, chart, test, "absolute")
    return deny(reason) if reason else None


def _caution(book: Formulary, chart: Chart, test: Test) -> Word | None:
    reason = _first(book, chart, test, "relative")
    return ask(reason) if reason else None


def _radiation(book: Formulary, chart: Chart, test: Test) -> Word | None:
    if test.risk not in IRRADIATING:
        return None
    if chart.evidence.pregnant:
        return ask(f"{test.name} in pregnancy: is it needed now, and would a test without radiation do?")
    if test.risk == "contrast" and may_be_pregnant(chart):
        return ask(
            f"{test.name} irradiates the trunk and nobody has asked about a pregnancy: ask first where it can wait"
        )
    return None


def _contrast_allergy(book: Formulary, chart: Chart, test: Test) -> Word | None:
    if test.risk != "contrast":
        return None
    group = book.base.cross_reactivity.get(CONTRAST)
    for allergy in chart.allergies:
        if group is None or CONTRAST not in book.keys(allergy):
            continue
        reason = (
            f"{short(allergy.text)} (event {allergy.event}): {test.name} uses contrast. {book.cite(group)}"
        )
        return deny(f"severe allergy to {reason}") if allergy.severe else ask(f"allergy to {reason}")
    return None


def _invasive(book: Formulary, chart: Chart, test: Test) -> Word | None:
    return ask(f"{test.name} is invasive") if test.risk == "invasive" else None
