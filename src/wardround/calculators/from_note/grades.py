"""Criteria that have grades: ascites, encephalopathy, mobility, operation, tumour, liver disease, diabetes, race, drinks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from wardround.calculators.from_note.concepts import CONCEPTS
from wardround.calculators.from_note.criteria import Criterion, told
from wardround.calculators.from_note.mentions import mentions
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.text import Note

Reader = Callable[[Note, Sequence[Reading]], Criterion]
_ASCITES: Final = re.compile(r"\b(?:ascites|fluid wave|shifting dullness)\b", re.IGNORECASE)
_SLIGHT: Final = re.compile(r"\b(?:slight|mild|small|minimal|trace|controlled)\w*\b", re.IGNORECASE)
_MUCH: Final = re.compile(
    r"\b(?:moderate|severe|large|massive|tense|gross|refractory|significant|marked|diffuse|paracentes[ie]s)\w*\b",
    re.IGNORECASE,
)
_GRADE: Final = re.compile(
    r"(?:grade|stage|west haven)\s?(?P<grade>[0-4]|iv|i{1,3})(?:\s?(?:-|to|/|or)\s?(?:[0-4]|iv|i{1,3}))?",
    re.IGNORECASE,
)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_BRAIN: Final = re.compile(r"\b(?:encephalopath\w+|asterixis|flapping tremors?|confus\w+|disorient\w+|letharg\w+|somnolen\w+|comatose|unresponsive|coma\b|altered mental|oriented only)\b", re.IGNORECASE)  # fmt: skip
_DEEP: Final = re.compile(
    r"\b(?:somnolen\w+|comatose|unresponsive|coma\b|stupor\w*|obtunded)\b", re.IGNORECASE
)
_CLEAR: Final = re.compile(
    r"\b(?:alert and oriented|oriented to|mentally clear|(?:normal|intact|clear) (?:mental|orientation|cognit|sensorium|conscious)\w*|fully conscious|a&ox?3|aox3|no (?:signs of |evidence of )?(?:hepatic )?encephalopathy)\b",
    re.IGNORECASE,
)
_BED: Final = re.compile(
    r"(?P<long>(?:72 hours|three days|3 days|over 72|more than 72|>\s?72)[^.;]{0,30}(?:bed|immobil\w+)|(?:confined to bed|bed-?ridden|immobil\w+|bed ?rest)[^.;]{0,40}(?:72|three days|3 days|4 days|days|week))"
    r"|(?P<short>bed ?rest|confined to (?:the )?bed|bed-?ridden|bed-?bound)|(?P<normal>(?:normal|full|unrestricted|good) mobility|mobility is (?:normal|good|intact|unrestricted)|ambulat\w+|mobile|fully mobile|normal physical mobility)",
    re.IGNORECASE,
)
_OPERATION: Final = re.compile(
    r"(?P<arthroplasty>(?:elective )?(?:major )?(?:lower extremity |hip |knee )(?:joint )?(?:arthroplasty|replacement))|(?P<laparoscopic>laparoscop\w+)|(?P<arthroscopic>arthroscop\w+)|(?P<minor>minor (?:surg\w+|procedure|operation))|(?P<major>major (?:\w+ )?(?:surg\w+|operation|procedure))",
    re.IGNORECASE,
)
_NONOPERATIVE: Final = re.compile(r"\b(?P<elective>elective (?:\w+ )?(?:surg\w+|operation))|(?P<emergency>emergen(?:cy|t) (?:\w+ )?(?:surg\w+|operation|laparotomy))|(?P<none>non-?operative|no (?:recent )?surg\w+)", re.IGNORECASE)  # fmt: skip
_DRINKS: Final = re.compile(
    r"(?P<number>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\s(?:\w+\s){0,2}?(?:drinks?|beverages?|beers?|glasses|units|alcoholic)[^.;]{0,40}?(?P<span>week|day|daily|night|weekly)",
    re.IGNORECASE,
)
_NO_ALCOHOL: Final = re.compile(
    r"\b(?:abstain\w*|teetotal\w*|(?:no|not|never|denies|non-?)[^.;]{0,30}(?:alcohol|drink)\w*|alcohol[- ]free|alcohol(?: use| intake| consumption)?\s?(?:[:=-]\s?)?(?:none|nil|never|denied)\b|(?:does not|doesn't) (?:drink|consume))",
    re.IGNORECASE,
)
_SPOKEN: Final = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}


def _ascites(note: Note, readings: Sequence[Reading]) -> Criterion:
    found = list(mentions(note, _ASCITES))
    said = told("ascites", found)
    if isinstance(said, Doubt):
        return said
    if not said.value:
        return Reading("ascites", "absent", "", said.start, said.end)
    first = next(one for one in found if one.meaning == "present")
    around = note.text[max(0, first.start - 60) : first.end + 30]
    grade = "moderate" if _MUCH.search(around) else "slight" if _SLIGHT.search(around) else None
    return (
        Doubt("ascites", "ambiguous")
        if grade is None
        else Reading("ascites", grade, "", first.start, first.end)
    )


def _encephalopathy(note: Note, readings: Sequence[Reading]) -> Criterion:
    grade = _GRADE.search(note.text)
    while grade is not None and "enceph" not in note.sentence_at(grade.start()).text.lower():
        grade = _GRADE.search(note.text, grade.end())
    name = "encephalopathy"
    if grade is not None:
        said = grade["grade"].lower()
        level = int(said) if said.isdigit() else _ROMAN[said]
        words = "none" if level == 0 else "grade 1-2" if level <= 2 else "grade 3-4"
        return Reading(name, words, "", grade.start(), grade.end())
    found = list(mentions(note, _BRAIN))
    told_so = told(name, found)
    if isinstance(told_so, Reading) and told_so.value:
        deep = any(_DEEP.match(note.text, one.start) for one in found if one.meaning == "present")
        return Reading(name, "grade 3-4" if deep else "grade 1-2", "", told_so.start, told_so.end)
    clear = _CLEAR.search(note.text)
    if isinstance(told_so, Reading) or clear is not None:
        return Reading(name, "none", "", told_so.start if isinstance(told_so, Reading) else 0, 0)
    return told_so


def _mobility(note: Note, readings: Sequence[Reading]) -> Criterion:
    for kind, choice in (
        ("long", "confined to bed over 72 hours"),
        ("short", "bed rest"),
        ("normal", "normal"),
    ):
        for found in _BED.finditer(note.text):
            if found[kind]:
                return Reading("mobility", choice, "", found.start(), found.end())
    return Doubt("mobility", "not stated")


def _caprini_surgery(note: Note, readings: Sequence[Reading]) -> Criterion:
    for kind in ("arthroplasty", "laparoscopic", "arthroscopic", "minor", "major"):
        for mention in mentions(note, _OPERATION):
            found = _OPERATION.match(note.text, mention.start)
            if mention.meaning == "present" and found is not None and found[kind]:
                choice = "leg arthroplasty" if kind == "arthroplasty" else kind
                return Reading("surgery", choice, "", mention.start, mention.end)
    return Doubt("surgery", "not stated")


def _apache_surgery(note: Note, readings: Sequence[Reading]) -> Criterion:
    found = _NONOPERATIVE.search(note.text)
    if found is None:
        return Doubt("surgery", "not stated")
    return Reading("surgery", str(found.lastgroup), "", found.start(), found.end())


def _drinks(note: Note, readings: Sequence[Reading]) -> Criterion:
    found = _DRINKS.search(note.text)
    if found is not None:
        said = found["number"].lower()
        count = float(said) if said.isdigit() else float(_SPOKEN[said])
        weekly = count if found["span"].lower().startswith("week") else 7 * count
        return Reading("drinks_per_week", weekly, "{drinks}/wk", found.start(), found.end())
    none = _NO_ALCOHOL.search(note.text)
    if none is not None:
        return Reading("drinks_per_week", 0.0, "{drinks}/wk", none.start(), none.end())
    return Doubt(
        "drinks_per_week", "ambiguous" if re.search(r"alcohol", note.text, re.IGNORECASE) else "not stated"
    )


def _graded(name: str, none: str, steps: tuple[tuple[str, str], ...]) -> Reader:
    """The worst grade that is present, from the worst down; the lowest where all are denied."""

    def read(note: Note, readings: Sequence[Reading]) -> Criterion:
        denied: Reading | None = None
        for concept, choice in steps:
            said = told(name, list(mentions(note, CONCEPTS[concept])))
            if isinstance(said, Reading) and said.value:
                return Reading(name, choice, "", said.start, said.end)
            if isinstance(said, Doubt) and said.reason == "ambiguous":
                return said
            denied = said if isinstance(said, Reading) else denied
        return (
            Doubt(name, "not stated") if denied is None else Reading(name, none, "", denied.start, denied.end)
        )

    return read


def _race(note: Note, readings: Sequence[Reading]) -> Criterion:
    said = [one for one in readings if one.name == "black"]
    if not said:
        return Doubt("race", "not stated")
    return Reading("race", "black" if said[0].value else "other", "", said[0].start, said[0].end)


GRADES: Final[dict[str, Reader]] = {
    "ascites": _ascites,
    "encephalopathy": _encephalopathy,
    "mobility": _mobility,
    "caprini.surgery": _caprini_surgery,
    "apache-ii.surgery": _apache_surgery,
    "drinks_per_week": _drinks,
    "charlson.solid_tumour": _graded("solid_tumour", "none", (("metastasis", "metastatic"), ("charlson.tumour", "localized"))),
    "charlson.liver_disease": _graded("liver_disease", "none", (("severe_liver", "moderate to severe"), ("mild_liver", "mild"))),
    "charlson.diabetes": _graded("diabetes", "none or diet-controlled", (("diabetic_damage", "end-organ damage"), ("diabetes", "uncomplicated"))),
    "race": _race,
}  # fmt: skip
