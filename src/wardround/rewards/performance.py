"""What was done in a visit, read off its log: everything that verifiers look at, and nothing that they know of the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardround.care import Chart, Clinic
from wardround.harness import (
    Action,
    Decided,
    Event,
    Failed,
    Opened,
    Returned,
    Reviewed,
    begin,
    fold,
    ruling_of,
)


@dataclass(frozen=True, slots=True)
class Denial:
    """A rule's refusal of an action."""

    event: str
    constraint: str
    severity: str
    action: Action


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was put, and its answer."""

    event: str
    about: str | None
    question: str
    answer: str
    findings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that was raised: by whom, for which flag, and which flags were known and open then."""

    event: str
    by_rule: bool
    flag: str | None
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A decision of anybody's: its event, tool and, where it asked, what about."""

    event: str
    tool: str | None
    about: str | None


@dataclass(frozen=True)
class Performance:
    """One visit. `flagged` is when each red flag was first known to the chart, `alarms` what was raised and by whom
    (`by_rule` where the policy had to be made to). Events are named, and stand in order."""

    header: Opened
    door: Chart
    """The chart before anything was decided: what record, memory and complaint say."""
    chart: Chart
    order: Mapping[str, int]
    """Place of every event on the log."""
    turns: tuple[Turn, ...]
    denials: tuple[Denial, ...]
    flagged: Mapping[str, str]
    alarms: tuple[Alarm, ...]
    steps: tuple[Step, ...]
    unreadable: tuple[str, ...]
    """Decisions whose output could not be read."""
    failures: int
    rejected: int
    think_tokens: int | None
    finished: bool

    @property
    def decisions(self) -> int:
        """How many decisions were taken, specialists' among them."""
        return len(self.steps)

    @property
    def asked_about(self) -> frozenset[str]:
        """Topics and findings that questions were about."""
        return frozenset(t.about for t in self.turns if t.about is not None)

    def known(self, slug: str) -> str | None:
        """The event by which something was asked for, heard or measured; None where it never was."""
        return self.chart.heard.get(slug) or self.chart.asked.get(slug)


def performance(clinic: Clinic, events: Sequence[Event]) -> Performance:
    """Read a log. Raises LogError where it does not begin with a header."""
    reading = _Reading(clinic, events)
    for event in events[1:]:
        reading.take(event)
    return reading.done()


class _Reading:
    def __init__(self, clinic: Clinic, events: Sequence[Event]) -> None:
        self._projection, self._events = clinic.projection, events
        self._state = begin(events[0], clinic.projection)
        self._turns: list[Turn] = []
        self._denials: list[Denial] = []
        self._flagged: dict[str, str] = {}
        self._alarms: list[Alarm] = []
        self._steps: list[Step] = []
        self._door: Chart | None = None
        self._unreadable: list[str] = []
        self._failures = self._rejected = 0
        self._think: int | None = None
        self._by_rule = False

    def take(self, event: Event) -> None:
        """One more event."""
        body = event.body
        if isinstance(body, Decided):
            self._decided(event, body)
        elif isinstance(body, Returned):
            self._returned(event, body)
        elif isinstance(body, Failed):
            self._failures += 1
        elif isinstance(body, Reviewed) and body.answer == "reject":
            self._rejected += 1
        self._state = fold(self._state, event, self._projection)
        for flag in self._state.domain.red_flags:
            self._flagged.setdefault(flag, event.name)

    def _decided(self, event: Event, body: Decided) -> None:
        if self._door is None:
            self._door = self._state.domain
        action = body.action
        asked = action.arguments.get("about") if action is not None else None
        self._steps.append(
            Step(event.name, action.tool if action else None, asked if isinstance(asked, str) else None)
        )
        if body.problem is not None:
            self._unreadable.append(event.name)
        self._by_rule = event.by == "constraint"
        if body.call is not None and body.call.think_tokens is not None:
            self._think = (self._think or 0) + body.call.think_tokens
        ruling = ruling_of(event)
        if ruling is not None and ruling.outcome == "deny" and body.action is not None:
            self._denials += [
                Denial(event.name, v.constraint, v.severity, body.action)
                for v in ruling.verdicts
                if v.outcome == "deny"
            ]

    def _returned(self, event: Event, body: Returned) -> None:
        out = body.output
        if body.tool == "ask":
            said = (out.get("question", ""), out.get("answer", ""))
            self._turns.append(Turn(event.name, out["about"], *said, out["findings"]))
        elif body.tool == "escalate":
            self._alarms.append(Alarm(event.name, self._by_rule, out["red_flag"], self._open(event.branch)))

    def _open(self, branch: str) -> tuple[str, ...]:
        """Flags known and open where the alarm was raised: in a branch, what its specialist saw."""
        state = self._state
        while branch and branch != state.branch:
            inner = next(
                (b for name, b in state.branches.items() if f"{branch}/".startswith(f"{name}/")), None
            )
            if inner is None:
                break
            state = inner
        return state.domain.open_red_flags

    def done(self) -> Performance:
        """What was done."""
        state = self._state
        return Performance(
            header=state.header,
            door=self._door or state.domain,
            chart=state.domain,
            order={event.name: place for place, event in enumerate(self._events)},
            turns=tuple(self._turns),
            denials=tuple(self._denials),
            flagged=self._flagged,
            alarms=tuple(self._alarms),
            steps=tuple(self._steps),
            unreadable=tuple(self._unreadable),
            failures=self._failures,
            rejected=self._rejected,
            think_tokens=self._think,
            finished=state.status == "finished",
        )
