"""Texts into sentences and passages by their places: `whole[start:end]` is the passage, and nothing said is left out.

A sentence does not end at an abbreviation (`e.g.`, `Dr.`, `b.i.d.`, `Fig. 2`), an initial or a decimal point. A passage
is a run of whole sentences of one part; only a sentence that is longer than a passage may be is cut, between words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

Span = tuple[int, int]

TARGET: Final = 900
"""A passage is filled up to so many characters where sentences allow."""
LONGEST: Final = 1_800
"""No passage is longer."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALWAYS: Final = _listed(
    "e.g i.e vs v.s cf dr drs prof mr mrs ms st approx ca resp incl excl viz al etc fig figs tab eq eqs eqn ref refs "
    "no nos vol pp ed eds chap ch sec suppl para a.m p.m u.s u.k ph.d m.d b.sc i.v i.m s.c p.o p.r s.l i.d "
    "b.i.d t.i.d q.i.d o.d b.d t.d.s q.d.s q.d q.h p.r.n n.b aet max min avg temp wt ht hr hrs mins secs wk wks "
    "mo mos yr yrs jan feb mar apr jun jul aug sep sept oct nov dec spp sp subsp var inc ltd co corp dept univ "
    "hosp am ann assoc clin crit eur int jr sr med n.s s.d s.e c.i o.r h.r r.r n.a conc diam equiv est freq gp "
    "pt pts caps susp inj sol tel"
)
"""Before a full stop these end no sentence by themselves. Some do where what follows plainly begins another."""
_MAY_END: Final = _listed(
    "etc al a.m p.m u.s u.k i.v i.m s.c p.o b.i.d t.i.d q.i.d o.d b.d t.d.s q.d.s q.d p.r.n hr hrs mins min max secs "
    "sec wk wks mo mos yr yrs inc ltd co corp n.s s.d s.e c.i ph.d m.d jr sr no spp sp st am inj sol gp pt pts est "
    "int med temp wt ht dec mar"
)
_STARTERS: Final = _listed(
    "the a an this these those we our in it its there however although patients no all both most among after "
    "before results conclusions conclusion methods background objective if when while for to of as at by on with "
    "from he she they do not avoid use consider give stop start offer refer monitor check measure seek ask tell "
    "repeat reduce increase here thus therefore moreover furthermore using then"
)
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[”’」』）]*|\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+•‣▪–]|\d{1,3}[.)])[ \t])")  # fmt: skip
_LAST_WORD: Final = re.compile(r"[^\s(\[\"'“‘,;/]+\Z")
_FIRST_WORD: Final = re.compile(r"[\s\"'“‘(\[]*([^\s.,;:!?)\]\"'”’]+)")
_INITIAL: Final = re.compile(r"(?:[A-Z]|[A-Z][a-z]?\.[A-Z])\Z")
_CUT: Final = re.compile(r"\s+")
LOOK: Final = 60
"""So far is looked back for the word before a full stop."""


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The sentences of a text, in order, without the white space around them. Headed lists give an item each."""
    end = len(text) if end is None else end
    at = start
    for found in _END.finditer(text, start, end):
        mark = found.group()
        if mark[0] in ".!?…" and found.end() < end and not _ends(text, at, found):
            continue
        yield from _stripped(text, at, found.end())
        at = found.end()
    yield from _stripped(text, at, end)


def passages(
    text: str, spans: Iterable[Span] | None = None, *, target: int = TARGET, longest: int = LONGEST
) -> Iterator[Span]:
    """Runs of whole sentences, none longer than `longest`, that together hold everything in the spans."""
    for start, end in spans if spans is not None else [(0, len(text))]:
        pieces = [p for s in sentences(text, start, end) for p in _cut(text, s, longest)]
        yield from _packed(pieces, target, longest)


def _packed(pieces: Sequence[Span], target: int, longest: int) -> Iterator[Span]:
    """Sentences together as far as the target goes; a little that is left over goes with what stands before it."""
    held: list[Span] = []
    for start, end in pieces:
        if held and end - held[-1][0] <= target:
            held[-1] = (held[-1][0], end)
        else:
            held.append((start, end))
    if len(held) > 1 and held[-1][1] - held[-1][0] < target // 8 and held[-1][1] - held[-2][0] <= longest:
        held[-2:] = [(held[-2][0], held[-1][1])]
    yield from held


def _ends(text: str, at: int, found: re.Match[str]) -> bool:
    """Whether a sentence ends at this mark."""
    following = _FIRST_WORD.match(text, found.end(), found.end() + LOOK)
    next_word = following.group(1) if following else ""
    mark = found.group()
    if not mark.startswith(".") or mark.startswith(".."):
        return not next_word[:1].islower()
    before = _LAST_WORD.search(text[max(at, found.start() - LOOK) : found.start()])
    word = before.group() if before else ""
    if next_word[:1].islower():
        return False
    if word.lower() in _ALWAYS:
        return word.lower() in _MAY_END and next_word.lower() in _STARTERS and next_word[:1].isupper()
    if _INITIAL.search(word):
        return next_word.lower() in _STARTERS
    return not (word.isdigit() and len(word) <= 2 and _opens_line(text, found.start() - len(word)))


def _opens_line(text: str, at: int) -> bool:
    """Whether nothing but white space stands between a place and the line's beginning: `1. Give oxygen.`"""
    line = text.rfind("\n", 0, at) + 1
    return not text[line:at].strip()


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _cut(text: str, span: Span, longest: int) -> Iterator[Span]:
    """A sentence as it is, or, where it is too long, pieces of it that end between words."""
    start, end = span
    while end - start > longest:
        room = [m.start() for m in _CUT.finditer(text, start + longest // 2, start + longest + 1)]
        stop = room[-1] if room else start + longest
        yield from _stripped(text, start, stop)
        start = stop
    yield from _stripped(text, start, end)


def covers(text: str, whole: Span, spans: Sequence[Span]) -> bool:
    """Whether the spans are in order, apart, and leave out nothing but white space."""
    edges = [whole[0], *(place for span in spans for place in span), whole[1]]
    in_order = all(a <= b for a, b in pairwise(edges))
    return in_order and not any(text[a:b].strip() for a, b in zip(edges[::2], edges[1::2], strict=True))
