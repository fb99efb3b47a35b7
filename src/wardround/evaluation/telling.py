"""A visit's log as lines for a reader: what was said, found, ruled, decided. Every line names its event. Plain text, unescaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wardround.harness import (
    JSON,
    MAIN,
    Action,
    Consulted,
    Decided,
    Event,
    Exhausted,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Observed,
    Returned,
    Reviewed,
    ReviewRequested,
    ruling_of,
)
from wardround.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is said, found, tested, thought, done, alarm, stopped, signed, memory or aside; `who` speaks or acts."""

    kind: str
    who: str
    text: str
    event: str
    answer: str = ""
    inner: bool = False
    """Whether it stands in a consult's branch."""
    at_the_door: bool = False
    """Whether memory gave it when the visit was opened."""


def lines_of(base: KnowledgeBase, events: Sequence[Event]) -> tuple[Line, ...]:
    """The whole visit; what specialists did stands where they were asked."""
    branches: dict[str, list[Event]] = {}
    for event in events:
        branches.setdefault(event.branch, []).append(event)
    return tuple(_Telling(base, branches).of(MAIN))


@dataclass
class _Telling:
    base: KnowledgeBase
    branches: dict[str, list[Event]]

    def of(self, branch: str) -> Iterator[Line]:
        """One line of the encounter, and those that it opened."""
        for event in self.branches.get(branch, ()):
            for kind, text, answer in self._of(event):
                yield Line(
                    kind,
                    _role(event.by),
                    text,
                    event.name,
                    answer,
                    bool(event.branch),
                    isinstance(event.body, Observed),
                )
            if isinstance(event.body, Consulted):
                for asked in event.body.asked:
                    yield from self.of(asked.branch)

    def _of(self, event: Event) -> Iterator[tuple[str, str, str]]:
        body = event.body
        if isinstance(body, Returned):
            tell = _RETURNED.get(body.tool)
            if tell is not None:
                yield tell(self, body.output)
        elif isinstance(body, Observed):
            if body.content.get("kind") == "fact":
                yield "memory", self._fact(body.content["fact"]), ""
            elif body.content.get("kind") == "conflict":
                yield "memory", f"contradiction: {body.content['conflict']['words']}", ""
        elif isinstance(body, Decided | Judged):
            yield from self._ruled(event)
        else:
            yield from self._other(body)

    def _ruled(self, event: Event) -> Iterator[tuple[str, str, str]]:
        body, ruling = event.body, ruling_of(event)
        if isinstance(body, Decided) and body.problem:
            yield "stopped", "Could not be read as a decision", body.problem
        if ruling is None or ruling.outcome != "deny":
            return
        wanted = self._wanted(body.action) if isinstance(body, Decided) and body.action else "What was edited"
        reasons = [f"{v.reason} ({v.constraint})" for v in ruling.verdicts if v.outcome == "deny"]
        yield "stopped", wanted, "; ".join(reasons)

    def _other(self, body: Any) -> Iterator[tuple[str, str, str]]:
        if isinstance(body, ReviewRequested):
            yield "aside", f"waits for a {' or '.join(body.roles)}: {self._wanted(body.action)}", ""
        elif isinstance(body, Reviewed):
            yield "signed", f"{body.answer} by {body.reviewer}", body.note
        elif isinstance(body, Consulted):
            yield "aside", f"asks {', '.join(a.agent for a in body.asked)}", body.asked[0].question
        elif isinstance(body, Joined):
            for one in body.answers:
                yield (
                    "aside",
                    f"{_role(one.agent)} reports",
                    str((one.report or {}).get("findings", "nothing")),
                )
        elif isinstance(body, HandedOver):
            yield "aside", f"hands over to {_role(body.to)}", body.reason
        elif isinstance(body, Failed):
            yield "stopped", f"{body.what} failed", body.message
        elif isinstance(body, Exhausted):
            yield "stopped", f"the budget of {body.budget} ran out", ""

    # --- what tools returned --------------------------------------------------------------------------------

    def _ask(self, out: JSON) -> tuple[str, str, str]:
        return "said", str(out["question"]), str(out["answer"])

    def _examine(self, out: JSON) -> tuple[str, str, str]:
        return "found", ", ".join(self._finding(f, v) for f, v in out["values"].items()), ""

    def _order_test(self, out: JSON) -> tuple[str, str, str]:
        result = out.get("result")
        return "tested", str(out["name"]), str(result["text"]) if result else "pending"

    def _differential(self, out: JSON) -> tuple[str, str, str]:
        ranked = sorted(out["ranked"], key=lambda r: -float(r["probability"]))[:5]
        said = ", ".join(f"{self._name(r['condition'])} {float(r['probability']):.0%}" for r in ranked)
        return "thought", said, ""

    def _diagnose(self, out: JSON) -> tuple[str, str, str]:
        return "done", f"Diagnosis: {out['name']}, {out['certainty']}", ""

    def _prescribe(self, out: JSON) -> tuple[str, str, str]:
        return "done", self._wanted(Action("prescribe", out["prescription"])), ""

    def _stop(self, out: JSON) -> tuple[str, str, str]:
        return "done", f"Stop {out['name']}", str(out["stop"].get("reason") or "")

    def _advise(self, out: JSON) -> tuple[str, str, str]:
        return "done", "When to get help" if out["safety_net"] else "Advice", str(out["text"])

    def _refer(self, out: JSON) -> tuple[str, str, str]:
        return "done", f"Referral to {out['to']} ({out['urgency']})", str(out["reason"])

    def _follow_up(self, out: JSON) -> tuple[str, str, str]:
        return "done", f"Next visit in {out['days']} days", str(out["purpose"])

    def _escalate(self, out: JSON) -> tuple[str, str, str]:
        return "alarm", f"Alarm, within {out['urgency']}: {out['reason']}", str(out.get("told") or "")

    def _recall(self, out: JSON) -> tuple[str, str, str]:
        return (
            "memory",
            f"recalls {out['topic']}",
            "; ".join(str(f["text"]) for f in out["facts"]) or "nothing",
        )

    def _looked_up(self, out: JSON) -> tuple[str, str, str]:
        titles = "; ".join(dict.fromkeys(str(p["title"]) for p in out["passages"]))
        return "memory", f"looks up: {len(out['passages'])} passages", titles or "nothing"

    def _calculators(self, out: JSON) -> tuple[str, str, str]:
        return (
            "memory",
            "looks up calculators",
            str(out.get("title", f"{len(out.get('calculators', ()))} of them")),
        )

    def _calculated(self, out: JSON) -> tuple[str, str, str]:
        value = out["value"]
        return (
            "found",
            str(out["title"]),
            out["not_applicable"] if value is None else f"{value} {out['unit']}",
        )

    def _remember(self, out: JSON) -> tuple[str, str, str]:
        return "memory", f"notes: {out['noted']}", ""

    def _settle(self, out: JSON) -> tuple[str, str, str]:
        how = {"first": "the first holds", "second": "the second holds", "both": "both hold"}
        decided = how.get(out["decision"], "raised with a physician")
        return "memory", f"contradiction, {decided}: {out['words']}", str(out["reason"])

    # --- words ------------------------------------------------------------------------------------------------

    def _wanted(self, action: Action) -> str:
        """An action in words."""
        given = action.arguments
        if action.tool == "prescribe":
            dose = f"{given.get('dose')} {_unit(str(given.get('unit')))}, {given.get('per_day')} a day"
            return f"Prescription: {self._name(given.get('drug'))} {dose}"
        about = next((str(given[k]) for k in _TELLING if given.get(k)), "")
        return (
            f"{action.tool.replace('_', ' ')}: {self._name(about)}"
            if about
            else action.tool.replace("_", " ")
        )

    def _finding(self, slug: str, value: Any) -> str:
        name = self._name(slug)
        if value is None:
            return f"{name}: not known"
        if isinstance(value, bool):
            return name if value else f"no {name}"
        unit = self.base.findings[slug].unit if slug in self.base.findings else ""
        return f"{name} {value:g} {_unit(unit or '')}".strip()

    def _fact(self, fact: JSON) -> str:
        value = fact.get("value")
        shown = (
            f" {value['number']:g} {_unit(value['unit'])}" if isinstance(value, dict) else f" {value or ''}"
        )
        when = f", {fact['from']}" if fact.get("from") else ""
        return f"{fact['kind']}: {fact['text']}{shown.rstrip()}{when}"

    def _name(self, slug: Any) -> str:
        return self.base.named(slug) if isinstance(slug, str) and slug in self.base else str(slug)


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit)


def _role(who: str) -> str:
    return who.replace("_", " ")


_UNITS: Final = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "of 10"}
_TELLING: Final = (
    "question",
    "about",
    "test",
    "drug",
    "condition",
    "reason",
    "topic",
    "text",
    "statement",
    "disposition",
)
_RETURNED: Final[dict[str, Callable[[_Telling, JSON], tuple[str, str, str]]]] = {
    "ask": _Telling._ask,
    "examine": _Telling._examine,
    "order_test": _Telling._order_test,
    "differential": _Telling._differential,
    "diagnose": _Telling._diagnose,
    "prescribe": _Telling._prescribe,
    "stop": _Telling._stop,
    "settle": _Telling._settle,
    "advise": _Telling._advise,
    "refer": _Telling._refer,
    "follow_up": _Telling._follow_up,
    "escalate": _Telling._escalate,
    "recall": _Telling._recall,
    "remember": _Telling._remember,
    "search_evidence": _Telling._looked_up,
    "read_passage": _Telling._looked_up,
    "calculators": _Telling._calculators,
    "calculate": _Telling._calculated,
}
