"""Who can stand behind the ports of the command line: a patient who types, a physician who signs, a scripted one."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import orjson
from rich.console import Console

from wardround.care import Clinic
from wardround.cli.changes import changes_of
from wardround.cli.drawing import line
from wardround.cli.output import width_of
from wardround.cli.theatre import request_box
from wardround.cli.typing_in import typed
from wardround.cli.wording import Wording
from wardround.harness import ConfigurationError, Question, Review, ReviewRequest, ToolError
from wardround.simulation import ScriptError


@dataclass(frozen=True)
class ConsolePatient:
    """Whoever sits at the terminal answers."""

    console: Console

    async def reply(self, question: Question) -> str:
        """The words that are typed."""
        self.console.print(line("clinic", question.text, "bold cyan"), width=width_of(self.console))
        try:
            return typed(self.console, "you       ")
        except EOFError:
            raise ToolError(
                "nobody answers any more.", fix="Go on without the patient, or hand over."
            ) from None


@dataclass(frozen=True)
class ConsoleReviewer:
    """Whoever sits at the terminal signs, as the physician. Nothing typed, or nobody there, means later."""

    clinic: Clinic
    console: Console

    async def review(self, request: ReviewRequest) -> Review | None:
        """Ask until the answer is one of the four."""
        say = Wording(self.clinic)
        box = request_box(say, request.action, request.roles, request.reasons)
        self.console.print(box, width=width_of(self.console))
        try:
            while True:
                word = (
                    typed(self.console, "approve, reject, edit or later?", "bold yellow").lower()[:1] or "l"
                )
                if word == "l":
                    return None
                if word == "a":
                    return self._say(request, "approve")
                if word == "r":
                    return self._say(request, "reject", typed(self.console, "why?", "bold yellow"))
                edited = self._edited(request) if word == "e" else None
                if edited is not None:
                    return edited
        except EOFError:
            return None

    def _edited(self, request: ReviewRequest) -> Review | None:
        written = typed(self.console, "changes, such as days=5 dose=50:", "bold yellow")
        try:
            as_object = written.startswith("{")
            changed = changes_of([] if as_object else shlex.split(written), written if as_object else None)
        except (ConfigurationError, ValueError) as error:
            self.console.print(line("", str(error), "red"))
            return None
        arguments = {**request.action.arguments, **changed}
        tool = self.clinic.tools.get(request.action.tool)
        fault = tool.read(arguments) if tool is not None else None
        if isinstance(fault, str):
            self.console.print(line("", f"That does not fit: {fault}."))
            return None
        return Review("edit", request.roles[0], "console", arguments=arguments)

    def _say(self, request: ReviewRequest, answer: Literal["approve", "reject"], note: str = "") -> Review:
        return Review(answer, request.roles[0], "console", note)


@dataclass(frozen=True, slots=True)
class ScriptedReviewer:
    """A physician from a file of lines `/pattern/ approve NOTE` or `/pattern/ reject NOTE`: the first that fits counts.

    What none fits waits, as in a queue. The pattern is looked for in the tool's name and arguments.
    """

    lines: tuple[tuple[re.Pattern[str], Literal["approve", "reject"], str], ...]
    name: str

    @classmethod
    def read(cls, path: Path) -> ScriptedReviewer:
        """Read a script. Raises ScriptError that names the line."""
        try:
            written = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ScriptError(f"script {path}: cannot be read ({error}): give a UTF-8 text file.") from error
        lines = []
        for number, text in enumerate(written, 1):
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            found = re.fullmatch(r"\s*/(.+?)/\s*(approve|reject)\b\s*(.*)", text)
            if found is None:
                raise ScriptError(
                    f"script {path}, line {number}: write `/pattern/ approve` or `/pattern/ reject`, and a note."
                )
            try:
                pattern = re.compile(found[1], re.IGNORECASE)
            except re.error as error:
                raise ScriptError(
                    f"script {path}, line {number}: the pattern is broken ({error}): mend it."
                ) from error
            lines.append((pattern, cast(Literal["approve", "reject"], found[2]), found[3].strip()))
        return cls(tuple(lines), "script")

    async def review(self, request: ReviewRequest) -> Review | None:
        """The first fitting line's answer."""
        about = f"{request.action.tool} {orjson.dumps(request.action.arguments).decode()}"
        for pattern, answer, note in self.lines:
            if pattern.search(about):
                return Review(answer, request.roles[0], self.name, note)
        return None
