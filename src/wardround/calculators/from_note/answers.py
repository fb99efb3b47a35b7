"""Reads questionnaires that list the score of every item: PHQ-9, GAD-7, AUDIT-C; a total alone gives no item.

Items are read within the part of the note that names the questionnaire. Two scores of an item that differ, and a total
that is not their sum, leave them in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import of_patient, time_of
from wardround.calculators.from_note.text import Note

_NAMES: Final = {
    "phq-9": r"\bPHQ[-\s]?9\b|\bpatient health questionnaire(?:[-\s]?9)?",
    "gad-7": r"\bGAD[-\s]?7\b|\bgenerali[sz]ed anxiety disorder (?:scale|questionnaire|[-\s]?7)",
    "audit-c": r"\bAUDIT[-\s]?C\b",
}
_ANY: Final = re.compile(
    "|".join((*_NAMES.values(), r"\b(?:PHQ-?2|GAD-?2|AUDIT|HADS|EPDS|MMSE|MoCA|CAGE|BDI|HAM-?[DA])\b")),
    re.IGNORECASE,
)
_HEADING: Final = re.compile(
    r"\n\s*(?:assessment|plan|impression|medications?|allergies|examination|exam|vitals?|vital signs|family history|social history"
    r"|past medical history|history|diagnosis|labs?|treatment)\b\s*:?",
    re.IGNORECASE,
)
_ITEMS: Final = {
    "phq-9": {
        "interest": r"interest|anhedon|pleasure",
        "mood": r"feeling (?:down|low|depressed|hopeless)|down\b|depressed|hopeless|(?:low |sad )?mood",
        "sleep": r"sleep|insomni",
        "energy": r"tired|energy|fatigue",
        "appetite": r"appetite|overeat|eating",
        "self_worth": r"feeling (?:bad|guilty|like)|bad about|failure|guilt|worthless|self[- ]?(?:worth|esteem)|let (?:yourself|family)",
        "concentration": r"concentrat",
        "movement": r"mov(?:ing|ement|ed)|slow|psychomotor|restless|fidget",
        "self_harm": r"self[- ]?harm|suicid|better off dead|thoughts of (?:death|dying|hurt)|hurting (?:your|him|her|one)?self|death",
    },
    "gad-7": {
        "nervous": r"nervous|on edge|feeling anxious",
        "control": r"(?:stop|control)\w*(?: or control\w*)? worry|(?:stop|control)\w* (?:the |his |her )?worr|uncontroll\w+ worr",
        "worry": r"worry\w* (?:too much|about|excess)|(?:excessive|too much) worr|different things",
        "relax": r"relax",
        "restless": r"restless|sit(?:ting)? still",
        "irritable": r"irritab|annoyed",
        "afraid": r"afraid|awful|fear|something (?:bad|terrible)",
    },
    "audit-c": {
        "frequency": r"how often(?! (?:do you have |do you drink )?(?:six|binge|heavy)|\s+or more)|frequency(?! of (?:six|binge|heavy|\s*or more))",
        "amount": r"typical|how many|amount|drinks (?:per|on a|a) |quantity|number of drinks",
        "binges": r"(?:six|[^a-z]{1,4}) or more|six|binge|heavy",
    },
}  # fmt: skip
_COMPILED: Final = {
    id: {name: re.compile(words, re.IGNORECASE) for name, words in items.items()}
    for id, items in _ITEMS.items()
}
_HIGHEST: Final = {"phq-9": 3, "gad-7": 3, "audit-c": 4}
_WORDS: Final = (
    (r"not at all", "0"), (r"several days", "1"), (r"more than half (?:of )?the days|over half the days", "2"), (r"nearly every ?day", "3"),
)  # fmt: skip
_NO_SCORE: Final = re.compile(
    r"(?:over the |in the |during the )?(?:past|last|previous) (?:\d+|two) (?:weeks?|days?)|\b(?:six|6)\s?\+|\b6 (?=or more)|(?:^|(?<=[\n;,.]))\s*\(?\d{1,2}[.)](?=\s)"
    r"|\b(?:item|question|q)\s?\d{1,2}\s?[:.)-]|\(0\s?-\s?[34]\)|\b\d+-item\b",
    re.IGNORECASE,
)
_SCORE: Final = re.compile(
    r"(?P<label>[^\d]{1,120}?)(?:[\s:=(\-]|\b(?:is|was|scored?|rated|at|points?)\b)*(?P<n>\d{1,2})(?!\d|[.,]\d|\s?(?:%|mg|kg|years?|yrs?|months?|weeks?|days?|hours?|h\b|hrs|times|drinks?\b|units?|x\b|am\b|pm\b|-\s?\d|to \d))(?:\s?/\s?\d{1,2}(?!\d))?",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(r"total|sum\b|overall|score\s*(?:of|is|was|[:=])?\s*$", re.IGNORECASE)
_NO_LABEL: Final = re.compile(r"(?:[\s:=(,]|\b(?:was|is|of|today|now|score[sd]?)\b)*", re.IGNORECASE)
_LENGTH: Final = 1500
_LIST: Final = re.compile(r"\s*(?:items?|answers?|scores?|responses?)?\s*[:=(]?\s*(?P<all>[0-4](?:\s?[,;/ -]\s?[0-4]){2,8})(?![\d])(?!\s?[,;/-]\s?\d)", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """Items that were read, totals that are stated, and whether they contradict each other."""

    items: tuple[Reading, ...]
    totals: tuple[Reading, ...]
    contradicted: bool


def answers(note: Note, id: str) -> Answers:
    """The items and totals of a questionnaire in every part of the note that names it, former ones left."""
    items: list[Reading] = []
    totals: list[Reading] = []
    for start, end in _parts(note, id):
        own, total = _part(note, id, start, end)
        items += own
        totals += total
    return Answers(tuple(items), tuple(totals), _contradicted(id, items, totals))


def _contradicted(id: str, items: list[Reading], totals: list[Reading]) -> bool:
    """Are all items there, once, and is their sum none of the totals that are stated?"""
    points = [one.value for one in items if isinstance(one.value, float)]
    whole = len(items) == len({one.name for one in items}) == len(_ITEMS[id])
    return whole and bool(totals) and sum(points) not in [one.value for one in totals]


def settled(name: str, found: Answers) -> Reading | Doubt:
    """One item, or why there is none."""
    own = [one for one in found.items if one.name == name]
    if len({one.value for one in own}) > 1 or (own and found.contradicted):
        return Doubt(name, "ambiguous", (*own, *(found.totals if found.contradicted else ())))
    if own:
        return own[0]
    return Doubt(name, "only its total stated" if found.totals else "not stated", found.totals)


def _parts(note: Note, id: str) -> Iterator[tuple[int, int]]:
    """From each mention of the questionnaire to the next questionnaire or heading."""
    for found in re.finditer(_NAMES[id], note.text, re.IGNORECASE):
        if time_of(note, found.start()) == "past" or not of_patient(note, found.start()):
            continue
        end = min(len(note.text), found.end() + _LENGTH)
        for stop in (_ANY.search(note.text, found.end(), end), _HEADING.search(note.text, found.end(), end)):
            end = min(end, stop.start()) if stop is not None else end
        yield found.end(), end


def _part(note: Note, id: str, start: int, end: int) -> tuple[list[Reading], list[Reading]]:
    text = _NO_SCORE.sub(lambda found: " " * len(found[0]), note.text[start:end])
    for words, points in _WORDS:
        for found in re.finditer(words, text, re.IGNORECASE):
            text = text[: found.start()] + points.rjust(len(found[0])) + text[found.end() :]
    listed = _LIST.match(text)
    names = list(_ITEMS[id])
    if listed is not None:
        digits = [int(one) for one in re.findall(r"\d", listed["all"])]
        if len(digits) == len(names) and max(digits) <= _HIGHEST[id]:
            place = (start, start + listed.end("all"))
            return [
                Reading(name, float(n), "{score}", *place) for name, n in zip(names, digits, strict=True)
            ], []
    items: list[Reading] = []
    totals: list[Reading] = []
    for found in _SCORE.finditer(text):
        value, place = float(found["n"]), (start + found.start("n"), start + found.end("n"))
        label = found["label"]
        if _TOTAL.search(label) or (found.start() == 0 and _NO_LABEL.fullmatch(label)):
            totals.append(Reading("total", value, "{score}", *place))
            continue
        fits = [name for name, words in _COMPILED[id].items() if words.search(label)]
        if len(fits) == 1 and value <= _HIGHEST[id]:
            begin = start + found.start("label")
            items.append(Reading(fits[0], value, "{score}", begin, place[1]))
    return items, totals
