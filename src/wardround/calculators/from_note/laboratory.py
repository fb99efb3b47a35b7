"""Reads laboratory values: `creatinine of 1.2 mg/dL`, `Na+: 142`, `BUN/Cr were 21.9/1.98`, lists with `respectively`.

What stands before the number may only be filler, so that the number is the value of this name and of no other. Reference
ranges are stepped over; urine, fluids and other people's blood are not the patient's serum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from wardround.calculators.from_note.analytes import ANALYTES, BY_NAME, Analyte
from wardround.calculators.from_note.counts import count_per_microlitre
from wardround.calculators.from_note.numbers import Number, number_at
from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note, When, last

_LABEL: Final = re.compile(
    "|".join(rf"(?P<{one.name}>(?<![A-Za-z])(?:{one.labels}))" for one in ANALYTES), re.IGNORECASE
)
_WORDS: Final = (
    r"levels?|concentrations?|values?|counts?|serum|plasma|blood|total|venous|arterial|measured|measures?|measuring|was|were|is"
    r"|are|be|of|at|to|as|a|an|the|had|has|have|been|being|show(?:ed|ing|s)?|found|noted|reported|recorded|elevated|increased?"
    r"|raised|high|higher|low|lower|decreased?|reduced|lowered|normal|abnormal|slightly|mildly|moderately|markedly|severely"
    r"|significantly|extremely|critically|very|about|approximately|around|nearly|almost|only|just|initial|initially|peak|peaked"
    r"|peaking|random|fasting|admission|on|currently|current|now|results?|resulted|in|reading|remained|stable|rise|rose|risen"
    r"|fell|fallen|dropped|declined|up|down|that|which|came|back|stood|equals?|equal(?:l?ed)?|estimated|calculated|observed|it|her"
    r"|his|with|from|by|and|well|borderline|returned|went|reached|reaching|documented|determined|revealed|indicat(?:ed|ing)"
    r"|normali[sz]ed|improved|worsened|increasing|decreasing|rising|falling|score|(?:above|below) (?:the )?normal|tested|assessed|detected|collected"
    r"|set|within|ranges?|limits?|upper|lower|stands|appear(?:s|ed)|standard|read|taken|being|drawn|obtained|did|display(?:s|ed)|maintained|registered|steady(?:-state)?|reference"
    r"|considerably|quite|relatively|notably|evaluated|carried|demonstrated|concentration"
)
_PARENTHESIS: Final = (
    r"\(\s?(?:[A-Za-z][A-Za-z0-9+/\- ]{0,30}|(?:normal|reference|ref|range|nl|n|rr|nr)[^()]{0,50})\s?\)"
)
_GAP: Final = re.compile(
    rf"(?:[\s:=,~;*_\[\"'|]|\.(?=\s?\d)|-(?=\s)|\+|(?:\s?->)|{_PARENTHESIS}|(?<![A-Za-z])(?:{_WORDS})(?![A-Za-z])|\((?=\s?[<>]?\s?[\d.])"
    rf"|\((?=\s?(?:{_WORDS})\b))*",
    re.IGNORECASE,
)
_LONGEST_GAP: Final = 110
_CHANGED: Final = re.compile(
    r"\b(?:increas\w+|ris\w+|rose|decreas\w+|fell|fallen|drop\w+|declin\w+|reduced|improv\w+|normali\w+|return\w+|went|wors\w+"
    r"|peak\w*|reach\w*|recover\w+|elevated) (?:\w+ )?(?:to|up|down|at)\b|\bpeak\w*",
    re.IGNORECASE,
)
_FIRST_OF_TWO: Final = re.compile(r"\bfrom\s*$", re.IGNORECASE)
_SECOND: Final = re.compile(r"\s?(?:[A-Za-z/%.0-9^]{0,14})\s?\bto\b", re.IGNORECASE)
_UNIT: Final = re.compile(
    r"[\s-]?\(?(?P<unit>%|mg\s?%|g\s?%|gm\s?%|mill?i?\s?international units?\s?/\s?l\w*|(?:m|u|n|p|k|d|mc|micro|milli)?(?:g|gm|gr|mol|moles?|mole|eq|equiv|iu|u|ui|val|eql|kat|gq|mo|ml|units?|international units?|egv?)s?"
    r"(?:\s?(?:/|per|\.)\s?(?:100\s?)?(?:m|d|u|mc)?(?:l|liters?|litres?|dl|cc)(?![A-Za-z]))?(?![A-Za-z])"
    r"|%|mg\s?%|g\s?%|gm\s?%|mm\s?of\s?hg|mm\s?hg|millimet(?:er|re)s? of mercury|torr|kpa|mm(?![a-z0-9]))",
    re.IGNORECASE,
)
_NOT_A_VALUE: Final = re.compile(
    r"\s?(?:-?(?:years?|yrs?|days?|weeks?|months?|hours?|hrs?|minutes?|min(?![a-z])|h(?![a-z])|times?|fold|x(?![a-z0-9])|doses?|tablets?|patients?|mg (?:daily|twice|once|bid|tid|iv|po|orally|every|per day)"
    r"|mg/day|mg/kg|ml/kg|mcg/kg|/hpf|per hpf|cm|st\b|nd\b|rd\b|th\b|ml/h|ml(?![a-z/])|bpm|beats|breaths|kg|units? (?:of|per|daily)|:)|/\s?\d)",
    re.IGNORECASE,
)
_SPECIMEN: Final = re.compile(
    r"\b(?P<blood>serum|plasma|blood|venous|arterial|abg|vbg|chemist\w+|electrolytes)\b"
    r"|\b(?P<other>urin\w+|u(?:na|cr|k)\b|csf|cerebrospinal|spinal fluid|ascit\w+ fluid|ascitic|peritoneal|pleural|synovial|dialysate|stool"
    r"|drain(?:age)? fluid|cord|amniotic|sputum|sweat|vitreous|joint fluid|cyst fluid|bile|aspirate|effluent|lavage|paracentesis"
    r"|thoracentesis|fluid (?:analysis|studies|showed|revealed|had|with)|saag)\b",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"^\s{0,4}(?P<name>[A-Za-z][A-Za-z ,/()]{1,40}?)\s?:?\s*$", re.MULTILINE)
_LIST_OF: Final = re.compile(
    r"\s?(?:fluid )?(?:\w+ )?(?:stud\w+|analysis|chemist\w+|electrolytes?|tests?|results?|samples?|levels?|values?|show\w*|reveal\w*|had|with|:|includ\w+|sodium,|na,)",
    re.IGNORECASE,
)
_PAIRED: Final = re.compile(r"(?:\s?levels?|\s?concentrations?)?(?:\s?\([^()]{1,30}\))?\s?(?:were|was|are|is|of|:|=|at)?\s{0,3}(?P<numbers>\d[\d.,]*(?:\s?/\s?\d[\d.,]*){1,3})", re.IGNORECASE)  # fmt: skip
_LISTED: Final = re.compile(
    r"\s?(?:levels?|concentrations?|values?|counts?|demonstrated|measured|showed|\([^()]{1,25}\)|\s)*\s?(?:were|was|are|of|:|at)\s"
    r"(?P<numbers>(?:[^.;()]|\.\d){3,160}?),?\s?respectively",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"\s?(?:\([^()]{1,25}\))?\s?(?:levels?|concentrations?)?\s?(?:,|/|and|, and|&)\s{0,2}(?:serum |plasma |the )?\s?", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Label:
    analyte: Analyte
    start: int
    end: int


def laboratory(note: Note) -> list[Reading]:
    """Every laboratory value of the patient's blood that the note states, and sodium and creatinine of the urine."""
    labels = [
        _Label(BY_NAME[str(found.lastgroup)], found.start(), found.end())
        for found in _LABEL.finditer(note.text)
    ]
    headings = _headings(note.text)
    out: list[Reading] = []
    taken: set[int] = set()
    for group in _groups(note.text, labels):
        for label, reading in _together(note, group):
            taken.add(label.start)
            leader = replace(reading, start=group[0].start)
            out.extend(_specimen(note, label, leader, headings))
    for label in labels:
        if label.start in taken:
            continue
        for reading in _alone(note, label):
            out.extend(_specimen(note, label, reading, headings))
    return sorted(out, key=lambda one: one.start)


def _groups(text: str, labels: list[_Label]) -> Iterator[list[_Label]]:
    """Names that stand together before their numbers: `sodium, potassium and chloride`, `BUN/creatinine`."""
    group: list[_Label] = []
    for label in labels:
        if group and not (
            label.start - group[-1].end <= 40 and _JOINED.fullmatch(text, group[-1].end, label.start)
        ):
            if len(group) > 1:
                yield group
            group = []
        group.append(label)
    if len(group) > 1:
        yield group


def _together(note: Note, group: list[_Label]) -> Iterator[tuple[_Label, Reading]]:
    end = group[-1].end
    paired = _PAIRED.match(note.text, end, end + 120)
    if paired is not None:
        parts = [part.strip(" .,") for part in paired["numbers"].split("/")]
        if len(parts) == len(group):
            at = paired.start("numbers")
            unit_end = paired.end("numbers")
            for label, part in zip(group, parts, strict=True):
                place = note.text.index(part, at)
                yield from _valued(note, label, place, unit_end)
            return
    listed = _LISTED.match(note.text, end, end + 260)
    if listed is not None:
        numbers = [found.start() for found in re.finditer(r"(?<![\w.,^/])\d", listed["numbers"])]
        places = [listed.start("numbers") + at for at in numbers]
        places = [at for at in places if not note.text[max(0, at - 4) : at].rstrip().endswith(("x", "x10"))]
        if len(places) == len(group):
            for label, place in zip(group, places, strict=True):
                yield from _valued(note, label, place, None)


def _valued(note: Note, label: _Label, place: int, unit_at: int | None) -> Iterator[tuple[_Label, Reading]]:
    number = number_at(note.text, place)
    if number is not None:
        moved = Number(number.value, unit_at or number.end, number.bound, number.power, False)
        reading = _reading(note, label, place, moved)
        if reading is not None:
            yield label, reading


def _alone(note: Note, label: _Label) -> Iterator[Reading]:
    limit = min(len(note.text), label.end + _LONGEST_GAP)
    gap = _GAP.match(note.text, label.end, limit)
    at = gap.end() if gap else label.end
    number = number_at(note.text, at)
    if number is None or (at == label.end and note.text[label.end - 1].isalnum()):
        return
    between = note.text[label.end : at]
    if "\n" in between.strip(" ") and between.count("\n") > 1:
        return
    reading = _reading(note, label, at, number)
    if reading is None:
        return
    if _FIRST_OF_TWO.search(between) and _SECOND.match(note.text, reading.end, reading.end + 20):
        yield reading
        return
    yield _moved(reading, "later") if _CHANGED.search(between) and note.when(at) != "past" else reading


def _moved(reading: Reading, when: When) -> Reading:
    return Reading(
        reading.name,
        reading.value,
        reading.unit,
        reading.start,
        reading.end,
        when,
        reading.bound,
        reading.slip,
    )


def _reading(note: Note, label: _Label, at: int, number: Number) -> Reading | None:
    analyte = label.analyte
    if number.ranged:
        return None
    if analyte.count:
        found = count_per_microlitre(note.text, number, analyte)
        if found is None:
            return None
        value, end, slip = found
        return Reading(analyte.name, value, analyte.unit, label.start, end, note.when(at), number.bound, slip)
    unit = _UNIT.match(note.text, number.end, number.end + 40)
    if unit is None or _key(unit["unit"]) == "":
        return _bare(note, label, at, number)
    return _united(note, label, at, number, _key(unit["unit"]), unit.end())


def _key(unit: str) -> str:
    key = re.sub(r"\s+", "", unit.lower()).replace("per", "/").replace("millimeterofmercury", "mmhg")
    key = (
        key.replace("millimetersofmercury", "mmhg")
        .replace("mmofhg", "mmhg")
        .replace("gms", "g")
        .replace("gm", "g")
        .replace("gr/", "g/")
    )
    key = (
        re.sub(r"lit(?:er|re)s?", "l", key)
        .replace("internationalunits", "iu")
        .replace("internationalunit", "iu")
    )
    return (
        key.replace("mcg", "ug")
        .replace("mcmol", "umol")
        .replace("moles", "mol")
        .replace("mole", "mol")
        .replace("cc", "ml")
    )


def _united(note: Note, label: _Label, at: int, number: Number, unit: str, end: int) -> Reading | None:
    analyte = label.analyte
    factor = analyte.units.get(unit)
    value = (
        number.value * 10.0**number.power
        if number.power and analyte.name not in ("ph", "inr")
        else number.value
    )
    low, high = analyte.anywhere
    if factor is None:
        return None
    slip = ""
    if not low <= value * factor <= high:
        fits = {
            round(value * other, 9): name
            for name, other in analyte.units.items()
            if low <= value * other <= high
        }
        bare = analyte.bare
        if bare is None or not bare[0] <= value <= bare[1] or not fits:
            return None
        slip, factor = f"{value:g} {unit} cannot be: read in {analyte.unit}", 1.0
    return Reading(
        analyte.name, value * factor, analyte.unit, label.start, end, note.when(at), number.bound, slip
    )


def _bare(note: Note, label: _Label, at: int, number: Number) -> Reading | None:
    analyte = label.analyte
    if _NOT_A_VALUE.match(note.text, number.end, number.end + 20) or analyte.bare is None:
        return None
    value = number.value
    if analyte.name == "fio2" and value <= 1:
        value *= 100
    low, high = analyte.bare
    if not low <= value <= high:
        return None
    return Reading(analyte.name, value, analyte.unit, label.start, number.end, note.when(at), number.bound)


def _headings(text: str) -> list[tuple[int, str]]:
    return [
        (found.end(), "other" if (kind := _SPECIMEN.search(found["name"])) and kind["other"] else "blood")
        for found in _HEADING.finditer(text)
    ]


def _specimen(
    note: Note, label: _Label, reading: Reading, headings: list[tuple[int, str]]
) -> Iterator[Reading]:
    """The reading, under its urine name where it is urine; nothing where it is another fluid or another person's."""
    if note.person(label.start) == "other":
        return
    fluid = _fluid(note, label, reading, headings)
    value = reading.value
    assert isinstance(value, float)
    if fluid is None:
        low, high = label.analyte.plausible
        if low <= value <= high:
            yield reading
    elif fluid.startswith("u") and reading.name in ("sodium", "creatinine"):
        yield Reading(
            f"urine_{reading.name}",
            value,
            reading.unit,
            reading.start,
            reading.end,
            reading.when,
            reading.bound,
        )


def _fluid(note: Note, label: _Label, reading: Reading, headings: list[tuple[int, str]]) -> str | None:
    """The fluid that was tested, where it is not blood: named for this value, or for the list that it stands in."""
    sentence = note.sentence_at(label.start)
    start = max(sentence.start, reading.start - 200)
    before = note.text[start : reading.start].rsplit(";", 1)[-1] + note.text[label.start : label.end]
    found = last(_SPECIMEN, before)
    if found is None:
        under = [kind for end, kind in headings if end <= label.start]
        return "urine" if under and under[-1] == "other" else None
    if not found["other"]:
        return None
    since = before[found.end() :]
    if "," in since and _LIST_OF.match(since) is None:
        return None
    return found[0].lower()


_WIDE: Final = {
    "glucose": r"gluc|sugar|glyc(?:a?em)",
    "bun": r"urea|\bbun\b|azot",
    "albumin": r"albumin|\balb\b",
    "creatinine": r"creatin|\bcr\b|s\.?cr|renal function|kidney function|azot",
    "sodium": r"sodium|\bna\b|na\+|natr[ae]mia|electrolyte",
    "chloride": r"chlor|\bc[li]\b|c[li]-|electrolyte",
    "bicarbonate": r"bicarb|hco|co2|carbon dioxide|electrolyte|blood gas",
    "weight": r"weigh|kg|\blbs?\b|pound|kilo",
    "height": r"height|tall|\bcm\b|feet|stature",
    "calcium": r"calc|\bca\b|ca2|ca\+",
    "total_cholesterol": r"cholest|lipid",
    "hdl": r"hdl|high[- ]density|lipid",
    "triglycerides": r"triglyc|\btg\b|lipid",
    "insulin": r"insulin",
    "platelets": r"platelet|plt|thrombocyt",
    "ast": r"aspartate|\bast\b|got\b|transaminase|aminotransferase|liver",
    "alt": r"alanine|\balt\b|gpt\b|transaminase|aminotransferase|liver",
    "bilirubin": r"bili|jaundice|icter|liver",
    "inr": r"inr|international|prothrombin|coagul",
    "urine_sodium": r"urin",
    "urine_creatinine": r"urin",
}
"""Wide on purpose: only a note in which none of these words occurs is silent about the measurement."""


def named_analytes(note: Note) -> dict[str, bool]:
    """For each measurement whose silence would be an answer: is there any word in the note that could speak of it?"""
    return {name: re.search(words, note.text, re.IGNORECASE) is not None for name, words in _WIDE.items()}
