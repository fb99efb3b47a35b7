"""Whether a criterion of a score is met, as the note tells: yes, no, a doubt, or nothing said.

Yes where the patient has it in some mention, no where every mention denies it; both ways in one note is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from wardround.calculators.from_note.concepts import CONCEPTS, pattern
from wardround.calculators.from_note.mentions import Mention, mentions
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.text import Note

Criterion = Reading | Doubt
_CONTROLLED: Final = re.compile(
    r"(?:well[- ]|under )?(?:good )?control(?:led)?|managed|treated|normal blood pressure|blood pressure[^.;]{0,40}normal",
    re.IGNORECASE,
)
_UNCONTROLLED: Final = re.compile(
    r"uncontrolled|poorly controlled|not (?:well )?controlled|elevated|persistently high", re.IGNORECASE
)
_ONSET: Final = re.compile(
    r"\b(?P<number>\d{1,2}|one|two|three|four|five|six|seven|ten|several|few)[\s-]*(?:-?\s?to\s?-?\d+[\s-]*)?(?P<unit>days?|weeks?|months?|years?|hours?)[\s-](?:history|duration|of\b|ago|now|prior)"
    r"|\b(?:for|past|last|over|since|previous)\s(?:the\s)?(?:past |last )?(?P<number2>\d{1,2}|one|two|three|four|five|six|seven|ten|several|few)\s(?P<unit2>days?|weeks?|months?|years?|hours?)",
    re.IGNORECASE,
)
_SPOKEN: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "several": 5,
    "few": 3,
}
_DAYS: Final = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
_FEVER_LIMIT: Final = 38.0
_CREATININE_LIMIT: Final = 200 / 88.4
"""200 umol/L in mg/dL."""


def criterion(note: Note, calculator: str, name: str, readings: Sequence[Reading]) -> Criterion:
    """The criterion `name` of this calculator in the note."""
    special = _SPECIAL.get(f"{calculator}.{name}") or _SPECIAL.get(name)
    if special is not None:
        return special(note, name, readings)
    words = pattern(calculator, name)
    if words is None:
        return Doubt(name, "not stated")
    return told(name, list(mentions(note, words, family="family" in name)))


def told(name: str, found: Sequence[Mention]) -> Criterion:
    """What the mentions of a thing say together."""
    present = [one for one in found if one.meaning == "present"]
    absent = [one for one in found if one.meaning == "absent"]
    if present:
        first = present[0]
        if absent and len(absent) >= len(present):
            return Doubt(name, "ambiguous")
        return Reading(name, True, "", first.start, first.end)
    if absent:
        return Reading(name, False, "", absent[0].start, absent[0].end)
    if any(one.meaning == "uncertain" for one in found):
        return Doubt(name, "ambiguous")
    return Doubt(name, "not stated")


def _negated(one: Criterion, name: str) -> Criterion:
    if isinstance(one, Doubt):
        return Doubt(name, one.reason)
    return Reading(name, not one.value, "", one.start, one.end)


def _cough_absent(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    return _negated(told(name, list(mentions(note, CONCEPTS["cough"]))), name)


def _no_cough_or_coryza(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    cough = told(name, list(mentions(note, CONCEPTS["cough"])))
    coryza = told(name, list(mentions(note, CONCEPTS["coryza"])))
    both = [one for one in (cough, coryza) if isinstance(one, Reading)]
    met = next((one for one in both if one.value), None)
    if met is not None:
        return Reading(name, False, "", met.start, met.end)
    if len(both) == 2 or (both and not isinstance(coryza, Reading)):
        return Reading(name, True, "", both[0].start, both[0].end)
    return Doubt(name, "not stated")


def _fever(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    said = told(name, list(mentions(note, CONCEPTS["fever"])))
    measured = next((one for one in readings if one.name == "temperature"), None)
    if isinstance(said, Reading) and said.value:
        return said
    if measured is not None and isinstance(measured.value, float):
        if measured.value >= _FEVER_LIMIT:
            return Reading(name, True, "", measured.start, measured.end)
        return Reading(name, False, "", measured.start, measured.end)
    return said


def _onset(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    for mention in mentions(note, CONCEPTS["sore_throat"]):
        if mention.meaning != "present":
            continue
        sentence = note.sentence_at(mention.start)
        found = _ONSET.search(sentence.text)
        if found is not None:
            said = (found["number"] or found["number2"]).lower()
            count = int(said) if said.isdigit() else _SPOKEN[said]
            days = count * _DAYS[(found["unit"] or found["unit2"])[0].lower()]
            return Reading(name, days <= 3, "", sentence.start + found.start(), sentence.start + found.end())
    return Doubt(name, "not stated")


_ORIENTED: Final = re.compile(
    r"\b(?:alert and oriented|oriented (?:to|x|times|in)(?! (?:person|self|name)(?! ?,| and))|fully (?:conscious|oriented)|well[- ]oriented|a&ox?3|mental status (?:is |was |appears? )?(?:normal|intact|clear)|conscious and (?:oriented|alert|co-? ?operative)"
    r"|(?:awake|conscious),? (?:alert|and alert|oriented)|no (?:neurological|focal) (?:deficits?|abnormalit\w+)[^.;]{0,30}alert|conscious(?:ness)? (?:was|is) (?:clear|normal|intact))",
    re.IGNORECASE,
)


def _mind(concept: str) -> Callable[[Note, str, Sequence[Reading]], Criterion]:
    """Confused at presentation, or clear: said so, oriented, or 15 points on the coma scale. What came later is not asked."""

    def read(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
        found = [one for one in mentions(note, CONCEPTS[concept]) if note.when(one.start) != "later"]
        said = told(name, found)
        clear = _ORIENTED.search(note.text)
        full = next((one for one in readings if one.name == "gcs" and one.value == 15), None)
        normal = clear is not None or full is not None
        if isinstance(said, Reading):
            return Doubt(name, "ambiguous") if said.value and normal else said
        if clear is not None and note.when(clear.start()) != "later":
            return Reading(name, False, "", clear.start(), clear.end())
        return said if full is None else Reading(name, False, "", full.start, full.end)

    return read


def _uncontrolled(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    """High now, or above 160 mmHg; hypertension that is treated and controlled is none."""
    pressures = [one for one in readings if one.name == "systolic_bp"]
    if pressures and isinstance(pressures[0].value, float):
        return Reading(name, pressures[0].value > 160, "", pressures[0].start, pressures[0].end)
    words = pattern("has-bled", name)
    assert words is not None
    found = list(mentions(note, words))
    said = told(name, found)
    if isinstance(said, Reading) and said.value:
        sentences = " ".join(note.sentence_at(one.start).text for one in found if one.meaning == "present")
        if _UNCONTROLLED.search(sentences):
            return said
        if _CONTROLLED.search(sentences):
            return Reading(name, False, "", said.start, said.end)
        return Doubt(name, "ambiguous")
    return said


def _kidneys(note: Note, name: str, readings: Sequence[Reading]) -> Criterion:
    """By name, or by a creatinine above the limit that the score draws; a lower one denies nothing."""
    said = told(name, list(mentions(note, CONCEPTS["renal_disease"])))
    high = [one for one in readings if one.name == "creatinine" and not one.bound and one.when != "past"]
    for one in high:
        if isinstance(one.value, float) and one.value > _CREATININE_LIMIT:
            if isinstance(said, Reading) and not said.value:
                return Doubt(name, "ambiguous", (one,))
            return Reading(name, True, "", one.start, one.end)
    return said


def _clean_history(name: str) -> Callable[[Note, str, Sequence[Reading]], Criterion]:
    """Present or denied by name; denied too where the whole history is said to be empty."""

    def read(note: Note, wanted: str, readings: Sequence[Reading]) -> Criterion:
        said = told(wanted, list(mentions(note, CONCEPTS[name])))
        if isinstance(said, Doubt) and said.reason == "not stated":
            empty = _EMPTY.search(note.text)
            if empty is not None:
                return Reading(wanted, False, "", empty.start(), empty.end())
        return said

    return read


_EMPTY: Final = re.compile(
    r"\b(?:previously healthy|no (?:significant |known |relevant |other |remarkable |prior |chronic )*(?:past )?medical (?:history|problems|conditions|illness\w*)|(?:past )?medical history (?:was|is) (?:un(?:remarkable|eventful)|non-?contributory|not significant|insignificant)"
    r"|unremarkable (?:past )?medical history|no (?:past )?medical history|otherwise healthy|no comorbid\w+|no (?:underlying|pre-?existing|chronic) (?:disease|condition|illness|medical)\w*)",
    re.IGNORECASE,
)
_SPECIAL: Final[dict[str, Callable[[Note, str, Sequence[Reading]], Criterion]]] = {
    "cough_absent": _cough_absent,
    "no_cough_or_coryza": _no_cough_or_coryza,
    "fever": _fever,
    "confusion": _mind("confusion"),
    "altered_mental_status": _mind("altered_mental_status"),
    "onset_three_days": _onset,
    "has-bled.uncontrolled_hypertension": _uncontrolled,
    "has-bled.renal_disease": _kidneys,
    **{
        name: _clean_history(name)
        for name in (
            "heart_failure",
            "hypertension",
            "diabetes",
            "stroke",
            "tia",
            "previous_pe",
            "previous_dvt",
            "copd",
            "dementia",
        )
    },
}
