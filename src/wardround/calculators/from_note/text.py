"""A note made ready to read: characters that look alike made one, sentences with the time and the person they speak of.

Positions are those of the note as written: every character is replaced by exactly one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Literal

When = Literal["past", "now", "later"]
Person = Literal["patient", "other"]

MAX_CHARACTERS: Final = 100_000
"""A longer note is not one visit's: nothing is read out of it, and the answer is withheld."""

_ALIKE: Final = str.maketrans(
    "μµ−–—‐‑‒\u00a0\u2009\u202f·∙‧℃℉²³¹⁰⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄⁄×✕∗“”’‘′″＝：，（）\t\r\ufeff\u200b０１２３４５６７８９．％／；＜＞～〜\u3000",
    "uu------   ...CF2310456789-+01234/xx*\"\"'''\"=:,()    0123456789.%/;<>-- ",
)
_END: Final = re.compile(r"[.!?](?=[\s\"')\]]{1,4}[A-Z0-9(\"'\[]|\s*$)|。|[!?](?=[\u4e00-\u9fff])|\n+")
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|vs|No|approx|e\.g|i\.e|i\.v|p\.o|inj|Fig|St|Prof|cf|temp|resp|wt|ht|(?<!/)(?<!\d )[A-Z])|^\s*\d{1,2})$"
)
_PAST: Final = re.compile(
    r"\b(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|a|many)\s+"
    r"(?:days?|weeks?|months?|years?)\s+(?:ago|earlier|before|prior|previously|back)\b"
    r"|previous(?:ly)?\b(?! (?:healthy|well))|prior to (?:admission|presentation|this)|before (?:admission|the operation|surgery)"
    r"|baseline|first admission|at which time|at \d+ years of age|in the past\b|formerly|her last\b|his last\b|at birth|birth weight|as a child|in childhood"
    r"|at (?:the )?age of|when (?:he|she) was|at the age|years? prior|months? prior|weeks? prior|earlier that)",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    r"\b(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|few|a|some)(?:st|nd|rd|th)?[\s-]+"
    r"(?:minutes?|min|hours?|h|hrs?|days?|weeks?|months?|years?)\s+(?:later|after|following|post|into|since)\b"
    r"|after (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|several|a few|the|this|that|initial|initiat|start|treat"
    r"|receiv|surgery|operat|admin|discharge|dialysis|transfus|infus|correct|therap|intraven)"
    r"|(?:follow(?:ed)?[\s-]?up|subsequent(?:ly)?|thereafter|afterwards?|eventually|later|post-?operative(?:ly)?|postop"
    r"|repeat(?:ed)?|at discharge|upon discharge|before discharge|was discharged|discharge labs|next (?:day|morning)"
    r"|following (?:day|morning|treatment|surgery|the)|the same day|overnight|meanwhile|recovered|resuscitation"
    r"|normali[sz]ed|autopsy|during (?:the |her |his )?(?:hospital|stay|follow|operation|surgery|an?esthesia|course)"
    r"|over the (?:next|following|course)|within (?:the )?(?:\d+|one|two|three|a few|several|the)\s"
    r"|on (?:the )?(?:\w+ )?(?:hospital|postoperative|post-operative|icu) day|(?:hospital|postoperative|icu) day"
    r"|on (?:the )?(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[2-9](?:nd|rd|th)|1\d(?:th)) "
    r"|(?:on|by) day\s?-?(?:[2-9]|\d\d)|day\s?-?(?:[2-9]|\d\d)\b))",
    re.IGNORECASE,
)
_PRESENTING: Final = re.compile(
    r"\b(?:on|at|upon|during|time of)(?: the| her| his| initial| time of)* (?:admission|arrival|presentation|examination"
    r"|physical examination|exam|triage|evaluation)|initial(?:ly)?\b|presented|admitted|was brought|is brought|today",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"\b(?:(?:his|her|their|the patient's|the) (?:(?:older|younger|elder|twin|maternal|paternal|\d+-year-old) )*(?:mother|father"
    r"|brother|sister|parents?|siblings?|son|daughter|grandmother|grandfather|aunt|uncle|cousin|wife|husband|twin|donor|partner"
    r"|neonate|newborn|fetus|foetus)(?:'s)?\b|family history|family members?|familial history|donors?\b|the (?:neonate|newborn)"
    r"|(?:mother|father)'s\b)",
    re.IGNORECASE,
)
_PATIENT_AGAIN: Final = re.compile(
    r"\b(?:the patient|he|she|patient|his (?!m|f|b|s)|her (?!m|f|b|s))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`start:end` of the note; `when` by its own words, or by those of the paragraph before it."""

    start: int
    end: int
    when: When
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note and its sentences in order."""

    text: str
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]

    def sentence_at(self, position: int) -> Sentence:
        """The sentence that holds this position."""
        return self.sentences[max(0, bisect_right(self.starts, position) - 1)]

    def when(self, position: int) -> When:
        """When what stands here was so, as far as the words before it in its sentence tell."""
        return self.sentence_at(position).when

    def person(self, position: int) -> Person:
        """Whether the words before this position in its sentence speak of somebody else."""
        sentence = self.sentence_at(position)
        before = self.text[max(sentence.start, position - 200) : position]
        other = last(_OTHERS, before)
        if other is None:
            return "patient"
        again = last(_PATIENT_AGAIN, before[other.end() :])
        return "patient" if again is not None else "other"


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match of a pattern in a short text."""
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def plain(text: str) -> str:
    """The text with characters that look alike made one; as long as before."""
    return text.translate(_ALIKE)


def prepared(note: str) -> Note:
    """A note ready to read, of MAX_CHARACTERS at most. Never raises."""
    text = plain(note[:MAX_CHARACTERS])
    sentences = tuple(_sentences(text)) or (Sentence(0, 0, "now", ""),)
    return Note(text, sentences, tuple(one.start for one in sentences))


def _sentences(text: str) -> list[Sentence]:
    out: list[Sentence] = []
    at = 0
    carried: When = "now"
    for end in (*(found.end() for found in _END.finditer(text) if not _inside(text, found)), len(text)):
        if end <= at or not text[at:end].strip():
            at = max(at, end)
            continue
        piece = text[at:end]
        when = _time(piece, carried)
        out.append(Sentence(at, end, when, piece))
        if when != "past":
            carried = when
        at = end
    return out


def _inside(text: str, found: re.Match[str]) -> bool:
    if text[found.start()] != ".":
        return False
    return bool(_ABBREVIATED.search(text[max(0, found.start() - 8) : found.start()].rsplit("\n", 1)[-1]))


def _time(sentence: str, carried: When) -> When:
    """By the sentence's own words; a sentence without any goes on where the one before it was."""
    piece = sentence[:1000]
    if _LATER.search(piece):
        return "later"
    if _PRESENTING.search(piece):
        return "now"
    if _PAST.search(piece):
        return "past"
    return carried
