"""Questions: one at a time, each once; and no record but the patient's own."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from wardround.care.arguments import Ask
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, deny, judging, short

_MARKS = re.compile(r"[?？؟]+")
AGAIN = ("open",)
"""Topics that may come back."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about questions and about whose record is read."""
    guide = "Calgary-Cambridge guide to the medical interview (Silverman, Kurtz, Draper)"
    own = frozenset(f.ask for f in book.base.findings.values())
    return (
        judging(
            About(
                "care.question.repeated",
                "minor",
                f"{guide}; house policy",
                "No question that is answered already",
            ),
            "deny",
            "ask",
            partial(_repeated, book),
        ),
        judging(
            About("care.question.double", "minor", guide, "One question at a time"),
            "deny",
            "ask",
            partial(_double, own),
        ),
        judging(
            About(
                "care.privacy.other_patient",
                "critical",
                "GMC Confidentiality (2017); GDPR",
                "No other patient's record",
            ),
            "deny",
            "",
            _other_patient,
        ),
    )


def _repeated(book: Formulary, chart: Chart, wants: Ask) -> Word | None:
    about = wants.about
    if about is None or about in AGAIN:
        return None
    if about in chart.asked:
        name = book.named(about)
        return deny(f"{short(name)} was asked and answered already (event {chart.asked[about]})")
    if about in chart.evidence.findings:
        where = f" (event {chart.heard[about]})" if about in chart.heard else ""
        return deny(f"{book.named(about)} is known already{where}")
    return None


def _double(own: frozenset[str], chart: Chart, wants: Ask) -> Word | None:
    if len(_MARKS.findall(wants.question)) < 2 or wants.question.strip() in own:
        return None
    return deny("this asks more than one thing: ask one question, hear the answer, then the next")


def _other_patient(chart: Chart, arguments: Any) -> Word | None:
    named = vars(arguments).get("patient_id")
    if not named or named == chart.patient_id:
        return None
    return deny("only this patient's record can be read: leave patient_id empty")
