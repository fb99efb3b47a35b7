"""Red flags: an open one obliges an alarm before anything else, and nobody goes home against one unseen."""

from __future__ import annotations

from functools import partial

from wardround.care.arguments import Close
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, ask, judging, obliging
from wardround.harness import Action
from wardround.knowledge import RedFlag

_URGENCY = {"minutes": 0, "hours": 1, "day": 2}
MAX_BECAUSE = 12


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about red flags."""
    return (
        obliging(
            About(
                "care.red_flag.escalate",
                "critical",
                "House policy; the knowledge base's red flags name their own sources",
                "An open red flag must be escalated before anything else",
            ),
            "escalate",
            partial(_escalate, book),
        ),
        judging(
            About(
                "care.red_flag.discharge",
                "critical",
                "House policy; the knowledge base's red flags name their own sources",
                "Home or onwards against a red flag of this visit only with a physician's approval",
            ),
            "approval",
            "close",
            partial(_discharge, book),
        ),
    )


def _escalate(book: Formulary, chart: Chart) -> Action | None:
    if not chart.red_flags:
        return None
    flags = [flag for f in chart.open_red_flags if (flag := book.base.red_flags.get(f)) is not None]
    if not flags:
        return None
    worst = min(flags, key=lambda flag: _URGENCY[flag.act_within])
    others = "; ".join(flag.name for flag in flags if flag is not worst)
    also = f" Also: {others}." if others else ""
    reason = f"{worst.name}. {worst.do} {book.cite(worst)}{also}"
    arguments = {"red_flag": worst.id, "urgency": worst.act_within, "reason": reason[:2_000]}
    return Action("escalate", arguments, _events(chart, worst))


def _events(chart: Chart, flag: RedFlag) -> tuple[str, ...]:
    """The events that hold what the flag fired on, and that everybody has read: an alarm must not fail for a reason
    that the one who raises it may not see."""
    parts = (*flag.all, *flag.any, *(limit.of for limit in flag.limits))
    known = {**chart.evidence.findings, **chart.evidence.tests}
    heard = (chart.heard[part] for part in parts if part in chart.heard and known.get(part) is not False)
    return tuple(dict.fromkeys(e for e in heard if e not in chart.not_for_all))[:MAX_BECAUSE]


def _discharge(book: Formulary, chart: Chart, close: Close) -> Word | None:
    if not chart.red_flags or close.disposition not in ("home", "referred"):
        return None
    for name in chart.red_flags:
        flag = book.base.red_flags.get(name)
        if flag is not None and flag.act_within != "day":
            return ask(
                f"{flag.name} was raised in this visit and asks for action within {flag.act_within}: {flag.do} "
                f"{book.cite(flag)}"
            )
    return None
