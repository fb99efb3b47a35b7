"""Reads doses: how much of which steroid, how much of which opioid how often, infusions in micrograms per kilogram and minute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.calculators.from_note.numbers import valued
from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note

_STEROIDS: Final = "methylprednisolone|prednisolone|prednisone|hydrocortisone|dexamethasone|betamethasone|triamcinolone|cortisone"
_OPIOIDS: Final = (
    ("fentanyl_buccal", r"fentanyl (?:buccal|sublingual|oral(?:et)?|tablets?|lozenges?)|buccal fentanyl"),
    ("fentanyl_patch", r"fentanyl (?:transdermal )?patch(?:es)?|transdermal fentanyl"),
    ("hydromorphone", r"hydromorphone"),
    ("oxymorphone", r"oxymorphone"),
    ("hydrocodone", r"hydrocodone"),
    ("oxycodone", r"oxycodone"),
    ("tapentadol", r"tapentadol"),
    ("tramadol", r"tramadol"),
    ("methadone", r"methadone"),
    ("codeine", r"codeine"),
    ("morphine", r"morphine"),
)
_NUMBER: Final = r"(?P<number>\d{1,5}(?:,\d{3})?(?:\.\d{1,4})?)"
_UNIT: Final = r"\s?(?P<unit>mg|mcg|ug|g|milligrams?|micrograms?)"
_ROUTE: Final = r"(?:\s?(?:po|iv|im|oral(?:ly)?|intravenous(?:ly)?|by mouth))?"
_GIVEN: Final = re.compile(
    rf"(?<![\d.]){_NUMBER}{_UNIT}\s+(?:of\s+)?(?:\w+\s)?(?P<drug>{_STEROIDS})\b(?!\s?(?:cream|ointment|drops|acetonide))",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    rf"\b(?P<drug>{_STEROIDS}){_ROUTE}\s?(?:,|\(|at|of|dose of|:)?\s?{_NUMBER}{_UNIT}(?!\s?/\s?kg)",
    re.IGNORECASE,
)
_WANTED: Final = re.compile(
    rf"equivalent (?:dos(?:e|age)|amount)[^.?]{{0,30}}?\bof (?P<drug>{_STEROIDS})|\b(?:to|into|as) (?P<drug2>{_STEROIDS})",
    re.IGNORECASE,
)
_ASKED_FROM: Final = re.compile(rf"dose of (?P<drug>{_STEROIDS})", re.IGNORECASE)
_TIMES: Final = {
    "once": 1,
    "one": 1,
    "twice": 2,
    "two": 2,
    "three": 3,
    "thrice": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "daily": 1,
    "bid": 2,
    "tid": 3,
    "qid": 4,
}
_OFTEN: Final = (
    r"[^.;,\d]{0,25}?(?:(?P<times>\d{1,2}|once|twice|thrice|one|two|three|four|five|six)\s?(?:times?|doses?)?\s?(?:a|per|each|/|every)?\s?(?:day|daily)|\b(?P<word>daily|bid|tid|qid)\b"
    r"|(?:every|q)\s?(?P<hours>\d{1,2})\s?(?:hours?|h)\b)"
)
_PRESSORS: Final = (
    ("noradrenaline", r"nor-?\s?(?:epinephrine|adrenaline)"),
    ("adrenaline", r"(?<!nor)(?<!nor-)(?<!nor )(?:epinephrine|adrenaline)"),
    ("dopamine", r"dopamine"),
    ("dobutamine", r"dobutamine"),
)
_PRESSOR: Final = re.compile("|".join(rf"(?P<{name}>\b{words})" for name, words in _PRESSORS), re.IGNORECASE)
_RATE: Final = re.compile(
    r"(?<![\d.])(?P<number>\d{1,3}(?:\.\d{1,3})?)(?:\s?(?:mcg|ug|micrograms?)\s?/\s?kg\s?/\s?min(?:ute)?)?",
    re.IGNORECASE,
)
_RATE_UNIT: Final = re.compile(r"(?:mcg|ug|micrograms?)\s?(?:/|per )\s?kg\s?(?:/|per )\s?min", re.IGNORECASE)


def steroids(note: Note, question: str) -> list[Reading]:
    """The steroid that is given and its dose, and the one that the question wants."""
    out: list[Reading] = []
    asked = _ASKED_FROM.search(question)
    for pattern in (_GIVEN, _AFTER):
        for found in pattern.finditer(note.text):
            drug = found["drug"].lower()
            if asked is None or asked["drug"].lower() == drug:
                milligrams = valued(found["number"]) * _milligrams(found["unit"])
                out.append(Reading("given_drug", drug, "", found.start(), found.end()))
                out.append(Reading("dose", milligrams, "mg", found.start(), found.end()))
    wanted = _WANTED.search(question)
    if wanted is not None:
        out.append(Reading("wanted_drug", (wanted["drug"] or wanted["drug2"]).lower(), "", 0, 0))
    return out


def _milligrams(unit: str) -> float:
    return {"g": 1000.0, "m": 1.0, "u": 0.001}[
        "u" if unit.lower() in ("mcg", "ug") or unit.lower().startswith("micro") else unit[0].lower()
    ]


def opioids(note: Note) -> list[Reading]:
    """Each opioid with one dose and the doses of a day. A patch's number is its rate in micrograms an hour."""
    out: list[Reading] = []
    taken: list[tuple[int, int]] = []
    for name, words in _OPIOIDS:
        pattern = re.compile(
            rf"(?<![\d.]){_NUMBER}{_UNIT}(?:\s?/\s?h(?:r|our)?)?\s+(?:of\s+)?(?P<drug>\b(?:{words}))\b{_OFTEN}",
            re.IGNORECASE,
        )
        for found in pattern.finditer(note.text):
            if any(start <= found.start("drug") < end for start, end in taken):
                continue
            taken.append((found.start("drug"), found.end("drug")))
            out.extend(_opioid(name, found))
    return out


def _opioid(name: str, found: re.Match[str]) -> Iterator[Reading]:
    if found["hours"]:
        times = 24 / max(1, int(found["hours"]))
    else:
        said = (found["times"] or found["word"]).lower()
        times = float(said) if said.isdigit() else float(_TIMES[said])
    value, unit = valued(found["number"]), "mg"
    slip = ""
    if name.startswith("fentanyl"):
        unit = "ug/h" if name.endswith("patch") else "ug"
        if found["unit"].lower().startswith("mg"):
            slip = f"{value:g} mg of fentanyl cannot be: read in {unit}"
    elif not found["unit"].lower().startswith(("mg", "mill")):
        value *= _milligrams(found["unit"])
    yield Reading(f"{name}_dose", value, unit, found.start(), found.end(), "now", "", slip)
    yield Reading(f"{name}_per_day", times, "/d", found.start(), found.end())


def infusions(note: Note) -> list[Reading]:
    """Catecholamines in ug/kg/min: one by one, or names first and their rates after, in the same order."""
    out: list[Reading] = []
    for sentence in note.sentences:
        names = [(str(one.lastgroup), one.start(), one.end()) for one in _PRESSOR.finditer(sentence.text)]
        if not names or not _RATE_UNIT.search(sentence.text):
            continue
        out.extend(_rates(sentence.text, sentence.start, names))
    return out


def _rates(text: str, start: int, names: list[tuple[str, int, int]]) -> Iterator[Reading]:
    """Numbers belong to the names before them since the last numbers, where there are as many of both."""
    at = 0
    waiting: list[str] = []
    numbers: list[float] = []
    events = [(position, name) for name, position, _ in names]
    events += [
        (one.start(), one["number"])
        for one in _RATE.finditer(text)
        if text[one.start() - 1 : one.start()] not in ("/", "x")
    ]
    for _, said in sorted(events):
        if said[0].isdigit():
            numbers.append(float(said))
            if len(numbers) == len(waiting):
                for name, value in zip(waiting, numbers, strict=True):
                    yield Reading(name, value, "ug/kg/min", start + at, start + at)
                waiting, numbers = [], []
        else:
            if numbers:
                waiting, numbers = [], []
            waiting.append(said)
