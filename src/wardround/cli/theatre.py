"""The visit as it happens, for a terminal: the conversation, the differential as it moves, what was stopped, the note."""

from __future__ import annotations

from rich.markdown import Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from wardround.cli.output import out
from wardround.harness import (
    Closed,
    Consulted,
    Decided,
    Event,
    Exhausted,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Observed,
    Opened,
    Returned,
    Reviewed,
    ReviewRequested,
)
from wardround.knowledge import KnowledgeBase

_NAMES = {"attending": "bold blue", "history": "cyan", "investigations": "magenta", "pharmacist": "yellow"}


class Theatre:
    """Prints each event once it is durable. `spoken` is False where the terminal itself already showed the question."""

    def __init__(self, base: KnowledgeBase, *, spoken: bool = True) -> None:
        self._base, self._spoken = base, spoken

    def __call__(self, event: Event) -> None:
        """Show one event; many say nothing to a reader."""
        body = event.body
        if isinstance(body, Opened):
            who = body.context["patient"]
            age = f"{who['age']:.0f}" if who["age"] is not None else "age unknown"
            out.print(Rule(f"{who['name']}, {age}, {who['sex']} · {body.date} · visit {body.context['visit']}"))
            out.print(Text(f"“{body.context['complaint']}”", style="italic"))
        elif isinstance(body, Observed):
            self._observed(body)
        elif isinstance(body, Decided):
            self._decided(event, body)
        elif isinstance(body, Judged) and body.outcome == "deny":
            for verdict in body.verdicts:
                out.print(Text(f"  ✋ {verdict.constraint}: {verdict.reason}", style="bold red"))
        elif isinstance(body, ReviewRequested):
            reasons = "\n".join(f"• {reason}" for reason in body.reasons)
            out.print(Panel(Text(reasons), title=f"{body.action.tool}: waits for a {body.roles[0]}", border_style="yellow"))
        elif isinstance(body, Reviewed):
            out.print(Text(f"  ✍  {body.role} ({body.reviewer}): {body.answer} {body.note}", style="yellow"))
        elif isinstance(body, Returned):
            self._returned(body)
        else:
            self._rest(event)

    def _observed(self, body: Observed) -> None:
        if body.content["kind"] == "fact" and body.content["fact"]["kind"] in ("allergy", "drug", "problem", "summary"):
            fact = body.content["fact"]
            style = "bold red" if fact["kind"] == "allergy" else "dim"
            out.print(Text(f"  memory · {fact['kind']}: {fact['text']} {fact['detail'][:80]}", style=style))

    def _decided(self, event: Event, body: Decided) -> None:
        style = _NAMES.get(body.agent, "white")
        if body.thought:
            out.print(Text(f"  {body.agent} thinks: {body.thought}", style="dim italic"))
        if body.problem:
            out.print(Text(f"  {body.agent}: unreadable ({body.problem})", style="red"))
        elif body.action and event.by == "constraint":
            out.print(Text(f"  done by rule: {body.action.tool}", style="bold red"))
        elif body.action and body.action.tool not in ("ask", "differential", "report", "consult", "hand_over", "close"):
            out.print(Text(f"  {body.agent} → {body.action.tool} {self._about(body)}", style=style))

    def _about(self, body: Decided) -> str:
        given = body.action.arguments if body.action else {}
        for key in ("drug", "test", "condition"):
            if given.get(key) in self._base:
                dose = f" {given['dose']:g} {given['unit']} × {given['per_day']:g}/day" if "dose" in given else ""
                return f"{self._base.named(given[key])}{dose}"
        return str(given.get("reason") or given.get("text") or given.get("to") or "")[:160]

    def _returned(self, body: Returned) -> None:
        given = body.output
        if body.tool == "ask" and self._spoken:
            out.print(Text.assemble(("\nclinic   ", "bold cyan"), given["question"]))
            out.print(Text.assemble(("patient  ", "bold green"), given["answer"]))
        elif body.tool == "examine":
            found = ", ".join(f"{self._base.named(f)} {_shown(v)}" for f, v in given["values"].items())
            out.print(Text(f"  examined: {found}"))
        elif body.tool == "order_test":
            result = given.get("result")
            out.print(Text(f"  result: {given['name']}: {result['text'] if result else 'pending'}"))
        elif body.tool == "differential":
            self._differential(given["ranked"])
        elif body.tool in ("advise", "escalate"):
            text = given.get("text") or given.get("told") or given.get("reason")
            style = "bold red" if body.tool == "escalate" else "green"
            out.print(Panel(Text(str(text)), title=body.tool, border_style=style))

    def _differential(self, ranked: list[dict[str, object]]) -> None:
        table = Table(title="differential", show_header=False, box=None)
        for line in ranked:
            p = float(str(line["probability"]))
            table.add_row(self._base.named(str(line["condition"])), f"{p:.0%}", Text("█" * round(30 * p), style="blue"))
        out.print(table)

    def _rest(self, event: Event) -> None:
        body = event.body
        if isinstance(body, Failed):
            out.print(Text(f"  {body.what} failed: {body.message}", style="red"))
        elif isinstance(body, Consulted):
            out.print(Text(f"  asks {', '.join(a.agent for a in body.asked)}", style="magenta"))
        elif isinstance(body, Joined):
            for answer in body.answers:
                said = str((answer.report or {}).get("findings", "no report"))
                out.print(Text(f"  {answer.agent} reports: {said}", style="magenta"))
        elif isinstance(body, HandedOver):
            out.print(Text(f"  {body.to} goes on: {body.reason}", style="bold" if body.outside else "dim"))
        elif isinstance(body, Exhausted):
            out.print(Text(f"  the budget of {body.budget} ran out", style="bold red"))
        elif isinstance(body, Closed) and not event.branch:
            out.print(Rule(f"{body.status}: {body.reason}"))


def show_note(note: str, instructions: str) -> None:
    """The note, and what the patient takes home."""
    out.print(Markdown(note))
    if instructions:
        out.print(Panel(Text(instructions), title="for the patient", border_style="green"))


def _shown(value: object) -> str:
    if value is None:
        return "not obtained"
    if isinstance(value, bool):
        return "present" if value else "absent"
    return f"{value:g}" if isinstance(value, float | int) else str(value)
