"""The people at the terminal: a patient who types, a reviewer who signs."""

from __future__ import annotations

import asyncio

import orjson
from rich.panel import Panel
from rich.prompt import Prompt

from wardround.cli.output import out
from wardround.harness import Question, Review, ReviewRequest, ToolError


class ConsolePatient:
    """Whoever sits at the terminal answers."""

    async def reply(self, question: Question) -> str:
        out.print(f"\n[bold cyan]clinic[/]  {question.text}")
        try:
            return await asyncio.to_thread(Prompt.ask, "[bold green]you[/]   ", console=out)
        except EOFError:
            raise ToolError("nobody is at the terminal.", fix="Use --patient simulated, or a script.") from None


class ConsoleReviewer:
    """Whoever sits at the terminal signs, as the physician."""

    async def review(self, request: ReviewRequest) -> Review | None:
        action = orjson.dumps(request.action.arguments, option=orjson.OPT_INDENT_2).decode().replace("[", r"\[")
        reasons = "\n".join(f"• {reason}" for reason in request.reasons).replace("[", r"\[")
        out.print(Panel(f"{action}\n\n{reasons}", title=f"approve {request.action.tool}?", border_style="yellow"))
        try:
            word = await asyncio.to_thread(
                Prompt.ask, "approve, reject, edit or later", choices=["a", "r", "e", "l"], default="l", console=out
            )
        except EOFError:
            return None
        if word == "l":
            return None
        if word == "e":
            return await self._edited(request)
        return Review("approve" if word == "a" else "reject", request.roles[0], "console")

    async def _edited(self, request: ReviewRequest) -> Review | None:
        written = await asyncio.to_thread(Prompt.ask, "changes as JSON, such as {\"days\": 5}", console=out)
        try:
            changes = orjson.loads(written)
        except orjson.JSONDecodeError as error:
            out.print(f"[red]That is no JSON: {error}. The request waits in the queue.[/]")
            return None
        return Review("edit", request.roles[0], "console", arguments={**request.action.arguments, **changes})
