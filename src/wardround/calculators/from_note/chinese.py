"""Reads Chinese notes: vital signs, age, sex, weight and height, where they stand plainly beside their names.

Ranges, limits, peaks, aims, former values and relatives' are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.standing import of_patient, stands, time_of
from wardround.calculators.from_note.text import Note, When

_FILL: Final = r"(?:\([^()\d]{0,12}\))?(?:[\s:=]|为|是|约|测得|测|在|达|至|升|降|波动){0,6}"
_NO_RANGE: Final = r"(?!\d|\.\d|\s?[-~至到]\s?\d|\s?%?\s?[-~至到]\s?\d|\s?(?:[A-Za-z%°]{0,5}|度|次/分)?\s?(?:以上|以下|左右波动))"
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_SIGNS: Final = (
    ("temperature", "Cel", 25.0, 44.0, rf"(?:体温|腋温|口温|肛温|耳温){_FILL}(?P<n>\d{{2}}(?:\.\d{{1,2}})?){_NO_RANGE}(?!\s?[Ff天日年])"),
    ("heart_rate", "/min", 20.0, 300.0, rf"(?:心率|脉搏|脉率|心跳|心室率){_FILL}(?P<n>\d{{2,3}}){_NO_RANGE}(?!\s?(?:%|天|年|分以))"),
    ("heart_rate", "/min", 20.0, 300.0, rf"\b(?:P|HR){_FILL}(?P<n>\d{{2,3}}){_NO_RANGE}(?=\s?次)"),
    ("respiratory_rate", "/min", 4.0, 90.0, rf"(?:呼吸(?:频率)?){_FILL}(?P<n>\d{{1,2}}){_NO_RANGE}(?!\s?(?:%|天|年|L|月|小时|分钟))"),
    ("respiratory_rate", "/min", 4.0, 90.0, rf"\b(?:RR?){_FILL}(?P<n>\d{{1,2}}){_NO_RANGE}(?=\s?次)"),
    ("oxygen_saturation", "%", 40.0, 100.0, rf"(?:血氧饱和度|氧饱和度|指脉氧|指氧|末梢血氧|血氧(?!分压|含量|饱和)|脉氧){_FILL}(?P<n>\d{{2,3}}(?:\.\d)?){_NO_RANGE}(?!\s?(?:mm|kPa|次))"),
    ("gcs", "{score}", 3.0, 15.0, rf"(?:GCS|格拉斯哥(?:昏迷)?(?:评分|量表|指数)?)(?:评分|昏迷评分)?{_FILL}(?P<n>1[0-5]|[3-9]){_NO_RANGE}"),
)  # fmt: skip
_COMPILED: Final = tuple(
    (name, unit, low, high, re.compile(words, re.IGNORECASE)) for name, unit, low, high, words in _SIGNS
)
_PRESSURE: Final = re.compile(
    rf"(?:血压|\bBP){_FILL}(?P<high>\d{{2,3}})\s?/\s?(?P<low>\d{{2,3}})(?!\d|[./]\d|\s?[-~至到]\s?\d|\s?kpa|\s?(?:mmhg)?\s?(?:以上|以下))",
    re.IGNORECASE,
)
_WEIGHT: Final = re.compile(
    rf"(?<!出生)(?<!出生时)(?<!理想)(?<!标准)(?<!目标)(?<!干)体重{_FILL}(?P<n>\d{{1,3}}(?:\.\d{{1,2}})?)\s?(?P<unit>kg|公斤|千克|斤)(?!\s?/|以上|以下)",
    re.IGNORECASE,
)
_HEIGHT: Final = re.compile(
    rf"(?:身高|身长){_FILL}(?P<n>\d{{2,3}}(?:\.\d{{1,2}})?|[12]\.\d{{1,2}})\s?(?P<unit>cm|厘米|公分|m(?![a-z])|米)(?!以上|以下)",
    re.IGNORECASE,
)
_AGE: Final = re.compile(
    r"(?<![\d.])(?P<years>\d{1,3}(?:\.\d)?)\s?(?:周岁|岁)(?P<half>半)?(?:\s?(?P<more>\d{1,2})\s?个?月)?(?!\s?(?:时|起|开始|前|后|以|行|因|患|诊|死|去世|发病|初潮|绝经|结婚))"
    r"|(?:年龄|患儿|[男女]性?(?:婴|童|孩)?)[\s,:为是]{0,4}(?P<months>\d{1,2})\s?个?月(?:龄|大)?(?!前|后)",
)
_SEX: Final = re.compile(
    r"性别\s?:?\s?(?P<a>[男女])|患[者儿](?:[\s,:]|姓名)*(?P<b>[男女])(?![儿婿友朋])|(?<![\u4e00-\u9fff])(?P<c>[男女])(?:性|童|婴|孩)?[\s,]{0,3}\d{1,3}\s?(?:岁|个月)"
    r"|\d{1,3}\s?(?:岁|个月)[\s,的]{0,3}(?P<d>[男女])(?![儿婿友朋])"
)
_INTO_KG: Final = {"kg": 1.0, "公斤": 1.0, "千克": 1.0, "斤": 0.5}


def has_chinese(note: Note) -> bool:
    """Is any of it Chinese? English words that are not in such a note may be there in Chinese."""
    return _CHINESE.search(note.text) is not None


def chinese(note: Note) -> list[Reading]:
    """Every reading of a note that has Chinese in it; none of another."""
    if not has_chinese(note):
        return []
    found = [*_signs(note), *_pressures(note), *_size(note), *_age(note), *_sex(note)]
    return sorted(found, key=lambda one: one.start)


def _when(note: Note, start: int) -> When:
    said = time_of(note, start)
    return "later" if said == "later" else "now"


def _signs(note: Note) -> Iterator[Reading]:
    for name, unit, low, high, pattern in _COMPILED:
        for found in pattern.finditer(note.text):
            value = float(found["n"])
            if low <= value <= high and stands(note, found.start()):
                when = _when(note, found.start())
                yield Reading(name, value, unit, found.start(), found.end("n"), when)


def _pressures(note: Note) -> Iterator[Reading]:
    for found in _PRESSURE.finditer(note.text):
        high, low = float(found["high"]), float(found["low"])
        if 40 <= high <= 320 and 15 <= low < high and stands(note, found.start()):
            when = _when(note, found.start())
            yield Reading("systolic_bp", high, "mm[Hg]", found.start(), found.end("low"), when)
            yield Reading("diastolic_bp", low, "mm[Hg]", found.start(), found.end("low"), when)


def _size(note: Note) -> Iterator[Reading]:
    for found in _WEIGHT.finditer(note.text):
        kilograms = float(found["n"]) * _INTO_KG[found["unit"].lower()]
        if 0.3 <= kilograms <= 400 and stands(note, found.start()):
            yield Reading("weight", kilograms, "kg", found.start(), found.end(), _when(note, found.start()))
    for found in _HEIGHT.finditer(note.text):
        metres = found["unit"].lower() in ("m", "米")
        centimetres = float(found["n"]) * (100 if metres else 1)
        if 30 <= centimetres <= 240 and stands(note, found.start()):
            yield Reading("height", centimetres, "cm", found.start(), found.end(), "now")


def _age(note: Note) -> Iterator[Reading]:
    for found in _AGE.finditer(note.text):
        if not of_patient(note, found.start()):
            continue
        if found["months"]:
            years = int(found["months"]) / 12
        else:
            years = float(found["years"]) + (0.5 if found["half"] else 0) + int(found["more"] or 0) / 12
        if 0 < years <= 120:
            yield Reading("age", years, "a", found.start(), found.end(), "now")


def _sex(note: Note) -> Iterator[Reading]:
    said = [one for one in _SEX.finditer(note.text) if of_patient(note, one.start())]
    kinds = {next(part for part in one.groups() if part) for one in said}
    if len(kinds) == 1:
        yield Reading("sex", "male" if kinds == {"男"} else "female", "", said[0].start(), said[0].end())
