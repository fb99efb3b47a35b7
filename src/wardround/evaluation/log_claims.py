"""Claims about the visit itself (what was said, found, thought, done) against its log: each is looked up where it says it is.

The note names an event for each statement; that event is read, not the chart that the note was made from. What a report
estimates is held against the differential on the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wardround.care import HISTORY, Clinic
from wardround.evidence import Claim, Judged, Kind, Verdict, holds_medicine
from wardround.harness import JSON, Closed, Consulted, Event, Joined, Observed, Returned, fold_all
from wardround.knowledge import KnowledgeBase

CLOSE: Final = 0.15
"""An estimate further from the differential than this is another one."""
_ITEM: Final = re.compile(r"(?P<text>.+?) \[(?P<event>[^\]]+)\](?:, |; |$|\. |: )")
_VALUE: Final = re.compile(r"^(?P<name>.+?): (?P<value>-?\d+(?:\.\d+)?)(?= |$)")
_SHARE: Final = re.compile(r"(?P<name>[^;%]+?) (?P<p>[<>]?\d+)%")
LOG: Final = "log"
"""Who judges here."""
SECTIONS: Final = ("Subjective", "Objective", "Assessment")
OK, NO, OPEN = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNCERTAIN
Answer = tuple[Verdict, str]


@dataclass(frozen=True)
class VisitLog:
    """A visit's events, to look things up in."""

    clinic: Clinic
    events: Mapping[str, Event]

    @classmethod
    def of(cls, clinic: Clinic, events: Sequence[Event]) -> VisitLog:
        """Over one log."""
        return cls(clinic, {event.name: event for event in events})

    @property
    def base(self) -> KnowledgeBase:
        """In whose terms it is written."""
        return self.clinic.base

    # --- the note -----------------------------------------------------------------------------------------

    def note(self, note: str) -> Iterator[Judged]:
        """Every statement of the note's first three parts, judged."""
        section = ""
        for line in note.splitlines():
            if line.startswith("## "):
                section = line[3:]
            elif line.startswith("- ") and section in SECTIONS:
                yield from self._line(section, line[2:])

    def _line(self, section: str, line: str) -> Iterator[Judged]:
        label, _, rest = line.partition(": ")
        if section == "Objective":
            yield from self._items(line, Kind.PATIENT_FACT, "", self._measured)
            return
        kinds: Mapping[str, tuple[Kind, Callable[[str, str], Answer]]] = {
            "Present": (Kind.PATIENT_FACT, self._heard(True)),
            "Absent": (Kind.PATIENT_FACT, self._heard(False)),
            "Not known": (Kind.PATIENT_FACT, self._heard(None)),
            "Allergies": (Kind.PATIENT_FACT, self._named),
            "Current drugs": (Kind.PATIENT_FACT, self._named),
            "Problems": (Kind.PATIENT_FACT, self._named),
            "Did harm before": (Kind.PATIENT_FACT, self._in_words),
            "Contradiction": (Kind.PATIENT_FACT, self._in_words),
            "Last visit": (Kind.PATIENT_FACT, self._named),
            "Working diagnosis": (Kind.DIAGNOSIS, self._diagnosis),
        }
        if label in kinds:
            kind, look = kinds[label]
            if label in ("Allergies", "Current drugs") and "[" not in rest:
                yield self._judged(line, kind, self._nothing(label, rest))
            else:
                yield from self._items(rest, kind, f"{label}: ", look)
        elif label == "Differential":
            yield from self.estimates(rest)
        elif label == "Weighed and not to be missed":
            yield from self._weighed(rest)
        elif label == "Red flag":
            yield self._judged(line, Kind.DIAGNOSIS, self._flag(rest))

    def _items(
        self, rest: str, kind: Kind, lead: str, look: Callable[[str, str], Answer]
    ) -> Iterator[Judged]:
        for found in _ITEM.finditer(rest):
            yield self._judged(f"{lead}{found['text']}", kind, look(found["text"], found["event"]))

    def _judged(self, text: str, kind: Kind, answer: Answer) -> Judged:
        return Judged(Claim(text, kind, 0, len(text)), answer[0], LOG, answer[1])

    # --- what an event holds ------------------------------------------------------------------------------

    def _output(self, event: str) -> JSON:
        """What an event brought: a tool's output, or what was known at the door."""
        body = self.events[event].body if event in self.events else None
        if isinstance(body, Returned):
            return body.output
        return body.content if isinstance(body, Observed) else {}

    def _findings(self, event: str) -> Mapping[str, Any]:
        said = self._output(event)
        found = {**said.get("findings", {}), **said.get("values", {})}
        fact: JSON = said.get("fact") or {}
        if fact.get("slug"):
            value = fact["value"]
            number = value["number"] if isinstance(value, dict) else value
            found[fact["slug"]] = fact["status"] != "refuted" if number is None else number
            found |= {f: found[fact["slug"]] for c, f in HISTORY.items() if c == fact["slug"]}
        return found

    def _heard(self, wanted: bool | None) -> Callable[[str, str], Answer]:
        def look(name: str, event: str) -> Answer:
            said = {self._name(slug): value for slug, value in self._findings(event).items()}
            if name not in said:
                return OPEN, f"event {event} does not speak of it"
            value = said[name]
            so = value is not None and value is not False if wanted else value is wanted
            return (OK if so else NO), f"event {event}: {value}"

        return look

    def _name(self, slug: str) -> str:
        return self.base.named(slug) if slug in self.base else slug

    def _named(self, text: str, event: str) -> Answer:
        """An allergy, a drug, a problem or an earlier visit that the event names."""
        said = self._output(event)
        fact: JSON = said.get("fact") or {}
        told = [
            str(fact.get("text", "")),
            *(str(x["text"]) for k in ("allergies", "drugs") for x in said.get(k, ())),
        ]
        told += [str(said.get("text", "")), *(self._name(s) for s in self._findings(event))]
        told = [_plain(t) for t in told]
        there = any(t and (t.casefold() == text.casefold() or text.casefold() in t.casefold()) for t in told)
        return (
            (OK, f"event {event} names it")
            if there
            else (NO, f"event {event} names {', '.join(filter(None, told))}")
        )

    def _in_words(self, text: str, event: str) -> Answer:
        """Words that stand somewhere in what the event brought."""
        held = " ".join(_strings(self._output(event))).casefold()
        words = re.findall(r"\w+", text.casefold())
        there = bool(words) and sum(w in held for w in words) / len(words) >= 0.6
        return (OK if there else OPEN), f"event {event}"

    def _measured(self, text: str, event: str) -> Answer:
        said = self._output(event)
        result: JSON | None = said.get("result")
        name, _, value = text.partition(": ")
        if "test" in said:
            if result is None:
                return (OK if text.endswith(": pending") else NO), f"event {event}: no result"
            same = text == f"{said.get('name')}: {_plain(str(result['text']))}"
            return (OK if same else NO), f"event {event}: {said.get('name')}: {result['text']}"
        known = {self._name(slug): v for slug, v in self._findings(event).items()}
        if name not in known:
            return OPEN, f"event {event} does not speak of it"
        found = _VALUE.match(text)
        if found is None:
            return (OK if known[name] is (value == "present") else NO), f"event {event}: {known[name]}"
        number = known[name]
        same = isinstance(number, int | float) and f"{number:g}" == found["value"]
        return (OK if same else NO), f"event {event}: {number}"

    def _nothing(self, label: str, said: str) -> Answer:
        """`none known` or `not asked`, of allergies or of drugs."""
        topic = "allergies" if label == "Allergies" else "drugs"
        kind = "allergy" if topic == "allergies" else "drug"
        outputs = [self._output(name) for name in self.events]
        some = any(o.get(topic) and isinstance(o[topic], list) for o in outputs)
        some = some or any((o.get("fact") or {}).get("kind") == kind for o in outputs)
        asked = any(o.get("about") == topic for o in outputs) or any(
            o.get("kind") == "known" and o.get(topic) for o in outputs
        )
        so = asked and not some if said == "none known" else not asked
        return (OK if so else NO), f"asked or on record: {asked}; any: {some}"

    # --- what was thought ---------------------------------------------------------------------------------

    def _of_tool(self, tool: str) -> Iterator[JSON]:
        for event in self.events.values():
            if isinstance(event.body, Returned) and event.body.tool == tool:
                yield event.body.output

    def estimates(self, words: str) -> Iterator[Judged]:
        """`Acute sinusitis 78%, Common cold 9%`: each against the differential on the log."""
        ranked = [
            {self._name(r["condition"]): float(r["probability"]) for r in d["ranked"]}
            for d in self._of_tool("differential")
        ]
        names = {entry.name for entry in self.base.conditions.values()}
        for found in _SHARE.finditer(words):
            said, p = found["name"].strip(" ,"), float(found["p"].lstrip("<>")) / 100
            name = next((n for n in sorted(names, key=len, reverse=True) if said.endswith(n)), said)
            near = [abs(one[name] - p) for one in ranked if name in one]
            answer: Answer = (OPEN, "no differential on the log names it")
            if near:
                answer = (OK if min(near) <= CLOSE else NO), f"the differential is {min(near):.2f} from it"
            elif ranked and p <= CLOSE and name in names:
                answer = OK, "too unlikely to be on the differential"
            yield self._judged(f"{name} {found['p']}%", Kind.DIAGNOSIS, answer)

    def _weighed(self, words: str) -> Iterator[Judged]:
        thought = {self._name(c) for d in self._of_tool("differential") for c in d["considered"]}
        for name, known in _taken_apart(words, thought):
            answer: Answer = (OK, "it was considered") if known else (NO, "no differential considers it")
            yield self._judged(f"{name} was weighed", Kind.DIAGNOSIS, answer)

    def _diagnosis(self, text: str, event: str) -> Answer:
        said = self._output(event)
        code = f" ({said.get('icd10')})" if said.get("icd10") else ""
        return (OK if text == f"{said.get('name')}{code}" else NO), f"event {event}: {said.get('name')}{code}"

    def _flag(self, name: str) -> Answer:
        known = {flag.name for flag in self.base.red_flags.values()}
        raised = {
            self.base.red_flags[o["red_flag"]].name for o in self._of_tool("escalate") if o.get("red_flag")
        }
        if name in raised:
            return OK, "it was escalated"
        return (OPEN, "it was not escalated") if name in known else (NO, "there is no such red flag")

    # --- what reports say ---------------------------------------------------------------------------------

    def about_the_visit(self, sentence: str) -> list[Judged] | None:
        """The claims of a sentence that speaks of the visit alone; None where it speaks of medicine, be it behind words
        that speak of the visit."""
        for pattern, look in _FORMS:
            found = pattern.fullmatch(sentence.strip())
            if found is not None:
                rest = _without(found[1], self._names(drugs=look is VisitLog._goes_on))
                return None if holds_medicine(rest) else list(look(self, found[1]))
        return None

    def _names(self, *, drugs: bool) -> Iterator[str]:
        """What the base calls conditions, tests and red flags: a report may say these of the visit."""
        kinds = (self.base.conditions, self.base.tests, self.base.red_flags, self.base.drugs if drugs else {})
        return (entry.name for kind in kinds for entry in kind.values())

    def _goes_on(self, words: str) -> Iterator[Judged]:
        """Drugs that stay as they are, against those that the patient takes."""
        chart = fold_all(list(self.events.values()), self.clinic.projection).domain
        taken = {self._name(one.drug) if one.drug else one.text for one in chart.drugs}
        for name, known in _taken_apart(words.replace(" and ", ", "), taken):
            answer: Answer = (OK, "the patient takes it") if known else (NO, f"taken: {', '.join(taken)}")
            yield self._judged(f"{name} goes on as before", Kind.PATIENT_FACT, answer)

    def _likely(self, words: str) -> Iterator[Judged]:
        yield from self.estimates(words)

    def _not_missed(self, words: str) -> Iterator[Judged]:
        """Against the base: beside one of the conditions that were thought of, when the question was put or later."""
        asked = " ".join(
            a.question for e in self.events.values() if isinstance(e.body, Consulted) for a in e.body.asked
        )
        thought = {r["condition"] for d in self._of_tool("differential") for r in d["ranked"]}
        thought |= {c for c, entry in self.base.conditions.items() if entry.name in asked}
        beside = {
            self._name(m)
            for c in thought
            if c in self.base.conditions
            for m in self.base.conditions[c].must_not_miss
        }
        for name, known in _taken_apart(words, beside):
            none = name == "none" and not beside
            answer: Answer = (
                (OK, "the base says so") if known or none else (OPEN, "of nothing that was thought of")
            )
            yield self._judged(f"{name} must not be missed", Kind.DIAGNOSIS, answer)

    def _flags(self, words: str) -> Iterator[Judged]:
        """Which are open when the report is given: what was escalated before is open no more."""
        open_then = self._open_flags(f"Open red flags: {words}")
        for name, known in _taken_apart(words, open_then):
            none = name == "none" and not open_then
            answer: Answer = (
                (OK if known or none else NO),
                f"open then: {', '.join(sorted(open_then)) or 'none'}",
            )
            yield self._judged(f"open red flag: {name}", Kind.DIAGNOSIS, answer)

    def _open_flags(self, words: str) -> set[str]:
        """The red flags that were open when somebody reported these words."""
        so_far: list[Event] = []
        for event in self.events.values():
            said = event.body.report if isinstance(event.body, Closed) else None
            if event.branch and said is not None and words in str(said.get("findings", "")):
                break
            if not event.branch:
                so_far.append(event)
        chart = fold_all(so_far, self.clinic.projection).domain
        return {self.base.red_flags[f].name for f in chart.open_red_flags}

    def _short_of(self, name: str) -> Iterator[Judged]:
        known = {flag.name for flag in self.base.red_flags.values()}
        answer: Answer = (
            (OK, "a red flag of the base") if name in known else (NO, "there is no such red flag")
        )
        yield self._judged(f"one answer short of {name}", Kind.DIAGNOSIS, answer)

    def _tests(self, words: str) -> Iterator[Judged]:
        ordered = {self._name(o["test"]) for o in self._of_tool("order_test")}
        for name, known in _taken_apart(words, ordered):
            none = name == "no test is worth its cost here" and not ordered
            answer: Answer = (OK, "as the log says") if known or none else (NO, "it was not ordered")
            yield self._judged(f"test ordered: {name}", Kind.PATIENT_FACT, answer)

    def _thought_of(self, name: str) -> Iterator[Judged]:
        thought = {
            self._name(c)
            for d in self._of_tool("differential")
            for c in (*d["considered"], *(r["condition"] for r in d["ranked"]))
        }
        answer: Answer = (OK, "it was thought of") if name in thought else (OPEN, "no differential names it")
        yield self._judged(f"{name} is possible", Kind.DIAGNOSIS, answer)

    def _counted(self, words: str) -> Iterator[Judged]:
        """How many lines and concerns a report counts, and how many it lists."""
        for event in self.events.values():
            for one in event.body.answers if isinstance(event.body, Joined) else ():
                report: JSON = one.report or {}
                if str(report.get("findings", "")).startswith(words):
                    lines, concerns = map(int, re.findall(r"\d+", words)[:2])
                    same = lines == len(report["recommend"]) and concerns == len(report["concerns"])
                    yield self._judged(words, Kind.PATIENT_FACT, (OK if same else NO, "as it lists"))

    def _alarmed(self, name: str) -> Iterator[Judged]:
        yield self._judged(f"red flag: {name}", Kind.DIAGNOSIS, self._flag(name))


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[VisitLog, str], Iterator[Judged]]], ...]] = (
    (re.compile(r"Most likely so far: (.+?)(?:; none of what I know .+?)?\.?"), VisitLog._likely),
    (re.compile(r"Must not be missed here: (.+?)\.?"), VisitLog._not_missed),
    (re.compile(r"Open red flags: (.+?)\.?"), VisitLog._flags),
    (re.compile(r"One answer short of: (.+?)"), VisitLog._short_of),
    (re.compile(r"Tests: (.+?)\.?"), VisitLog._tests),
    (re.compile(r"(.+?) is not excluded\."), VisitLog._thought_of),
    (
        re.compile(r"The complaint was not understood; (.+?) is possible from the answers alone\."),
        VisitLog._thought_of,
    ),
    (re.compile(r"(\d+ possible drug lines looked at; \d+ concerns)\."), VisitLog._counted),
    (re.compile(r"Go on with (.+?) as before\.?"), VisitLog._goes_on),
    (re.compile(r"(?:Transferred at once|Sent on because of a red flag): (.+?)\."), VisitLog._alarmed),
)
"""Sentences that speak of the visit and not of medicine, and where each is looked up."""


def _taken_apart(words: str, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The names of a list between commas, and whether each is known: known ones first, for some have a comma themselves."""
    for name in sorted((n for n in known if n in words), key=lambda n: (-len(n), n)):
        if name in words:
            words = words.replace(name, "", 1)
            yield name, True
    yield from ((part, False) for part in map(str.strip, words.split(",")) if part)


def _without(words: str, names: Iterator[str]) -> str:
    """The words without these names, the longest first."""
    for name in sorted((n for n in names if n in words), key=len, reverse=True):
        words = words.replace(name, " ")
    return words


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("mm[Hg]", "mmHg").replace("[", "(").replace("]", ")")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
