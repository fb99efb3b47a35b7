"""The history against the checklist: an item is met where the chart had it, however it came there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from wardround.care import TOPICS
from wardround.rewards.checklist import items_of
from wardround.rewards.performance import Performance
from wardround.rewards.rubric import Item, Verdict
from wardround.rewards.truth import URGENT, Truth

TOO_MANY: Final = 20
"""Questions beside the checklist after which nobody is thorough any more."""
BURDEN: Final = Item(
    "burden.questions", "inquiry", "burden", f"more than {TOO_MANY} questions that nothing calls for", -6
)


def inquiry(truth: Truth, done: Performance, memory_known: Collection[str] = ()) -> tuple[Verdict, ...]:
    """Verdicts on every item of the checklist. After a rightful alarm what was not asked is not demanded."""
    alarmed = rightly_alarmed(truth, done)
    verdicts = []
    for item in items_of(truth):
        event = _known(done, item.about)
        if event is None and item.about in memory_known:
            event = ""
        met = True if event is not None else None if alarmed else False
        verdicts.append(Verdict(item, met, (event,) if event else ()))
    beside = idle(truth, done)[TOO_MANY:]
    return (*verdicts, Verdict(BURDEN, bool(beside), beside[:1]))


def idle(truth: Truth, done: Performance) -> tuple[str, ...]:
    """Questions that are not on the checklist, by event."""
    wanted = {item.about for item in items_of(truth)} | {"open"}
    return tuple(turn.event for turn in done.turns if turn.about not in wanted)


def rightly_alarmed(truth: Truth, done: Performance) -> bool:
    """Whether an alarm was raised for a flag that leaves no time to ask on."""
    flags = truth.base.red_flags
    raised = (f for alarm in done.alarms for f in (*alarm.open, *((alarm.flag,) if alarm.flag else ())))
    real = {flag.id for flag in truth.flags}
    return any(
        f in flags and flags[f].act_within in URGENT and (f in real or f in done.flagged) for f in raised
    )


def _known(done: Performance, about: str) -> str | None:
    """The event by which the chart had it; an empty one where it stood there from the start."""
    chart = done.chart
    if about not in TOPICS:
        return done.known(about)
    if about in chart.asked:
        return chart.asked[about]
    known = {
        "allergies": chart.allergies_known,
        "drugs": chart.drugs_known,
        "problems": bool(chart.problems or chart.evidence.known_conditions),
    }
    return "" if known.get(about) else None
