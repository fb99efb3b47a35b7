"""Reads who the patient is: age, sex, height, weight, body mass index, race where a formula asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.calculators.from_note.numbers import valued
from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note, last

_ONES: Final = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TEENS: Final = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_WORDS: Final = {word: n for n, word in enumerate(_ONES, 1)} | {word: n for n, word in enumerate(_TEENS, 10)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}  # fmt: skip
_SPELT: Final = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS)}|{'|'.join(_ONES)}"
_SPAN: Final = r"years?|yrs?|y|months?|mos?|mo|weeks?|wks?|days?"
_AGE: Final = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,3}}(?:\.\d)?|\b(?:{_SPELT}))(?:\s?(?:\d/\d|½))?[\s-]{{0,2}}(?:(?P<span>{_SPAN})[\s-]{{0,2}}(?:old|of age)|(?P<short>y\.?\s?/?o\.?(?![a-z])|y/o)"
    rf"|(?P<span2>years?|yrs?|yr|months?|days?|weeks?)[\s-](?=(?:\w+[\s-]){{0,3}}(?:man|woman|male|female|boy|girl|lady|gentleman|infant|patient|neonate|newborn|child)\b))",
    re.IGNORECASE,
)
_AGED: Final = re.compile(
    rf"\b(?:aged|age(?:\s?[:=]|\s+(?:of|was|is))?)\s*(?P<number>\d{{1,3}})(?:\s?(?P<span>{_SPAN}))?(?![\d.]|\s?-\s?\d)",
    re.IGNORECASE,
)
_AT_AGE: Final = re.compile(
    r"\b(?:at|since|from|until|when (?:she|he) was|by|before|after|the) (?:the |an )?(?:age(?: of)?|approximately|about)?\s*$|(?:since|when (?:she|he) (?:was|turned)|until|at|from)\s*$",
    re.IGNORECASE,
)
_YEARS: Final = {"y": 1.0, "m": 1 / 12, "w": 7 / 365.25, "d": 1 / 365.25}
_FEMALE: Final = r"woman|female|girl|lady|women|housewife|gentlewoman|primigravida|multigravida|gravida|nulliparous|primiparous"
_MALE: Final = r"man|male|boy|gentleman|men"
_NOUN: Final = re.compile(
    rf"\b(?:(?P<female>{_FEMALE}|f(?=[\s,;.]))|(?P<male>{_MALE}|m(?=[\s,;.])))(?![\w-])", re.IGNORECASE
)
_NOUN_LONG: Final = re.compile(
    rf"\b(?:(?P<female>{_FEMALE}|mrs\.?|ms\.?)|(?P<male>{_MALE}|mr\.?))(?![\w-])", re.IGNORECASE
)
_PRONOUN: Final = re.compile(
    r"\b(?:(?P<female>she|her|hers|herself)|(?P<male>he|his|him|himself))\b", re.IGNORECASE
)
_ONLY_FEMALE: Final = re.compile(
    r"\b(?:pregnan\w+|gestation|menstrual|menopaus\w+|hysterectomy|gravida)\b", re.IGNORECASE
)
_METRIC: Final = r"(?P<value>\d{1,3}(?:[.,]\d{1,3})?)\s?(?P<unit>cms?|centimet(?:er|re)s?|m(?:et(?:er|re)s?)?|inch(?:es)?|in(?=[\s,;.)]))(?![a-z0-9/])"
_HEIGHT: Final = re.compile(
    rf"\b(?:height|ht|tall|stature|stood|standing|measur(?:es|ed|ing))\b(?:[^.;\n\d]|\.(?=\d)){{0,45}}?{_METRIC}",
    re.IGNORECASE,
)
_TALL: Final = re.compile(
    rf"(?<![\d.]){_METRIC}[\s-]?(?:\([^()]{{1,20}}\)\s?)?(?:tall|in height|in stature|high(?=,| and))",
    re.IGNORECASE,
)
_FEET: Final = re.compile(
    r"(?<![\d.])(?P<feet>[3-7])\s?(?:ft\.?|feet|foot|')\s?,?\s?(?:(?P<inches>\d{1,2}(?:\.\d)?)\s?(?:in(?:ch(?:es)?)?\.?(?![a-z])|\"|''|'|$)?)?",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"\(\s?(?P<height>\d{2,3}(?:\.\d{1,2})?)\s?cm\s?[;,/]\s?(?P<weight>\d{1,3}(?:\.\d{1,2})?)\s?kg\s?\)",
    re.IGNORECASE,
)
_MASS: Final = r"(?P<value>\d{1,6}(?:,\d{3})?(?:[.,]\d{1,2})?)\s?-?(?P<unit>kgs?|kilograms?|kilos?|lbs?|pounds?|grams?|g)(?![a-z/]|\s?/\s?m)"
_WEIGHT: Final = re.compile(
    rf"\b(?:weigh(?:s|ed|ing|t)?|wt|body mass)\b(?!\s?(?:loss|gain|bearing|reduc|percent|lift))(?:[^.;\n\d]|\.(?=\d)){{0,40}}?(?<![\d.]){_MASS}",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(
    r"(?<![\d.])(?P<height>1\d{2}(?:\.\d{1,2})?)\s?cm\s?(?:,|and|/|;)\s{0,2}(?P<weight>\d{2,3}(?:\.\d{1,2})?)\s?kg(?![a-z/])",
    re.IGNORECASE,
)
_TURNED: Final = re.compile(
    r"(?<![\d.])(?P<weight>\d{2,3}(?:\.\d{1,2})?)\s?kg\s?(?:,|and|/|;)\s{0,2}(?P<height>1\d{2}(?:\.\d{1,2})?)\s?cm(?![a-z])",
    re.IGNORECASE,
)
_HEAVY: Final = re.compile(
    rf"(?<![\d.]){_MASS}\s?(?:\([^()]{{1,20}}\)\s?)?(?:in (?:body )?weight(?! loss)|(?:of )?body weight(?! loss))",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"\b(?:(?P<hw>(?:height|stature)\s?(?:and|/|,)\s?(?:body )?weight)|(?P<wh>(?:body )?weight\s?(?:and|/|,)\s?(?:body )?height))\b[^.;\d]{0,30}(?P<a>\d{1,3}(?:\.\d{1,2})?)\s?(?P<ua>cm|m|kg)(?:\s?\([^()]{0,25}\))?\s?(?:and|,|/|;)\s{0,2}(?P<b>\d{1,3}(?:\.\d{1,2})?)\s?(?P<ub>cm|m|kg)",
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"\b(?:los[ts]\w*|losing|gain\w*|decreas\w*|increas\w*|drop\w*|reduc\w*|below|above|ideal|target|dry|birth|born|fetal|foetal"
    r"|placenta\w*|tumou?r|uterus|spleen|specimen|resected|excised|heart|kidney|dumbbell|lifting|estimated fetal|excess|adjusted)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(
    r"\b(?:mass|tumou?r|lesion|nodule|cyst|diameter|width|thick\w*|circumference|incision|depth|spleen|liver|kidney|uterus|stone|ulcer|node|aneurysm|head|birth|born|length of|penis|graft|defect|wound|margin)\b",
    re.IGNORECASE,
)
_BMI: Final = re.compile(
    r"\b(?:body mass index|bmi|quetelet)(?:\s?\(bmi\))?(?:[\s:=,(]|\b(?:was|is|of|at|a|being|calculated|as|about|approximately|to|an|patient's|today|target|their|her|his|current|measured|recorded|with)\b){0,8}(?P<number>\d{2}(?:[.,]\d{1,2})?)(?![\d]|\s?(?:th|rd|%|percentile))",
    re.IGNORECASE,
)
_RACE: Final = re.compile(
    r"\b(?:(?P<black>african[- ]american|black(?= (?:man|woman|male|female|boy|girl|lady|gentleman|patient))|afro-?(?:caribbean|american)"
    r"|african (?:man|woman|male|female|descent|origin)|of african (?:descent|origin))|(?P<other>caucasian|white(?= (?:man|woman|male|female|boy|girl|lady|gentleman|patient))|asian|hispanic"
    r"|latin[oa]|chinese|japanese|korean|indian|european|turkish|iranian|arab\w*|sri lankan|thai|vietnamese|filipin[oa]|moroccan|saudi|pakistani|mexican))\b",
    re.IGNORECASE,
)
_INTO_CM: Final = {"c": 1.0, "m": 100.0, "i": 2.54}
_INTO_KG: Final = {"k": 1.0, "l": 0.45359237, "p": 0.45359237, "g": 0.001}


def person(note: Note) -> list[Reading]:
    """Age, sex, height, weight, body mass index and race, as often as they are stated."""
    found = [*_ages(note), *_sexes(note), *_heights(note), *_weights(note), *_both(note)]
    for one in _BMI.finditer(note.text):
        found.append(
            Reading("bmi", valued(one["number"]), "kg/m2", one.start(), one.end(), note.when(one.start()))
        )
    for one in _RACE.finditer(note.text):
        found.append(Reading("black", bool(one["black"]), "", one.start(), one.end()))
    return sorted((one for one in found if note.person(one.start) == "patient"), key=lambda one: one.start)


def _ages(note: Note) -> Iterator[Reading]:
    for pattern in (_AGE, _AGED):
        for found in pattern.finditer(note.text):
            groups = found.groupdict()
            span = (groups.get("span") or groups.get("span2") or "years")[:1].lower()
            if (
                (groups.get("span") or "").lower() == "y"
                and pattern is _AGED
                and not groups["number"].isdigit()
            ):
                continue
            number = _number(found["number"])
            years = number * _YEARS[span]
            before = note.text[max(0, found.start() - 40) : found.start()]
            past = _AT_AGE.search(before) is not None and pattern is not _AGED
            past = past or (
                pattern is _AGED
                and re.search(r"\b(?:at|since|from|by|the|before|until)\s(?:the\s)?$", before) is not None
            )
            if 0 < years <= 120:
                yield Reading("age", years, "a", found.start(), found.end(), "past" if past else "now")


def _number(written: str) -> float:
    if written[0].isdigit():
        return valued(written)
    return float(sum(_WORDS[part] for part in re.split(r"[- ]", written.lower())))


def _sexes(note: Note) -> Iterator[Reading]:
    """The noun beside the first age; else the first noun; else the pronouns where nine in ten agree."""
    for age in (_AGE.search(note.text), _AGED.search(note.text)):
        beside = _NOUN.search(note.text, age.end(), age.end() + 60) if age is not None else None
        if beside is not None:
            yield Reading("sex", "female" if beside["female"] else "male", "", beside.start(), beside.end())
            return
    counts = {"female": 0, "male": 0}
    for found in _PRONOUN.finditer(note.text):
        if note.person(found.start()) == "patient":
            counts["female" if found["female"] else "male"] += 1
    noun = _NOUN_LONG.search(note.text, 0, 400)
    first = None if noun is None else "female" if noun["female"] else "male"
    most = max(counts, key=lambda sex: counts[sex])
    if sum(counts.values()) and counts[most] >= 0.8 * sum(counts.values()):
        if first in (None, most) or counts[most] >= 3:
            yield Reading("sex", most, "", 0, 0)
    elif first is not None and not sum(counts.values()):
        yield Reading("sex", first, "", noun.start() if noun else 0, noun.end() if noun else 0)
    elif not sum(counts.values()) and _ONLY_FEMALE.search(note.text):
        yield Reading("sex", "female", "", 0, 0)


def _heights(note: Note) -> Iterator[Reading]:
    for pattern in (_HEIGHT, _TALL):
        for found in pattern.finditer(note.text):
            centimetres = valued(found["value"]) * _INTO_CM[found["unit"][0].lower()]
            between = note.text[found.start() : found.start("value")]
            if not 30 <= centimetres <= 240 or (pattern is _HEIGHT and _SIZE.search(between)):
                continue
            if found[0].lower().startswith("measur") and centimetres < 100:
                continue
            yield Reading("height", centimetres, "cm", found.start(), found.end(), note.when(found.start()))
    for found in _FEET.finditer(note.text):
        centimetres = 30.48 * float(found["feet"]) + 2.54 * float(found["inches"] or 0)
        around = note.text[max(0, found.start() - 60) : found.end() + 15].lower()
        metric = re.search(r"\d\s?cm\)?\s?\(?$", note.text[max(0, found.start() - 8) : found.start()])
        beside = re.match(r"\s?[\[(]?\s?\d{2,3}(?:\.\d)?\s?cm", note.text[found.end() : found.end() + 14])
        if (
            re.search(r"height|tall|stood|\bht\b", around)
            and not metric
            and not beside
            and "fall" not in around
        ):
            yield Reading("height", centimetres, "cm", found.start(), found.end(), note.when(found.start()))


def _weights(note: Note) -> Iterator[Reading]:
    for found in (*_WEIGHT.finditer(note.text), *_HEAVY.finditer(note.text)):
        kilograms = valued(found["value"]) * _INTO_KG[found["unit"][0].lower()]
        sentence = note.sentence_at(found.start())
        before = note.text[max(sentence.start, found.start() - 50) : found.start("value")]
        if not 0.3 <= kilograms <= 400 or last(_CHANGE, before) is not None:
            continue
        if re.match(
            r"\s?(?:loss|gain|lighter|heavier|in weight loss|over|less|below|weight loss)",
            note.text[found.end() : found.end() + 20],
        ):
            continue
        yield Reading("weight", kilograms, "kg", found.start(), found.end(), note.when(found.start()))


def _both(note: Note) -> Iterator[Reading]:
    for found in (*_BESIDE.finditer(note.text), *_LISTED.finditer(note.text), *_TURNED.finditer(note.text)):
        when = note.when(found.start())
        yield Reading("height", float(found["height"]), "cm", found.start(), found.end(), when)
        yield Reading("weight", float(found["weight"]), "kg", found.start(), found.end(), when)
    for found in _BOTH.finditer(note.text):
        for value, unit in ((found["a"], found["ua"].lower()), (found["b"], found["ub"].lower())):
            if unit == "kg":
                yield Reading(
                    "weight", float(value), "kg", found.start(), found.end(), note.when(found.start())
                )
            else:
                size = float(value) * _INTO_CM[unit[0]]
                yield Reading("height", size, "cm", found.start(), found.end(), note.when(found.start()))
