"""Whether what a note says at a place stands: of the patient, now, and neither aimed at, conditional, nor denied.

A denial reaches to the end of its clause alone; `if` reaches to the end of its sentence.
"""

from __future__ import annotations

import re
from typing import Final

from wardround.calculators.from_note.text import Note, last

_BREAK: Final = re.compile(
    r"[,;:()。]|\b(?:but|however|although|now|currently|and (?:is|was|he|she|has|remains))\b|但|现",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\b(?:if|should|unless|in case|whenever|once|would|until)\b|\b(?:plan|recommendations?|orders?|advice)\s?:|若|如果|如(?!下|上|常|前)|倘|一旦",
    re.IGNORECASE,
)
_AIM: Final = re.compile(
    r"\b(?:aim\w*|target\w*|goals?|keep\w*|titrat\w+|maintain(?!ed|ing|s)|call|notify|threshold|consider\w*|offer\w*|plan(?:s|ned)?"
    r"|prescribe|advised?|recommend\w*|wean\w*|needed to|order\w*|to (?:achieve|reach|start|give|receive))\b|^\s*(?:please )?(?:give|start|begin)\b"
    r"|目标|控制在|维持|保持|使(?!用)|(?<!反)(?<!对)应(?!激|用)|建议|调整|警戒|报警|拟|计划|准备|必要时",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:no|not|nor|never|without|off|declin\w+|refus\w+|stopped|discontinued|den(?:ies|ied)|free of|neither|cannot|unable|isn't|wasn't)\b[^,;:]{0,40}$"
    r"|(?:无|未|否认|没有|不|停止?|拒绝?|脱离)[^,;:。]{0,6}$",
    re.IGNORECASE,
)
_ON_CONDITION: Final = re.compile(r"\b(?:if|as needed|prn|when needed)\b", re.IGNORECASE)
_OTHERS: Final = re.compile(r"父亲|母亲|父母|其父|其母|其子|其女|儿子|女儿|兄|弟|姐|妹|配偶|丈夫|妻子|爱人|家族|家属|家人|祖父|祖母|外公|外婆|奶奶|爷爷")  # fmt: skip
_PATIENT: Final = re.compile(r"患者|患儿|病人|本人|查体|入院|体格检查")
_COUNT: Final = r"(?:\d+|[一二两三四五六七八九十半数几]+)"
_PAST: Final = re.compile(
    rf"既往|以前|曾|平素|平时|过去|去年|前年|病前|{_COUNT}\s?(?:余|多)?(?:天|日|周|个?月|年|小时)余?前|入院前|术前|基础|基线|出生|昨日|昨天|昨晚"
    r"|\b(?:yesterday|last (?:week|month|year|visit|time|night)|usual(?:ly)?|normally|premorbid|at home|home oxygen)\b",
    re.IGNORECASE,
)
_NOW: Final = re.compile(
    r"入院(?!前)|查体|目前|现(?!病史)|今|就诊|体格检查|急诊|当前|来诊|来院|\b(?:today|now|currently|on (?:admission|arrival|examination))\b",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    rf"出院|术后|治疗后|用药后|处理后|吸氧后|补液后|{_COUNT}\s?(?:分钟|小时|天|日|周|个?月)后|次日|第[二三四五六七八九十\d]+[天日]|复查|随访|复测"
)


def clause_before(note: Note, start: int) -> str:
    """What stands before a place in its own clause."""
    sentence = _before(note, start)
    found = last(_BREAK, sentence)
    return sentence[found.end() :] if found is not None else sentence


def stands(note: Note, start: int) -> bool:
    """Does it speak of the patient, not of the past, of an aim or of what would be if?"""
    sentence, behind = _before(note, start), _clause_behind(note, start)
    if _CONDITION.search(sentence) or _AIM.search(clause_before(note, start)) or _ON_CONDITION.search(behind):
        return False
    return time_of(note, start) != "past" and of_patient(note, start)


def of_patient(note: Note, start: int) -> bool:
    """Neither a relative's nor a donor's."""
    if note.person(start) == "other":
        return False
    sentence = _before(note, start)
    other = last(_OTHERS, sentence)
    return other is None or _PATIENT.search(sentence, other.end()) is not None


def denied(note: Note, start: int) -> bool:
    """Is it denied within its clause?"""
    return _DENIED.search(clause_before(note, start)) is not None


def time_of(note: Note, start: int) -> str:
    """`past`, `now` or `later`: by the last word about time before it in its sentence, or by the sentence's own."""
    sentence = _before(note, start)
    behind = _clause_behind(note, start)
    if _PAST.search(behind) is not None and _NOW.search(behind) is None:
        return "past"
    ends = {
        name: found.end()
        for name, pattern in (("past", _PAST), ("now", _NOW), ("later", _LATER))
        if (found := last(pattern, sentence)) is not None
    }
    return max(ends, key=lambda name: ends[name]) if ends else note.when(start)


def _clause_behind(note: Note, start: int) -> str:
    sentence = note.sentence_at(start)
    text = note.text[start : min(sentence.end, start + 120)]
    found = _BREAK.search(text)
    return text[: found.start()] if found is not None else text


def _before(note: Note, start: int) -> str:
    sentence = note.sentence_at(start)
    return note.text[max(sentence.start, start - 300) : start]
