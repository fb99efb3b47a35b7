"""Reads vital signs: pressure pairs, pulse, respiration, temperature in either scale, saturation, the coma scale's total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.calculators.from_note.numbers import valued
from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note

_FILL: Final = (
    r"(?:[\s:=,~(]|\b(?:rate|was|were|is|of|at|to|measured|recorded|reading|readings|as|about|approximately|around|noted|found|on"
    r"|the|a|an|value|level|showed|elevated|low|high|normal|initial|initially|regular|irregular|stable|slightly|with|in|it|be|being"
    r"|her|his|arm|right|left|sitting|supine|standing|position|admission|arrival|reported|documented|tachycardi\w+|score|registered"
    r"|maintained|held|steady|hr|bp|rr|t|sbp|dbp|been|has|had|body|oral|axillary|tympanic|rectal|core|maximum|peak|increased|decreased"
    r"|displayed|demonstrated|beating|measurement|measurements|measures|came|up|down|rises|rose|by|and|from|room|normotensive|febrile"
    r"|afebrile|that|which|basal|total|resting|monitoring|stands|stood)\b"
    r"|\([a-z0-9]{1,5}\)){0,9}"
)
_PRESSURE: Final = re.compile(
    r"(?<![\d./])(?P<high>\d{2,3})(?:\.\d)?\s?(?:mm\s?hg\s?)?/\s?(?P<low>\d{2,3})(?:\.\d)?(?![\d/]|\.\d)(?P<range>\s?-\s?\d)?(?P<unit>\s?\(?(?:mm|torr|u?g(?![a-z])))?",
    re.IGNORECASE,
)
_PRESSURE_WORD: Final = re.compile(
    r"(?:blood pressures?|pressure of|\bb\.?p\.?\b|\bnibp\b|\babp\b|hypotensi\w+|hypertensi\w+|normotensi\w+|pressuer?)[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_SYSTOLIC: Final = re.compile(rf"\b(?:systolic(?: blood)?(?: pressure)?(?: \(sbp\))?|sbp){_FILL}(?P<number>\d{{2,3}})(?![\d/]|\s?[-/]\s?\d)", re.IGNORECASE)  # fmt: skip
_DIASTOLIC: Final = re.compile(rf"\b(?:diastolic(?: blood)?(?: pressure)?(?: \(dbp\))?|diastolic bp|dbp){_FILL}(?P<number>\d{{2,3}})(?![\d/]|\s?[-/]\s?\d)", re.IGNORECASE)  # fmt: skip
_PULSE: Final = re.compile(
    rf"(?<!fetal )(?<!foetal )\b(?:heart rates?|pulse rates?|pulse(?! (?:ox|press|steroid|therapy|oxy|dose|wave))|hr|heartbeat|ventricular rate"
    rf"|tachycardi(?:c|a)|bradycardi(?:c|a)|heart beats?)(?=[\s:=,(])(?:[\s,]*(?:with|at|to) (?:a )?(?:heart |pulse |ventricular )?rates?)?{_FILL}"
    r"(?P<number>\d{2,3})(?![\d%]|\s?%|\.\d|\s?/\s?\d|-year| years| kg|-\d|\s?mm|\s?mg)",
    re.IGNORECASE,
)
_PULSE_UNIT: Final = re.compile(
    r"(?<![\d.\-/])(?P<number>\d{2,3})\s?(?:bpm|beats?\s?(?:per|/|a)\s?min(?:ute)?s?)", re.IGNORECASE
)
_BREATHS: Final = re.compile(
    rf"\b(?:respiratory rates?|respirat(?:ion|ory)s?(?: rates?)?|breathing rate|resps?(?:\.| rate)?|rr|tachypn(?:o?ea|e?ic|oeic))(?=[\s:=,(])(?: per minute)?(?:[\s,]*(?:with|at) (?:a )?(?:respiratory )?rate)?{_FILL}"
    r"(?P<number>\d{1,2})(?![\d%]|\s?%|\.\d|\s?/\s?\d|-year| years| kg|-\d|\s?mm|\s?mg)",
    re.IGNORECASE,
)
_BREATHS_UNIT: Final = re.compile(r"(?<![\d.\-/])(?P<number>\d{1,2})\s?(?:breaths|respirations|cycles)\s?(?:per|/|a)?\s?(?:min)?", re.IGNORECASE)  # fmt: skip
_TEMPERATURE: Final = re.compile(
    rf"\b(?:temperatures?|temp\.?|tmax|t(?=\s?[:=]?\s?\d\d)|a?febrile|fever|hypothermi[ac]|pyrexia)(?:\s?\((?:t|temp)\))?{_FILL}(?:>|<)?"
    r"(?P<number>\d{2,3}(?:[.,]\d{1,2})?)\s?(?:-\s?\d{2}(?:\.\d)?\s?)?(?P<unit>\(?(?:deg(?:rees?|\.)?|°|o|º|˚|∘)?\s?(?P<scale>c(?:els\w*|entigrade)?|f(?:ahr\w*)?)(?![a-z])|°)?",
    re.IGNORECASE,
)
_DEGREES: Final = re.compile(
    r"(?<![\d.])(?P<number>\d{2,3}(?:[.,]\d{1,2})?)\s?(?:°|º|˚|deg(?:rees?)?\.?)\s?(?P<scale>c|f)",
    re.IGNORECASE,
)
_SATURATION: Final = re.compile(
    rf"\b(?:oxygen saturations?|o2 saturations?|o2 sats?|spo2|sao2|sp02|sats?|saturat(?:ing|ion|ions|ed)|pulse oximetry|oximetry|oxygen level)(?:\s?\([^()]{{1,25}}\))?{_FILL}(?P<number>\d{{2,3}}(?:\.\d)?)\s?(?P<unit>%|percent)?(?!\s?mm|\d)",
    re.IGNORECASE,
)
_COMA: Final = re.compile(
    r"\b(?:glasgow coma (?:scale|score)(?: score)?|gcs|glasgow(?: scale)?)(?: score)?(?:\s?\(gcs\))?(?: score)?(?:[\s:=,]|\b(?:was|is|of|at|a|being|recorded|as|score|on|to|be|scored|the|noted|calculated|total|remained|stable|his|her|has|been|observed|recently|read|recorded|currently|assessed|registered|stood|documented|with|functional|resultant)\b){0,16}\(?(?P<number>1[0-5]|[3-9])(?!\d|\.\d)(?:\s?(?:/|out of)\s?15)?(?!\s?(?:/|-|to)\s?\d)",
    re.IGNORECASE,
)
_OXYGEN: Final = re.compile(
    r"(?<![\d.])(?P<number>\d{2,3})\s?%\s?(?:fio2|fi02|fraction of inspired oxygen)", re.IGNORECASE
)
_MEAN: Final = re.compile(r"\bmean(?: arterial)?(?: blood)? pressures?[^.;]{0,30}$|\bpulmonary[^.;]{0,40}$|\bsystolic pressure of the (?:right|pulm)", re.IGNORECASE)  # fmt: skip


def vitals(note: Note) -> list[Reading]:
    """Every vital sign of the patient that the note states."""
    found = [
        *_pressures(note),
        *_simple(note, _PULSE, "heart_rate", "/min", 20, 300),
        *_simple(note, _PULSE_UNIT, "heart_rate", "/min", 20, 300),
        *_simple(note, _BREATHS, "respiratory_rate", "/min", 4, 90),
        *_simple(note, _BREATHS_UNIT, "respiratory_rate", "/min", 4, 90),
        *_temperatures(note),
        *_simple(note, _SATURATION, "oxygen_saturation", "%", 40, 100),
        *_simple(note, _COMA, "gcs", "{score}", 3, 15),
        *_simple(note, _OXYGEN, "fio2", "%", 21, 100),
    ]
    unique = {(one.name, one.end, one.value): one for one in found if note.person(one.start) == "patient"}
    return sorted(unique.values(), key=lambda one: (one.start, one.name))


def _simple(
    note: Note, pattern: re.Pattern[str], name: str, unit: str, low: float, high: float
) -> Iterator[Reading]:
    for found in pattern.finditer(note.text):
        value = valued(found["number"])
        if low <= value <= high and not _ranged(note, found.end("number")):
            yield Reading(
                name, value, unit, found.start(), found.end("number"), note.when(found.start("number"))
            )


def _ranged(note: Note, end: int) -> bool:
    return bool(re.match(r"\s?(?:-|to)\s?\d", note.text[end : end + 6]))


_BOTH_PRESSURES: Final = re.compile(
    r"systolic and diastolic (?:blood )?(?:pressures?|bp)?[^.;\d]{0,50}(?P<high>\d{2,3})(?:\s?mm\s?hg)?\s?(?:and|/|,)\s?(?P<low>\d{2,3})",
    re.IGNORECASE,
)


def _pressures(note: Note) -> Iterator[Reading]:
    for found in _PRESSURE.finditer(note.text):
        high, low = float(found["high"]), float(found["low"])
        before = note.text[max(0, found.start() - 70) : found.start()]
        named = _PRESSURE_WORD.search(before)
        if (
            found["range"]
            or before.endswith("-")
            or not 40 <= high <= 320
            or not 15 <= low <= 220
            or high <= low
        ):
            continue
        if not named and not (found["unit"] or "").strip().lower().startswith("mm"):
            continue
        if _MEAN.search(before):
            continue
        when = note.when(found.start())
        yield Reading("systolic_bp", high, "mm[Hg]", found.start(), found.end("low"), when)
        yield Reading("diastolic_bp", low, "mm[Hg]", found.start(), found.end("low"), when)
    taken: set[int] = set()
    for found in _BOTH_PRESSURES.finditer(note.text):
        taken.update((found.start("high"), found.start("low")))
        when = note.when(found.start())
        yield Reading("systolic_bp", float(found["high"]), "mm[Hg]", found.start(), found.end(), when)
        yield Reading("diastolic_bp", float(found["low"]), "mm[Hg]", found.start(), found.end(), when)
    for pattern, name in ((_SYSTOLIC, "systolic_bp"), (_DIASTOLIC, "diastolic_bp")):
        for found in pattern.finditer(note.text):
            value = float(found["number"])
            if found.start("number") in taken:
                continue
            if 15 <= value <= 320 and not re.match(r"\s?%", note.text[found.end() : found.end() + 3]):
                yield Reading(name, value, "mm[Hg]", found.start(), found.end(), note.when(found.start()))


def _temperatures(note: Note) -> Iterator[Reading]:
    for pattern in (_TEMPERATURE, _DEGREES):
        for found in pattern.finditer(note.text):
            value = valued(found["number"])
            scale = (found["scale"] or "")[:1].lower()
            celsius, slip = _celsius(value, scale)
            if celsius is not None:
                start, end = found.start(), found.end("number")
                yield Reading(
                    "temperature", celsius, "Cel", start, end, note.when(found.start("number")), "", slip
                )


def _celsius(value: float, scale: str) -> tuple[float | None, str]:
    """In degrees Celsius; a scale that cannot be is read as the other."""
    if scale in ("c", "") and 25 <= value <= 44:
        return value, ""
    if 80 <= value <= 112:
        return (value - 32) / 1.8, "" if scale in ("f", "") else f"{value:g} C cannot be: read in F"
    return None, ""
