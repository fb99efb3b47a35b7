"""A sentence taken apart: what it names, when, above or below what, in which unit, which one. What is left is how it asks.

Each part that is understood is cut out and leaves a mark (`‹0›` for the first thing named), so that no word counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from wardround.memory.asking.amounts import Side, asked_unit, place, threshold
from wardround.memory.asking.dose_events import dose_event
from wardround.memory.asking.lexicon import Lexicon, Mention
from wardround.memory.asking.parts import Parts
from wardround.memory.calendar_words import Today
from wardround.memory.errors import NotUnderstood
from wardround.memory.patient_events import PatientEvents
from wardround.memory.time_relations import When, phrases_of_time

_ZERO_WIDTH = re.compile("[\u200b-\u200d\ufeff]")
_QUOTE = re.compile('"([^"]+)"')
_LONGEST = 1000
_POLITE = re.compile(
    r"(?<![\w])(?:please,? |(?:could|can|would|will) you (?:please |kindly )?(?=tell|give|show|list|say|count|name|find|look|compute|work|calculate|let|enumerate|check)"
    r"|(?:do|would) (?:you|we) (?:happen to )?know,? |i(?:'d| would) (?:like|love) to (?:know|see|have|hear) |i (?:want|need|have) (?:to (?:know|see|have) )?"
    r"|i(?:'m| am) (?:asking|wondering|looking for) |i wonder,? |let me (?:know|see) |may i (?:ask|know),? |kindly )",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Event:
    """A phrase of time that counts from a thing: before ‹1› was first prescribed. `place` is the mention's number."""

    relation: str
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`rest` is the sentence in lower case with a mark for each part that was cut out."""

    rest: str
    mentions: tuple[Mention, ...] = ()
    times: tuple[When, ...] = ()
    event: Event | None = None
    known: date | None = None
    quoted: str | None = None
    side: Side | None = None
    than: float | None = None
    unit: str | None = None
    nth: int | None = None
    backwards: bool = False
    """Whether `nth` counts from the end."""
    left: tuple[tuple[int, int], ...] = ()
    """Where words stand in the plain text that are none of which questions are made."""
    dose: str | None = None
    """How a time relates to a change of dose that is counted from."""

    def without_event(self) -> Sentence:
        """The same with the event's thing as one that is asked about."""
        if self.event is None:
            return self
        return replace(self, event=None, rest=self.rest.replace("«event»", self.event.words))

    @property
    def asked(self) -> list[Mention]:
        """What is named and is no event, in order."""
        marks = [int(mark) for mark in re.findall(r"‹(\d+)›", self.rest)]
        return [self.mentions[mark] for mark in marks]


def take_apart(
    text: str, lexicon: Lexicon, today: Today, strange: Sequence[tuple[int, int]] = ()
) -> Sentence:
    """Cut out of a sentence all that can be understood without knowing what is asked.

    `strange`: where names stand in the text, as `plain` gives it, that are not the lexicon's.
    """
    parts = Parts(plain(text))
    quote = _QUOTE.search(parts.text)
    named = [
        one
        for one in _names(parts.text, lexicon, strange)
        if not quote or one[1] <= quote.start() or quote.end() <= one[0]
    ]
    cuts = [(start, end, f"‹{mark}›") for mark, (start, end, _) in enumerate(named)]
    for start, end, mark in sorted(cuts + ([(*quote.span(), "«text»")] if quote else []), reverse=True):
        parts.cut(start, end, mark)
    parts.mentions = [mention for _, _, mention in named]
    quoted = quote[1].strip() if quote else _in_single_quotes(parts)
    known = _known(parts, today)
    side, than, unit = threshold(parts)
    dose = dose_event(parts, lexicon, min(known or today.on, today.on))
    times = (*((dose,) if dose else ()), *_times(parts, today, lexicon))
    unit = unit or asked_unit(parts)
    event = _event(parts)
    nth, backwards = place(parts)
    rest = re.sub(r"^[\s,;:.]+", "", parts.low.rstrip(" ?.!"))
    return Sentence(
        rest, tuple(parts.mentions), times, event, known, quoted, side, than, unit, nth, backwards, _left(parts),
        dose.relation if dose else None,
    )  # fmt: skip


def _names(text: str, lexicon: Lexicon, strange: Sequence[tuple[int, int]]) -> list[tuple[int, int, Mention]]:
    """What is named, from left to right: what the lexicon has, and beside it what is strange to it."""
    found = [(start, end, lexicon.elsewhere(text[start:end])) for start, end in strange]
    for start, end, mention in lexicon.mentions(text):
        if all(end <= other or after <= start for other, after in strange):
            found.append((start, end, mention))
    return sorted(found, key=lambda one: one[0])


def plain(text: str) -> str:
    """The sentence without what only looks: curly quotation marks, zero-width characters, blanks. No letter moves after."""
    if len(text) > _LONGEST:
        raise NotUnderstood(f"The question has {len(text)} characters. Ask in {_LONGEST} at most.")
    clean = _ZERO_WIDTH.sub("", text).translate(
        {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xAB: '"', 0xBB: '"'}
    )
    clean = re.sub("[‹›]", " ", clean)
    clean = re.sub(
        r"\bsince (the|her|his|their|the patient's) first\b(?= (?:measure|value|reading|one|test|result))",
        r"from \1 first",
        clean,
        flags=re.I,
    )
    clean = _POLITE.sub("", clean)
    clean = re.sub(r"\bhalf a year\b", "six months", clean, flags=re.I)
    return " ".join(clean.split())


def _in_single_quotes(parts: Parts) -> str | None:
    """Words between single quotation marks, once the names that hold such marks are cut out."""
    found = re.search(r"(?<!\w)'([^'‹]+)'(?!\w)", parts.text)
    if found is None:
        return None
    parts.cut(found.start(), found.end(), "«text»")
    return found[1].strip()


# When ----------------------------------------------------------------------------------------------------------------

_RECORDED = re.compile(
    r"\b(?:recorded|known|record|records|file|documented|charted|noted|entered|information|knowledge|available|knew"
    r"|written down|chart|notes|data|registered|entries|came in|added|learn\w*|told|state|stood|reported|seen|look\w*|file[ds]?|documents?|evidence|facts?|history|books?)\b"
)


_LEFT_OUT = re.compile(
    r"\b(?:ignor|disregard|leav(?:e|ing) (?:out|aside)|set(?:ting)? aside|forget|discount|exclud|without|not counting|except|skip|omit|drop)"
)


def _known(parts: Parts, today: Today) -> date | None:
    """A clause that says by when a thing must have been recorded: "going by what was recorded by 3 March 2015, ..."."""
    low = parts.low
    for when in phrases_of_time(low, today):
        start = max((low.rfind(mark, 0, when.start) for mark in ",:;?("), default=-1) + 1
        clause, after = low[start : when.start], low[when.end :].lstrip(" )")[:1]
        leads, trails = start == 0 and after in (",", ":", ";"), start > 0 and after in ("", "?", ".", "!")
        until = when.until
        if when.relation == "after" and when.since and _LEFT_OUT.search(clause):
            until = when.since - timedelta(days=1)
        if (leads or trails) and until and "‹" not in clause and _RECORDED.search(clause):
            parts.cut(start - 1 if trails else 0, when.end + (1 if leads else 0))
            return until
    return None


def _times(parts: Parts, today: Today, lexicon: Lexicon) -> tuple[When, ...]:
    """Dates and ages, and the events that need no name: the operation, the pregnancy."""
    events = PatientEvents(lexicon.entries.stored, today.on)
    found = list(phrases_of_time(parts.low, today, events.usual))
    for when in reversed(found):
        parts.cut(when.start, when.end, "«now»" if when.relation == "now" else "«time»")
    return tuple(found)


_BEFORE_NAME = r"""(?:the|an?|his|her|their|patient'?s?|patient|first|initial|very|earliest|diagnos[ie]s|prescriptions?|vaccinations?|vaccine
|immuni[sz]ation|procedure|operation|measurement|visit|recording|allergy|onset|start|beginning|of|for|with|to|against|she|he|they
|was|were|had|got|is|being|having|been|started|starting|began|begun|put|on|taking|took|received|receiving|given|getting
|underwent|undergoing|diagnosed|prescribed|measured|vaccinated|developed|developing|day|date|time|that|when|use|course
|treatment|therapy|introduction|doing|having|test|recorded|encounter|appointment|drug|medicine|medication|problem|condition|came
|down|shot|jab|arrival|appearance|immuni[sz]ed|its|kind|type)""".replace("\n", "")
_AFTER_NAME = r"""(?:procedure|vaccination|vaccine|jab|shot|immuni[sz]ation|measurement|diagnosis|prescription|visit|was|were|had|been|first
|initially|diagnosed|prescribed|done|performed|given|measured|recorded|administered|started|begun|began|carried|out|took|place|made
|appeared|as|an|allergy|onset|treatment|therapy|reading|value|got|ever|introduced|test|encounter|is|came|up|for|the|time|very
|set|in|checked|undergone|taken|noted|on|record|entered|start|problem|condition|detected|identified|initiated|dose|received)""".replace(
    "\n", ""
)
_EVENT = re.compile(
    r"(?<![\w‹])(?P<relation>before|prior to|ahead of|leading up to|preceding|after|following|subsequent to|in the wake of|since|from|starting (?:from|with)|until|once|upon"
    r"|when(?! (?:was|were|did|is|has|had|does|do|are|will)\b)|at the (?:time|moment|point) (?:of|when|that)"
    r"|(?:on )?the (?:very )?(?:day|date) (?:of|when|that|on which)|across|around|either side of|over|by the time(?: of)?)"
    rf"(?P<lead>(?: {_BEFORE_NAME})*) ‹(?P<place>\d+)›(?P<trail>(?: {_AFTER_NAME}(?![\w-]))*)(?! (?:last|latest|most recently))"
)


def _event(parts: Parts) -> Event | None:
    """A phrase that counts from another thing. The last of them, where there are several."""
    low = parts.low
    found = [
        one for one in _EVENT.finditer(low)
        if not re.match(r" (?:last|latest|most recently|more recently)\b", low[one.end("place") + 1 :])
        and not re.search(r"‹\d+›(?: was| were| has been| had been)? (?:last|latest|most recently)\b", low[one.start("place") - 1 : one.end() + 8])
    ]  # fmt: skip
    if not found:
        return None
    chosen = found[-1]
    trail = re.sub(r"(?: (?:on|as|an|for|the|in|is|up|time|ever))+$", "", chosen["trail"])
    end = chosen.start("trail") + len(trail)
    parts.cut(chosen.start(), end, "«event»")
    relation = _RELATIONS.get(chosen["relation"].split(" ")[0], "at")
    return Event(relation, int(chosen["place"]), low[chosen.start() : end])


_RELATIONS = {
    **dict.fromkeys(("before", "prior", "ahead", "leading", "preceding", "until"), "before"),
    **dict.fromkeys(("after", "following", "subsequent", "in", "once", "upon"), "after"),
    **dict.fromkeys(("since", "from", "starting"), "since"),
    **dict.fromkeys(("across", "around", "either", "over"), "across"),
}


# What is left --------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"«[^»]*»|‹\d+›|[\w'/.-]+")


@lru_cache(maxsize=1)
def question_words() -> frozenset[str]:
    """Words of which questions are made, so that none of them is taken for a name."""
    lines = (Path(__file__).parent / "data" / "question_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _left(parts: Parts) -> tuple[tuple[int, int], ...]:
    """Runs of words that are none of the known ones: what nobody has understood yet."""
    known = question_words()
    runs: list[tuple[int, int]] = []
    last = -2
    for at, found in enumerate(_WORD.finditer(parts.low)):
        bare = found[0].strip(".'-/")
        if found[0][0] in "«‹" or not bare or bare in known or bare.removesuffix("'s") in known:
            continue
        start, end = parts.origin[found.start()], parts.origin[found.end() - 1] + 1
        runs.append((start, end)) if at != last + 1 else runs.append((runs.pop()[0], end))
        last = at
    return tuple(runs)
