"""Closing: nobody goes home without a differential, advice on when to come back at once, and a next look."""

from __future__ import annotations

from collections.abc import Callable

from wardround.care.arguments import Close
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, deny, judging


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about sending a patient home."""
    return (
        _home(
            About(
                "care.close.differential",
                "major",
                "National Academies, Improving Diagnosis in Health Care (2015); house policy",
                "Not home without a differential",
            ),
            lambda chart: None if chart.differential else "there is no differential: write one first",
        ),
        _home(
            About(
                "care.close.safety_net",
                "major",
                "Neighbour, The Inner Consultation (1987); house policy",
                "Not home without knowing when to seek help at once",
            ),
            lambda chart: (
                None
                if chart.safety_net
                else "the patient was not told when to seek help at once: advise with safety_net first"
            ),
        ),
        _home(
            About("care.close.follow_up", "major", "House policy", "Not home without a next look"),
            lambda chart: None if chart.follow_up else "no follow-up is set: set one first",
        ),
    )


def _home(about: About, missing: Callable[[Chart], str | None]) -> Rule:
    """A rule on closing home. Emergencies, admissions, referrals and hand-overs are never held back."""

    def say(chart: Chart, close: Close) -> Word | None:
        reason = missing(chart) if close.disposition == "home" else None
        return deny(reason) if reason else None

    return judging(about, "deny", "close", say)
