"""Examination and laboratory at the terminal: whoever sits there reads off what was measured. Nothing is made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from rich.console import Console

from wardround.cli.drawing import line
from wardround.cli.output import width_of
from wardround.cli.typing_in import typed
from wardround.cli.wording import UNITS
from wardround.harness import JSON, ToolError
from wardround.knowledge import KnowledgeBase

ENOUGH = "-"
"""Typed instead of a value: nothing more can be measured."""


@dataclass
class Bedside:
    """What both services share: how a value is asked for."""

    base: KnowledgeBase
    console: Console
    _over: bool = field(default=False, init=False)

    def _say(self, text: str) -> None:
        self.console.print(line("clinic", text, "bold cyan"), width=width_of(self.console))

    def _asked(self, what: str) -> str:
        try:
            return typed(self.console, f"{what}:", "bold")
        except EOFError:
            raise ToolError("nobody measures any more.", fix="Go on without it, or hand over.") from None

    def _number(self, what: str, unit: str, plausible: tuple[float, float] | None) -> float | None:
        """A number, or None where it was not obtained. What is no plausible number is asked for again."""
        low, high = plausible or (float("-inf"), float("inf"))
        while True:
            text = self._asked(f"{what} ({UNITS.get(unit, unit)})" if unit else what)
            if text in ("", ENOUGH):
                self._over = self._over or text == ENOUGH
                return None
            try:
                value = float(text.replace(",", "."))
            except ValueError:
                self._say("A number, please; nothing where it was not measured.")
                continue
            if isfinite(value) and low <= value <= high:
                return value
            self._say(f"That is outside {low:g} to {high:g}: please look again.")

    def _yes_no(self, what: str) -> bool | None:
        text = self._asked(f"{what}, y or n")
        self._over = self._over or text == ENOUGH
        return {"y": True, "p": True, "n": False}.get(text.lower()[:1])


class ConsoleExamination(Bedside):
    """Signs and measurements, typed in."""

    async def call(self, request: JSON, key: str) -> JSON:
        """Values by finding; None where nothing was typed."""
        self._over = False
        self._say(f"Please examine. Enter: not obtained; {ENOUGH}: nothing more can be examined.")
        values: JSON = {}
        for slug in request["findings"]:
            finding = self.base.findings[slug]
            if self._over:
                values[slug] = None
            elif finding.answer == "quantity":
                values[slug] = self._number(finding.name, finding.unit or "", finding.plausible)
            else:
                values[slug] = self._yes_no(finding.name)
        return {"values": values}


class ConsoleLaboratory(Bedside):
    """Results, typed in; what is not there yet is pending."""

    async def call(self, request: JSON, key: str) -> JSON:
        """A final result, or pending where nothing was typed."""
        self._over = False
        test = self.base.tests.get(request["test"])
        if test is None:
            raise ToolError(f"test: {request['test']!r} is not done here.", fix="Use the id of a test.")
        self._say(f"Please do: {test.name}. Enter: not there yet.")
        if test.analytes:
            found = {}
            for analyte in test.analytes:
                value = None if self._over else self._number(analyte.name, analyte.unit, None)
                if value is not None:
                    found[analyte.id] = {"value": value, "unit": analyte.unit}
            text = "; ".join(f"{self.base.named(a)} {r['value']:g} {r['unit']}" for a, r in found.items())
            result = {"analytes": found, "positive": None, "text": text}
            return {"status": "final", "result": result} if found else {"status": "pending"}
        positive = self._yes_no(f"{test.name}: positive")
        if positive is None:
            return {"status": "pending"}
        said = test.positive if positive else test.negative
        return {"status": "final", "result": {"analytes": {}, "positive": positive, "text": said}}
