"""Events in shorthand: each as a few tokens, or nothing. Ids stand as they are; words from outside are cleaned and fenced.

`+finding.cough` is present, `-` absent, `?` unsure, `=` measured; conditions stand as their short names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from wardround.care.chart import Chart
from wardround.care.shorthand.calls import ShortTools
from wardround.clinical import PartialDate
from wardround.harness import JSON, Event, Failed, Observed, Opened, Returned, Reviewed, ruling_of
from wardround.knowledge import Stratum, applying

LONGEST_WORDS: Final = 200
"""So many characters of what a patient says are read."""
LONGEST_NAME: Final = 40
LONGEST_SUMMARY: Final = 120
GROWN: Final = 6
"""Years from which age is told in whole ones."""
GROWN_UP: Final = 40.0
ALWAYS: Final = ("analyte.egfr", "finding.weight")
"""Results of an earlier day that are told though they are normal."""
BESIDE_NORMAL: Final = 2.0
"""So many standard deviations from the mean are normal."""
_MARKS = re.compile(r"[^\w\s.,;:!?'()%/&-]")
_DOTTED = re.compile(r"(?<=[^\W\d])\.(?=\w)")


def cleaned(text: object, longest: int = LONGEST_WORDS) -> str:
    """Words from outside: one line, lower case, without marks of ours, and without ids: what a patient says is no finding."""
    plain = _MARKS.sub(" ", str(text).casefold().replace("’", "'").replace("_", " "))
    line = " ".join(_DOTTED.sub(". ", plain).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def fenced(text: object, longest: int = LONGEST_WORDS) -> str:
    """Words from outside, between marks that they cannot hold themselves."""
    return f"«{cleaned(text, longest)}»"


def number(value: float) -> str:
    """As short as it can be told: one decimal below a hundred, none from there on, two below one."""
    size = abs(value)
    return f"{round(value, 0 if size >= 100 else 1 if size >= 1 else 2):g}"


def ago(on: date, day: str | None) -> str:
    """How long ago: days, weeks, months, years."""
    if not day:
        return ""
    days = (on - PartialDate.parse(day).earliest().date()).days
    size = ((14, 1, "d"), (70, 7, "w"), (730, 30, "m"))
    return next((f"{days // unit}{name}" for below, unit, name in size if days < below), f"{days // 365}y")


@dataclass(frozen=True)
class Teller:
    """Says one event, given the chart after it and before it."""

    tools: ShortTools

    def say(self, event: Event, before: Chart, after: Chart) -> str:
        """The event in shorthand; empty where it tells nothing that is needed."""
        parts = [*self._said(event, before, after)]
        parts += [f"flag {flag}" for flag in after.red_flags if flag not in before.red_flags]
        known = {dispute.id for dispute in before.disputes}
        for at, dispute in enumerate(after.disputes):
            if dispute.id not in known:
                what = " ".join(dispute.slugs) or cleaned(dispute.first.concept.text, LONGEST_NAME)
                raised = " raised" if dispute.raised_before else ""
                parts.append(f"conflict {at} {dispute.kind} {self._short(what)} {dispute.why}{raised}")
        return " ".join(part for part in parts if part)

    def _said(self, event: Event, before: Chart, after: Chart) -> Iterator[str]:
        body = event.body
        if isinstance(body, Opened):
            yield _who(body)
        elif isinstance(body, Observed):
            yield from self._observed(body.content, before)
        elif isinstance(body, Returned):
            say = _RETURNED.get(body.tool)
            yield from say(self, body.output, after) if say else ()
        elif isinstance(body, Reviewed):
            yield body.answer
        elif isinstance(body, Failed):
            yield f"failed {body.boundary}"
        else:
            ruling = ruling_of(event)
            if ruling is not None and ruling.outcome == "deny":
                yield from (f"no {v.constraint}" for v in ruling.verdicts if v.outcome == "deny")

    # --- at the door --------------------------------------------------------------------------------------

    def _observed(self, content: JSON, before: Chart) -> Iterator[str]:
        kind = content.get("kind")
        if kind == "complaint":
            yield fenced(content["text"])
            yield from self._findings(content["findings"])
            named = (m for m in content.get("mentions", ()) if m["kind"] == "condition" and not m["negated"])
            yield from dict.fromkeys(
                self._short(str(m["id"])) for m in named if m["about"] == "patient" and m["id"]
            )
        elif kind == "known":
            known = [topic for topic in ("allergies", "drugs") if content[topic]]
            yield " ".join(["known", *known]) if known else ""
        elif kind == "fact":
            yield self._fact(content["fact"], before)
        elif kind == "recalled":
            told = self._fact(content["fact"], before)
            yield f"past {told}" if told else ""
        elif kind in ("left_out", "withheld"):
            yield kind.replace("_", " ")

    def _fact(self, fact: JSON, before: Chart) -> str:
        on, slug = date.fromisoformat(before.date), str(fact["slug"] or "")
        status = "" if fact["status"] == "active" else f" {fact['status']}"
        if fact["kind"] in ("result", "finding"):
            told = self._measured_before(fact, slug, before)
            return f"{told} {ago(on, fact['from'])}{status}" if told else ""
        if fact["kind"] == "summary":
            ours = fact["source"]["kind"] == "event" and not before.summaries
            return f"earlier {fenced(fact['text'], LONGEST_SUMMARY)}" if ours else ""
        named = " ".join(fact["groups"]) if fact["kind"] == "allergy" or fact.get("allergic") else ""
        named = named or self._short(slug) or fenced(fact["text"], LONGEST_NAME)
        severe = " severe" if fact["severe"] else ""
        value = f" {cleaned(fact['value'], LONGEST_NAME)}" if isinstance(fact["value"], str) else ""
        return f"{fact['kind']} {named}{severe}{value} {ago(on, fact['from'])}{status}".rstrip()

    def _measured_before(self, fact: JSON, slug: str, before: Chart) -> str:
        """A value of an earlier day: the newest of its kind, where it is not what anybody has."""
        value = fact["value"]
        if not isinstance(value, dict):
            return _finding(slug, value) if slug and (value is None or isinstance(value, bool)) else ""
        known = (one["slug"] for one in before.recalled.values())
        if not slug or slug in known:
            return ""
        off = self._off(slug, float(value["number"]), before)
        return f"={slug} {number(float(value['number']))}{off}" if off or slug in ALWAYS else ""

    # --- what tools gave ----------------------------------------------------------------------------------

    def _findings(self, findings: Mapping[str, object]) -> Iterator[str]:
        yield from (_finding(slug, value) for slug, value in findings.items())

    def _asked(self, output: JSON, after: Chart) -> Iterator[str]:
        found = [*self._findings(output["findings"])]
        found += [
            f"allergy {' '.join(a['groups']) or a['drug'] or cleaned(a['text'], LONGEST_NAME)}"
            f"{' severe' if a['severe'] else ''}"
            for a in output["allergies"]
        ]
        found += [f"drug {d['drug'] or cleaned(d['text'], LONGEST_NAME)}" for d in output["drugs"]]
        yield from found
        if output["about"] in ("open", "problems"):
            yield fenced(output["answer"])
        elif not found:
            yield "none"

    def _examined(self, output: JSON, after: Chart) -> Iterator[str]:
        for slug, value in output["values"].items():
            measured = isinstance(value, int | float) and not isinstance(value, bool)
            yield f"{_finding(slug, value)}{self._off(slug, float(value), after) if measured else ''}"

    def _tested(self, output: JSON, after: Chart) -> Iterator[str]:
        result = output.get("result")
        if not result:
            yield "pending"
            return
        if result.get("positive") is not None:
            yield "positive" if result["positive"] else "negative"
        for slug, measured in result.get("analytes", {}).items():
            value = float(measured["value"])
            yield f"={slug} {number(value)}{self._off(slug, value, after)}"

    def _recalled(self, output: JSON, after: Chart) -> Iterator[str]:
        told = [self._fact(fact, after) for fact in output["facts"]]
        yield " ".join(one for one in told if one) or "none"

    def _checked(self, output: JSON, after: Chart) -> Iterator[str]:
        against = [f"with {i['with']} {i['severity']}" for i in output["interactions"]]
        against += [f"egfr {line['action']}" for line in output["renal"]]
        pregnancy = output.get("pregnancy")
        if after.evidence.pregnant and pregnancy:
            against.append(f"pregnancy {pregnancy['advice']}")
        yield " ".join(against) or "ok"

    # --- words --------------------------------------------------------------------------------------------

    def _short(self, slug: str) -> str:
        return self.tools.names.of(slug)

    def _off(self, slug: str, value: float, chart: Chart) -> str:
        """` high` or ` low` where it is, for this patient."""
        low, high = self._limits(slug, chart)
        return (
            " low"
            if low is not None and value < low
            else " high"
            if high is not None and value > high
            else ""
        )

    def _limits(self, slug: str, chart: Chart) -> tuple[float | None, float | None]:
        base, who = self.tools.base, _stratum(chart)
        analyte, finding = base.analytes.get(slug), base.findings.get(slug)
        if analyte is not None:
            reference = applying(analyte.reference, who)
            return (reference.low, reference.high) if reference else (None, None)
        if finding is None or finding.normal is None:
            return None, None
        own = applying(finding.normal_in, who)
        mean, sd = (own.mean, own.sd) if own else finding.normal
        return mean - BESIDE_NORMAL * sd, mean + BESIDE_NORMAL * sd


def _stratum(chart: Chart) -> Stratum:
    """Whose limits are compared with: where age or sex is unknown, a grown woman's."""
    who = chart.evidence
    return Stratum(
        GROWN_UP if who.age is None else who.age,
        "male" if who.sex == "male" else "female",
        bool(who.pregnant),
    )


def _who(header: Opened) -> str:
    who: JSON = header.context["patient"]
    age = who["age"]
    years = "?" if age is None else f"{age:.1f}" if age < GROWN else f"{int(age)}"
    return f"{years} {str(who['sex'])[:1]} v{header.context['visit']}"


def _finding(slug: str, value: object) -> str:
    if value is None:
        return f"?{slug}"
    if isinstance(value, bool):
        return f"{'+' if value else '-'}{slug}"
    return f"={slug} {number(float(value))}" if isinstance(value, int | float) else ""


_RETURNED: Mapping[str, Callable[[Teller, JSON, Chart], Iterator[str]]] = {
    "ask": Teller._asked,
    "examine": Teller._examined,
    "order_test": Teller._tested,
    "recall": Teller._recalled,
    "check_prescription": Teller._checked,
}
