"""A patient's record as readable Markdown: every line with its dates and sources. Words from outside are only words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from wardround.clinical import Patient
from wardround.memory.conflicts import Conflict
from wardround.memory.timeline import Statement
from wardround.memory.views import Entry, RecordView, Trend, record_view, trends
from wardround.memory.views.entries import UNIT_WORDS

MOST_SOURCES = 3
MOST_VISITS = 50
_ACTS = re.compile(r"([\\`*_\[\]<>|~&$!])")
_LINKS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|www)([:.])")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\ud800-\udfff]"
)


def words(text: object) -> str:
    """Text from outside on one line, with nothing in it that Markdown or HTML would act on inside a line."""
    said = " ".join(_UNSEEN.sub("", str(text)).split())
    said = _ACTS.sub(r"\\\1", said)
    return _LINKS.sub(r"\1\\\2", said)


def record_markdown(
    patient: Patient,
    statements: Sequence[Statement],
    *,
    on: date,
    conflicts: Iterable[Conflict] = (),
) -> str:
    """The record as it stands on a day."""
    view = record_view(statements, patient_id=patient.id, on=on)
    lines = [f"# {words(patient.name or patient.id)}", "", *_who(patient, on), ""]
    lines += _section("Contradictions to settle", [_conflict(c) for c in conflicts])
    lines += _section("Allergies", _allergies(view), "Nothing is known about allergies.")
    lines += _section("Drugs", _entries(view.drugs), "No current drug is known.")
    lines += _section("Problems", _entries(view.problems), "No current problem is known.")
    lines += _section("Pregnancy", _entries(view.pregnancy))
    lines += _section("Advance directives", _entries(view.directives))
    lines += _values(view, trends(statements))
    for title, entries in (
        ("Findings", view.findings),
        ("Social history", view.social),
        ("Procedures", view.procedures),
        ("Immunizations", view.immunizations),
        ("Responses to drugs", view.responses),
        ("Plans", view.plans),
        ("Visits", view.visits[:MOST_VISITS]),
        ("Past drugs", view.past_drugs),
        ("Past problems", view.past_problems),
        ("Said not to be so", view.refuted),
    ):
        lines += _section(title, _entries(entries))
    return "\n".join(lines).rstrip() + "\n"


def _who(patient: Patient, on: date) -> list[str]:
    age = patient.age(on)
    said = [patient.sex, *([f"born {patient.birth.iso()}"] if patient.birth else [])]
    if patient.deceased is not False:
        died = "" if isinstance(patient.deceased, bool) else f" {patient.deceased.iso()}"
        said.append(f"**died{died}**")
    elif age is not None:
        said.append(f"{int(age)} years old")
    return [f"Patient `{_code(patient.id)}`: {', '.join(said)}. The record as of {on.isoformat()}."]


def _code(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).replace("`", "'").split())


def _section(title: str, lines: Sequence[str], empty: str = "") -> list[str]:
    if not lines:
        return [f"## {title}", "", empty, ""] if empty else []
    return [f"## {title}", "", *lines, ""]


def _conflict(conflict: Conflict) -> str:
    grave = "**grave**" if conflict.grave else "**open**"
    raised = " (raised with a physician)" if conflict.raised else ""
    return f"- {grave}: {words(conflict.words())}{raised} [`{_code(conflict.id)}`]"


def _allergies(view: RecordView) -> list[str]:
    return [*_entries(view.allergies), *(_entry(one, denied=True) for one in view.no_allergies)]


def _entries(entries: Iterable[Entry]) -> list[str]:
    return [_entry(one) for one in entries]


def _entry(entry: Entry, *, denied: bool = False) -> str:
    said = [f"**{words(entry.text)}**"]
    if entry.value and entry.value != "yes":
        said.append(f": {words(entry.value)}")
    if entry.detail:
        said.append(f" ({words(entry.detail)})")
    if denied and entry.status == "refuted":
        said.append(": denied")
    elif entry.status not in ("active", "refuted"):
        said.append(f", {entry.status}")
    when = _when(entry)
    said.append(f", {when}" if when else "")
    if entry.certainty in ("possible", "probable"):
        said.append(f", {entry.certainty}")
    return f"- {''.join(said)}. _{_sources(entry)}_"


def _when(entry: Entry) -> str:
    since, until = moment(entry.since), moment(entry.until)
    if entry.kind in ("result", "procedure", "immunization", "summary"):
        return f"on {since}" if since and until in ("", since) else f"{since} to {until}" if since else ""
    if since and until:
        return f"from {since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else ""


def moment(said: str | None) -> str:
    """A time as it is read: to the minute at most. Its zone is left out: it is the record's own."""
    return said[:16].replace("T", " ") if said else ""


def _sources(entry: Entry) -> str:
    shown = [words(one) for one in entry.sources[:MOST_SOURCES]]
    more = len(entry.sources) - len(shown)
    said = ", ".join([*shown, *([f"{more} more"] if more else [])])
    return f"{said}; recorded {entry.recorded[:10]}"


def _values(view: RecordView, found: Sequence[Trend]) -> list[str]:
    """The latest value of everything measured, with where it is going."""
    if not view.values:
        return []
    course = {fact: trend for trend in found for fact in _facts(trend)}
    lines = ["| measured | latest | when | course | source |", "| --- | --- | --- | --- | --- |"]
    for entry in view.values:
        trend = next((course[f] for f in entry.facts if f in course), None)
        said = (entry.text, entry.value or "", moment(entry.since), _course(trend), entry.sources[0])
        lines.append(f"| {' | '.join(words(one) for one in said)} |")
    return ["## Latest values", "", *lines, ""]


def _facts(trend: Trend) -> list[str]:
    return [*(p.fact for p in trend.points), *(a.fact for a in trend.apart)]


def _course(trend: Trend | None) -> str:
    if trend is None or trend.n < 2 or trend.first is None or trend.slope is None:
        return ""
    said = UNIT_WORDS.get(trend.unit, trend.unit)
    unit = f" {said}" if said else ""
    return f"{trend.slope:+.3g}{unit} a year over {trend.n} values since {trend.first.when[:10]}"
