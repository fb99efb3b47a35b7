"""What actions, reasons, facts and thoughts are called in front of a person: names for ids, sources in words, short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from wardround.care import Clinic, Prescription, dose_in_words
from wardround.cli.output import one_line
from wardround.harness import Action

_ID = re.compile(
    r"\b(?:allergy|analyte|class|condition|drug|finding|red_flag|test)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*"
)
_CITED = re.compile(r"\((?P<source>[a-z0-9_]+), (?P<grade>[a-z]+)(?P<unreviewed>: unreviewed)?\)")
_NUMBER = r"\d+(?:\.\d+)*(?:/\d+)?"
_EVENT = re.compile(rf" \(event {_NUMBER}\)|,? event {_NUMBER}")
_BELIEF = re.compile(r"Most likely so far: [^;]*; none of what I know [<>]?\d+%\.\s*")
_REACTION = re.compile(r"reaction: ([^;(]+)")
_DATED = re.compile(r",?\s*(\d{4})-\d\d-\d\d\S*.*")
UNITS = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "of 10", "mL/min/{1.73_m2}": "mL/min/1.73 m²"}
ROLES = {"investigations": "tests", "safety_officer": "safety"}
TOOLS = {
    "order_test": "test",
    "follow_up": "follow-up",
    "hand_over": "hand over",
    "check_prescription": "check",
}


class Wording:
    """Words of one clinic."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic, self._base = clinic, clinic.base
        self._titles = {c.id: c.title for c in clinic.constraints}

    def name(self, slug: object) -> str:
        """The name of what the base holds; other words as they are."""
        known = isinstance(slug, str) and slug in self._base
        return self._base.named(str(slug)) if known else one_line(slug)

    def plain(self, text: object) -> str:
        """A reason without ids: names, sources by their title, no event numbers."""
        return self.cited(_EVENT.sub("", _ID.sub(lambda m: self.name(m[0]), one_line(text))))

    def cited(self, text: str) -> str:
        """Sources by their title."""
        return _CITED.sub(self._source, text)

    def _source(self, found: re.Match[str]) -> str:
        source = self._base.sources.get(found["source"])
        title = source.title if source is not None else found["source"]
        return f"({title}, unreviewed)" if found["unreviewed"] else f"({title})"

    def thought(self, text: str) -> str:
        """What is left to say of a thought beside the bars that show its belief."""
        return self.plain(_BELIEF.sub("", text)).strip()

    def rule(self, constraint: str) -> str:
        """What a constraint holds; the harness's own rules by their names."""
        return self._titles.get(constraint) or one_line(constraint).rpartition(".")[2].replace("-", " ")

    def role(self, agent: str) -> str:
        """An agent's name, short."""
        return one_line(ROLES.get(agent, agent.replace("_", " ")))

    def tool(self, tool: str) -> str:
        """A tool's name."""
        return one_line(TOOLS.get(tool, tool.replace("_", " ")))

    # --- actions ------------------------------------------------------------------------------------------

    def action(self, action: Action) -> str:
        """An action in one line, however badly formed it is."""
        tool = self._clinic.tools.get(action.tool)
        read = tool.read(action.arguments) if tool is not None else ""
        if isinstance(read, BaseModel):
            given = read.model_dump(mode="json")
            if action.tool == "prescribe":
                return self._prescription(given)
            return self._about(action.tool, given)
        said = ", ".join(f"{key} {self.name(value)}" for key, value in _first(action.arguments, 3))
        return f"{self.tool(action.tool)} {said}".strip()

    def _prescription(self, given: Mapping[str, Any]) -> str:
        dose = dose_in_words(Prescription(str(given["drug"]), dict(given), ""))
        return f"{self.name(given['drug'])} {one_line(dose)}"

    def _about(self, tool: str, given: Mapping[str, Any]) -> str:
        if tool == "ask":
            return one_line(given["question"] or self.name(given["about"]))
        if tool == "stop":
            over = f", over {given['taper_days']} days" if given["taper_days"] else ""
            return f"stop {self.name(given['drug'])}{over}: {self.plain(given['reason'])}"
        if tool == "settle":
            account = {"first": "the first account", "second": "the second account", "both": "both accounts"}
            holds = account.get(given["decision"])
            how = f"settle a contradiction for {holds}" if holds else "raise a contradiction"
            return f"{how}: {self.plain(given['reason'])}"
        if tool == "refer":
            return f"referral to {one_line(given['to'])} ({given['urgency']}): {self.plain(given['reason'])}"
        if tool == "close":
            return f"end of the visit: {str(given['disposition']).replace('_', ' ')}"
        if tool == "escalate":
            return f"alarm: {self.plain(given['reason'])}"
        for key in ("drug", "test", "condition", "findings", "agents", "to"):
            value = given.get(key)
            if value:
                listed = value if isinstance(value, list) else [value]
                return f"{self.tool(tool)}: {', '.join(self.name(v) for v in listed)}"
        said = given.get("text") or given.get("statement") or given.get("topic") or given.get("reason") or ""
        return f"{self.tool(tool)}: {self.plain(said)}" if said else self.tool(tool)

    # --- what is known at the door ------------------------------------------------------------------------

    def allergy(self, fact: Mapping[str, Any]) -> str:
        """`Penicillin (anaphylaxis, severe, 2019)`."""
        found = _REACTION.search(str(fact["detail"]))
        reaction = _DATED.sub(r", \1", found[1]).strip() if found else "severe" if fact["severe"] else ""
        return (
            f"{one_line(fact['text'])} ({one_line(reaction).lower()})" if reaction else one_line(fact["text"])
        )

    def measured(self, slug: str, value: object) -> str:
        """`body temperature 36.8 °C`, `wheeze absent`, `weight not obtained`."""
        finding = self._base.findings.get(slug)
        unit = finding.unit if finding is not None else None
        return f"{self.name(slug)} {shown(value, unit)}"


def shown(value: object, unit: str | None = None) -> str:
    """A value with its unit, as it is said."""
    if value is None:
        return "not obtained"
    if isinstance(value, bool):
        return "present" if value else "absent"
    number = f"{value:g}" if isinstance(value, float | int) else one_line(value)
    return f"{number} {UNITS.get(unit, unit)}" if unit else number


def capital(text: str) -> str:
    """With a capital letter at the front."""
    return text[:1].upper() + text[1:]


def _first(arguments: Mapping[str, Any], many: int) -> Iterable[tuple[str, Any]]:
    for key in list(arguments)[:many]:
        value = arguments[key]
        text = value if isinstance(value, str | int | float) else type(value).__name__
        yield one_line(key)[:40], text if not isinstance(text, str) else text[:80]
