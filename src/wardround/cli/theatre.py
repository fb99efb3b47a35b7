"""The visit as it happens, for a terminal: the conversation, the differential as it moves, what was stopped, the note.

Prints each event once it is durable. What a decision wants is not shown twice: an action shows as what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from wardround.care import Chart, Clinic, differential_of, patient_instructions, soap_note
from wardround.cli.drawing import aside, belief, box_of, bullets, door, line, note, scene
from wardround.cli.output import one_line, out, safe, width_of, words
from wardround.cli.wording import Wording, capital, shown
from wardround.harness import (
    Action,
    Closed,
    Consulted,
    Decided,
    Event,
    Exhausted,
    Failed,
    HandedOver,
    Joined,
    Judged,
    LogError,
    Observed,
    Opened,
    Returned,
    Reviewed,
    ReviewRequested,
    Ruling,
    State,
    begin,
    fold,
    ruling_of,
)

STYLES = {
    "attending": "blue",
    "history": "cyan",
    "investigations": "magenta",
    "pharmacist": "yellow",
    "safety_officer": "red",
}
SILENT_THOUGHTS = ("report", "hand_over", "close", "advise", "follow_up", "examine", "refer")
"""Tools whose outcome says as much as the thought before them."""
SHOWN = 3
WORTH_SHOWING, MOVED = 0.05, 0.02
VALUES = ("analyte.egfr", "analyte.hba1c", "analyte.potassium", "finding.weight")
"""Which of the remembered values stand at the door."""


class Theatre:
    """Shows one visit. `spoken`: whether question and answer are still to be shown; `asked`: whether requests for
    review are (the console patient and reviewer have shown theirs themselves)."""

    def __init__(
        self, clinic: Clinic, console: Console = out, *, spoken: bool = True, asked: bool = True
    ) -> None:
        self._clinic, self._say, self._console = clinic, Wording(clinic), console
        self._spoken, self._asked = spoken, asked
        self._state: State[Chart] | None = None
        self._believed: dict[str, float] = {}
        self._at_the_door: list[dict[str, Any]] | None = None
        self._on_stage = self._entering = ""
        self._wanted: dict[str, Action] = {}
        self._told: set[str] = set()

    def catch_up(self, events: Iterable[Event]) -> None:
        """Take in what happened before, without showing it."""
        for event in events:
            self._take_in(event)
        self._at_the_door = None
        if self._state is not None:
            self._believed = dict(self._belief(self._state.domain))

    def __call__(self, event: Event) -> None:
        """Show one event; many say nothing to a reader."""
        self._take_in(event)
        body: Any = event.body
        if not isinstance(body, Observed | Opened) and self._at_the_door is not None:
            self._show_door()
        show = _SCENES.get(type(body))
        if show is not None:
            self._entering = event.by if event.by in STYLES else ""
            show(self, event, body)

    def finish(self, chart: Chart) -> None:
        """The note, and what the patient takes home."""
        base = self._clinic.base
        instructions = patient_instructions(base, chart)
        told = ("Advice", "Safety net") if instructions else ()
        self._print(box_of("note", [note(self._say.cited(soap_note(base, chart)), told)], "cyan"))
        if instructions:
            self._print(
                box_of("for the patient", [bullets(self._say.cited(instructions).splitlines())], "green")
            )

    # --- what is known so far -----------------------------------------------------------------------------

    def _take_in(self, event: Event) -> None:
        """Fold; a log from which something was erased is shown as far as it can be read."""
        projection = self._clinic.projection
        if isinstance(event.body, Decided) and event.body.action is not None:
            self._wanted[event.name] = event.body.action
        try:
            self._state = (
                begin(event, projection) if self._state is None else fold(self._state, event, projection)
            )
        except LogError:
            return

    def _belief(self, chart: Chart) -> list[tuple[str, float]]:
        return list(differential_of(self._clinic.projection, chart).top(SHOWN))

    def _show_belief(self) -> None:
        """The top of the differential, where it has moved."""
        if self._state is None:
            return
        ranked = [(c, p) for c, p in self._belief(self._state.domain) if p >= WORTH_SHOWING]
        before, self._believed = self._believed, dict(ranked)
        moved = {c for c, p in ranked if abs(p - before.get(c, 0.0)) >= MOVED}
        gone = {c for c in before if c not in self._believed and before[c] >= 2 * WORTH_SHOWING}
        if ranked and (moved or gone):
            self._bars((c, p, before.get(c)) for c, p in ranked if c in moved or c == ranked[0][0])

    def _bars(self, ranked: Iterable[tuple[str, float, float | None]]) -> None:
        named = [(self._say.name(condition), now, before) for condition, now, before in ranked]
        self._print(belief(named, width_of(self._console)))

    # --- showing ------------------------------------------------------------------------------------------

    def _print(self, what: RenderableType) -> None:
        """Print it, under a rule where another agent goes on."""
        agent, self._entering = self._entering, ""
        if agent not in ("", self._on_stage):
            self._on_stage = agent
            rule = scene(agent.replace("_", " "), STYLES.get(agent, "white"))
            self._console.print(rule, width=width_of(self._console))
        self._console.print(what, width=width_of(self._console))

    def _line(self, label: str, said: Text | str, style: str = "bold", *, short: bool = False) -> None:
        self._print(line(label, said, style, short=short))

    def _opened(self, event: Event, body: Opened) -> None:
        who, self._at_the_door = body.context["patient"], []
        age = f"{who['age']:.0f}" if who["age"] is not None else "age unknown"
        day = date.fromisoformat(body.date)
        rest = f"{age}, {who['sex']} · visit {body.context['visit']} · {day.day} {day:%B %Y}"
        self._print(door(who["name"], rest, body.context["complaint"]))

    def _observed(self, event: Event, body: Observed) -> None:
        if self._at_the_door is not None and body.content.get("kind") == "fact":
            self._at_the_door.append(body.content["fact"])

    def _show_door(self) -> None:
        """What record and memory say, by kind."""
        facts, self._at_the_door = self._at_the_door or [], None
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for fact in facts:
            if fact["status"] == "active" or fact["kind"] == "summary":
                by_kind.setdefault(fact["kind"], []).append(fact)
        if by_kind:
            self._print("")
        if by_kind.get("allergy"):
            said = "; ".join(dict.fromkeys(self._say.allergy(f) for f in by_kind["allergy"]))
            self._line("allergic", words(said, "bold red"), "bold red")
        for label, kind in (("takes", "drug"), ("has", "problem")):
            if by_kind.get(kind):
                self._line(label, ", ".join(dict.fromkeys(one_line(f["text"]) for f in by_kind[kind])), "dim")
        values = [f for slug in VALUES for f in by_kind.get("result", []) if f["slug"] == slug]
        if values:
            said = " · ".join(f"{one_line(f['text'])} {_quantity(f['value'])}" for f in values)
            self._line("measured", words(said), "dim")
        for fact in by_kind.get("summary", [])[:1]:
            day, said = (fact["from"] or "")[:10], one_line(fact["text"])
            self._line("last visit", said if said.startswith(day) else f"{said}, {day}", "dim")
        self._print("")
        self._show_belief()

    def _decided(self, event: Event, body: Decided) -> None:
        self._entering = body.agent
        tool = body.action.tool if body.action else ""
        thought = self._say.thought(body.thought)
        if event.by == "constraint":
            self._line("rule", f"done by rule, whatever the agent wants: {self._say.tool(tool)}", "bold red")
        elif thought and tool not in SILENT_THOUGHTS:
            self._print(aside(capital(thought)))
        if body.problem:
            self._line("unread", words(body.problem, "red"), "red", short=True)
        self._ruled(body.ruling, body.action)

    def _judged(self, event: Event, body: Judged) -> None:
        self._ruled(ruling_of(event), self._wanted.get(body.decision))

    def _ruled(self, ruling: Ruling | None, action: Action | None) -> None:
        if ruling is None or ruling.outcome != "deny" or action is None:
            return
        for verdict in ruling.verdicts:
            if verdict.outcome == "deny":
                parts = [
                    words(capital(self._say.action(action)), "strike"),
                    words(capital(self._say.plain(verdict.reason))),
                ]
                self._print(box_of(f"✗ stopped: {self._say.rule(verdict.constraint)}", parts, "red"))

    def _review_requested(self, event: Event, body: ReviewRequested) -> None:
        if self._asked:
            self._print(request_box(self._say, body.action, body.roles, body.reasons))

    def _reviewed(self, event: Event, body: Reviewed) -> None:
        said = {"approve": "✓ signed by", "reject": "✗ refused by", "edit": "✎ changed and signed by"}[
            body.answer
        ]
        note = f": {one_line(body.note)}" if body.note else ""
        who = f"{body.role} ({body.reviewer})" if body.reviewer != body.role else body.role
        self._line("", words(f"{said} the {one_line(who)}{note}", "bold yellow"))
        if body.arguments is not None and self._state is not None and self._state.decision is not None:
            before = self._wanted.get(self._state.decision.name)
            tool = before.tool if before else ""
            self._line("", f"now: {self._say.action(Action(tool, body.arguments))}")

    def _returned(self, event: Event, body: Returned) -> None:
        show = _OUTCOMES.get(body.tool)
        if show is not None:
            show(self, body.output)
        if body.tool in ("ask", "examine", "order_test"):
            self._show_belief()

    def _failed(self, event: Event, body: Failed) -> None:
        self._line("failed", words(f"{self._say.tool(body.what)}: {one_line(body.message)}", "red"), "red")

    def _consulted(self, event: Event, body: Consulted) -> None:
        who = " and ".join(asked.agent.replace("_", " ") for asked in body.asked)
        self._line("asks", f"{one_line(who)}: {self._say.thought(body.asked[0].question)}")

    def _joined(self, event: Event, body: Joined) -> None:
        for answer in body.answers:
            said = self._say.thought(str((answer.report or {}).get("findings", "no report")))
            concerns = [self._say.plain(c) for c in (answer.report or {}).get("concerns", ())]
            role = self._say.role(answer.agent)
            said = said.removeprefix(f"{capital(role)}: ")
            self._line(role, capital(said), STYLES.get(answer.agent, "white"))
            for concern in concerns[:SHOWN]:
                self._print(aside(f"! {concern}", "yellow"))

    def _handed_over(self, event: Event, body: HandedOver) -> None:
        if body.outside:
            self._line(
                "hand-over",
                f"the {one_line(body.to)} goes on: {self._say.thought(body.reason)}",
                "bold yellow",
            )

    def _exhausted(self, event: Event, body: Exhausted) -> None:
        self._line("spent", words(f"the budget of {body.budget} ran out", "bold red"), "red")

    def _closed(self, event: Event, body: Closed) -> None:
        if not event.branch:
            self._print("")
            self._print(
                Rule(words(f"{body.status}: {self._say.plain(body.reason)}", "bold"), style="bright_black")
            )

    # --- what came of actions -----------------------------------------------------------------------------

    def _ask(self, output: dict[str, Any]) -> None:
        if self._spoken:
            self._line("clinic", output["question"], "bold cyan")
            self._line("patient", words(output["answer"], "bold"), "bold green")

    def _examine(self, output: dict[str, Any]) -> None:
        self._line("examined", " · ".join(self._say.measured(f, v) for f, v in output["values"].items()))

    def _order_test(self, output: dict[str, Any]) -> None:
        result = output.get("result")
        said = one_line(result["text"]) if result else "pending"
        self._line("test", words(f"{output['name']}: {said}"))

    def _differential(self, output: dict[str, Any]) -> None:
        ranked = [(r["condition"], float(r["probability"])) for r in output["ranked"]]
        shown_ones = [(c, p) for c, p in ranked if p >= 0.005][:5] or ranked[:1]
        self._line("thinks of", "")
        self._bars((c, p, None) for c, p in shown_ones)
        if output["unknown"]:
            self._print(aside(self._say.plain(output["unknown"])))

    def _diagnose(self, output: dict[str, Any]) -> None:
        code = f" ({output['icd10']})" if output["icd10"] else ""
        self._line("diagnosis", words(f"{output['name']}{code}, {output['certainty']}", "bold"))

    def _prescribe(self, output: dict[str, Any]) -> None:
        self._line(
            "orders", words(self._say.action(Action("prescribe", output["prescription"])), "bold green")
        )

    def _stop(self, output: dict[str, Any]) -> None:
        self._line("stops", words(self._say.action(Action("stop", output["stop"])), "bold yellow"))

    def _advise(self, output: dict[str, Any]) -> None:
        if output["text"] in self._told:
            return
        style = "bold red" if output["safety_net"] else "bold cyan"
        self._line(
            "warns" if output["safety_net"] else "explains",
            self._say.plain(output["text"]),
            style,
            short=True,
        )

    def _refer(self, output: dict[str, Any]) -> None:
        self._line(
            "refers",
            f"to {one_line(output['to'])} ({output['urgency']}): {self._say.plain(output['reason'])}",
            short=True,
        )

    def _follow_up(self, output: dict[str, Any]) -> None:
        self._line("next look", f"in {output['days']} days: {self._say.plain(output['purpose'])}", short=True)

    def _escalate(self, output: dict[str, Any]) -> None:
        parts: list[RenderableType] = [words(self._say.plain(output["reason"]))]
        if output["told"]:
            self._told.add(output["told"])
            parts.append(words(f"The patient is told: {output['told']}", "bold"))
        self._print(box_of(f"alarm: within {output['urgency']}", parts, "bright_red"))

    def _recall(self, output: dict[str, Any]) -> None:
        found = ", ".join(dict.fromkeys(one_line(f["text"]) for f in output["facts"])) or "nothing"
        self._line("recalls", f"{one_line(output['topic'])}: {found}", short=True)

    def _looked_up(self, output: dict[str, Any]) -> None:
        found = ", ".join(dict.fromkeys(one_line(p["title"]) for p in output["passages"])) or "nothing"
        self._line("looks up", f"{len(output['passages'])} passages: {found}", short=True)

    def _calculated(self, output: dict[str, Any]) -> None:
        self._line("works out", one_line(f"{output['title']}: {output['value']}"), short=True)

    def _remember(self, output: dict[str, Any]) -> None:
        self._line("notes", one_line(output["noted"]), short=True)

    def _settle(self, output: dict[str, Any]) -> None:
        how = {"first": "the first holds", "second": "the second holds", "both": "both hold"}
        decided = how.get(str(output["decision"]), "raised with a physician")
        said = f"{self._say.plain(output['words'])}: {decided}. {self._say.plain(output['reason'])}"
        self._line("settles", words(said, "bold yellow"), short=True)


def request_box(say: Wording, action: Action, roles: Iterable[str], reasons: Iterable[str]) -> RenderableType:
    """What waits for a signature, and why."""
    because = [capital(say.plain(reason.partition(": ")[2] or reason)) for reason in reasons]
    parts: list[RenderableType] = [words(capital(say.action(action)), "bold"), bullets(because)]
    return box_of(f"✎ waits for a {one_line(' or '.join(roles))}", parts, "yellow")


def _quantity(value: object) -> str:
    if isinstance(value, dict):
        return shown(value["number"], value["unit"])
    return safe(shown(value))


_Show = Callable[[Theatre, Event, Any], None]
_SCENES: dict[type[Any], _Show] = {
    Opened: Theatre._opened,
    Observed: Theatre._observed,
    Decided: Theatre._decided,
    Judged: Theatre._judged,
    ReviewRequested: Theatre._review_requested,
    Reviewed: Theatre._reviewed,
    Returned: Theatre._returned,
    Failed: Theatre._failed,
    Consulted: Theatre._consulted,
    Joined: Theatre._joined,
    HandedOver: Theatre._handed_over,
    Exhausted: Theatre._exhausted,
    Closed: Theatre._closed,
}
_OUTCOMES: dict[str, Callable[[Theatre, dict[str, Any]], None]] = {
    "ask": Theatre._ask,
    "examine": Theatre._examine,
    "order_test": Theatre._order_test,
    "differential": Theatre._differential,
    "diagnose": Theatre._diagnose,
    "prescribe": Theatre._prescribe,
    "stop": Theatre._stop,
    "settle": Theatre._settle,
    "advise": Theatre._advise,
    "refer": Theatre._refer,
    "follow_up": Theatre._follow_up,
    "escalate": Theatre._escalate,
    "recall": Theatre._recall,
    "remember": Theatre._remember,
    "search_evidence": Theatre._looked_up,
    "calculate": Theatre._calculated,
}
