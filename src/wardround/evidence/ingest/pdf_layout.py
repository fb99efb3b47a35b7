"""From a page's words and their places to its text: columns one after the other, paragraphs whole, headings known.

A heading is a short line set larger than most of its page, or bold on a line of its own. A hyphen at a line's end that parts a
word is taken out; a raised figure is a power (`10^9`). What stands at the edge of several pages (running heads, page numbers) is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

LARGER: Final = 1.12
GAP: Final = 0.7
"""A gap between lines of so much of their height begins a paragraph."""
GUTTER: Final = 9.0
"""Points of white between two columns."""
AGAIN: Final = 3
"""On so many pages a line at the edge is a running head."""
EDGE: Final = 0.09
SAME_LINE: Final = 0.6
"""Feet of words on one line lie no further apart than so many times their size; of a raised figure half of it."""
TOUCHING: Final = 0.13
"""Words with less white between them than this share of their size are one, printed in two fonts."""
SMALL: Final = 0.85
RAISED: Final = 0.12
"""Smaller, and higher by this share of the size: a power. 10 to the ninth must not become 109."""
_BULLET: Final = re.compile(r"(?:[-*•‣▪–●○■□]|\d{1,3}[.)]|\(?[a-z]\))\s")
_STAYS: Final = re.compile(
    r"(?<![^\W\d_])(?:alpha|beta|gamma|non|low|high|long|short|self|well|all|one|two|three|four|five|six|first|second|"
    r"third|once|twice|half|full|dose|drug|weight|age|sex|on|by|to|in|of|and)-\Z",
    re.IGNORECASE,
)
"""Words whose hyphen is their own, also at a line's end."""
_PARTED: Final = re.compile(r"[^\W\d_]-\Z")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in points from the page's upper left."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line of one column."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading, and the size of its letters."""

    text: str
    heading: bool
    page: int
    size: float


def lines_of(words: Sequence[Word], width: float) -> list[Line]:
    """The lines of a page in the order of reading: a column to its end, then the next."""
    return [line for column in _columns(words, width) for line in _lines(column)]


def blocks_of(pages: Sequence[tuple[Sequence[Line], float]]) -> Iterator[Block]:
    """Paragraphs and headings of all pages (lines and height of each)."""
    running = _running(pages)
    for number, (lines, height) in enumerate(pages, 1):
        kept = [line for line in lines if _place(line, height) not in running]
        sizes = [line.size for line in kept for _ in range(1 + len(line.text) // 10)]
        body = median(sizes) if sizes else 0.0
        for group in _paragraphs(kept, body):
            text = joined(line.text for line in group)
            if text:
                yield Block(text, _is_heading(group, body), number, group[0].size)


def joined(lines: Iterable[str]) -> str:
    """Lines as one run of text: words that were parted at a line's end are whole again."""
    text = ""
    for line in lines:
        line = " ".join(line.split())
        if not text or not line:
            text = text or line
        elif text.endswith("\u00ad"):
            text = text[:-1] + line
        elif _PARTED.search(text) and line[:1].islower():
            text = (text if _STAYS.search(text) else text[:-1]) + line
        else:
            text = f"{text} {line}"
    return text.replace("\u00ad", "")


def _columns(words: Sequence[Word], width: float) -> list[list[Word]]:
    """Two columns where a strip of white parts the middle of most lines; what crosses it stands above or below."""
    if len(words) < 40:
        return [list(words)]
    middle = _gutter(words, width)
    if middle is None:
        return [list(words)]
    crossing = [w for w in words if w.left < middle < w.right]
    rows = {_row(w) for w in crossing}
    both, rest = [w for w in words if _row(w) in rows], [w for w in words if _row(w) not in rows]
    top, bottom = min(w.top for w in rest), max(w.bottom for w in rest)
    head, foot = [w for w in both if w.top < top], [w for w in both if w.top >= bottom]
    if len(head) + len(foot) < len(both):
        return [list(words)]
    return [head, [w for w in rest if w.left < middle], [w for w in rest if w.left >= middle], foot]


def _gutter(words: Sequence[Word], width: float) -> float | None:
    """Where the white strip lies; None where the page has one column."""
    for share in (0.5, 0.48, 0.52, 0.46, 0.54, 0.44, 0.56):
        at = width * share
        left, right = [w for w in words if w.right <= at], [w for w in words if w.left >= at]
        over = {_row(w) for w in words if w.left < at < w.right}
        rows_left, rows_right = {_row(w) for w in left} - over, {_row(w) for w in right} - over
        if min(len(rows_left), len(rows_right)) < 8 or len(over) > 0.1 * len(rows_left | rows_right):
            continue
        inner = [w for w in words if _row(w) not in over]
        space = min(w.left for w in inner if w.left >= at) - max(w.right for w in inner if w.right <= at)
        words_a_row = len(inner) / max(1, len(rows_left) + len(rows_right))
        if space >= GUTTER and words_a_row >= 3:
            return at
    return None


def _row(word: Word) -> int:
    return round(word.bottom / 3)


def _lines(words: Sequence[Word]) -> Iterator[Line]:
    held: list[Word] = []
    for word in sorted(words, key=lambda w: (w.bottom, w.left)):
        if held and word.bottom - held[0].bottom > SAME_LINE * max(held[0].size, word.size, 4.0):
            yield _line(held)
            held = []
        held.append(word)
    if held:
        yield _line(held)


def _line(words: list[Word]) -> Line:
    words = sorted(words, key=lambda w: w.left)
    size = median(w.size for w in words for _ in w.text)
    text = words[0].text
    for before, word in pairwise(words):
        apart = word.left - before.right >= TOUCHING * size
        raised = word.size < SMALL * size and word.bottom < before.bottom - RAISED * size
        power = raised and not apart and before.text[-1:].isdigit()
        text += f"^{word.text}" if power else f" {word.text}" if apart else word.text
    return Line(
        text,
        words[0].left,
        max(w.right for w in words),
        min(w.top for w in words),
        max(w.bottom for w in words),
        size,
        all(w.bold for w in words),
    )


def _paragraphs(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for before, line in pairwise([None, *lines]):
        assert line is not None
        if group and before is not None and _parts(before, line, body):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _parts(before: Line, line: Line, body: float) -> bool:
    """Whether a paragraph ends between two lines."""
    height = max(before.bottom - before.top, 1.0)
    return (
        line.top - before.bottom > GAP * height
        or line.top < before.top - height
        or abs(line.size - before.size) > 0.08 * max(body, 1.0)
        or (line.bold != before.bold)
        or bool(_BULLET.match(line.text))
    )


def _is_heading(group: Sequence[Line], body: float) -> bool:
    text = " ".join(line.text for line in group)
    if len(text) > 150 or len(group) > 3 or not any(c.isalpha() for c in text) or _BULLET.match(text):
        return False
    if text.endswith((".", ";", ",")) and len(text.split()) > 4:
        return False
    larger = group[0].size > LARGER * body
    return larger or (group[0].bold and len(group) == 1 and text[-1:] not in ".;,")


def _running(pages: Sequence[tuple[Sequence[Line], float]]) -> set[tuple[str, int]]:
    """Lines at the upper and lower edge that come again on other pages; numbers in them may differ."""
    seen = Counter(
        place
        for lines, height in pages
        for place in {_place(line, height) for line in lines}
        if place[1] >= 0
    )
    return {place for place, times in seen.items() if times >= AGAIN}


def _place(line: Line, height: float) -> tuple[str, int]:
    """What a line says and at which edge it stands; -1 where at none."""
    edge = 0 if line.top < EDGE * height else 1 if line.bottom > (1 - EDGE) * height else -1
    return _NUMBER.sub("#", line.text), edge
