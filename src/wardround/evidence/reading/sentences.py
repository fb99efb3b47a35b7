"""The statements of a text: its sentences with their places, without headings, questions, and options that were not chosen.

What is left out is told with the reason (`pieces`). A heading, a table's row or a question that states something (a dose, an
order with `will you?` behind it) is a statement like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wardround.evidence.reading.clauses import states
from wardround.evidence.reading.quantities import amounts, folded

_END: Final = re.compile(r"[.!?]+(?=[\s\"')\]]|$)|\n+|;\s|[。！？；]")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|Dr|Mr|Mrs|Ms|Prof|St|Fig|al|ca|incl|resp)|(?P<soft>\b(?:approx|etc|no|No|max|min)|\b\d))\.$"
)
"""What ends in a stop that ends no sentence; `soft` ones do where a capital follows."""
_SHORT: Final = re.compile(
    r"(?:\b(?:[A-Za-z]\.){1,4}[A-Za-z]|\b(?:tabs?|caps?|inj|susp|sol|supp|hrs?|mins?|secs?|wks?|mos?|yrs?|mths?|pts?|resp|temp|"
    r"wt|ht|dept|ref|refs|Figs?|conc|equiv|avg))\.$"
)
"""`b.i.d.`, `tab.`: these end a sentence only where a capital, or nothing, follows."""
_LEAD: Final = re.compile(r"\s*(?:[-*\u2022\u2013>]+\s+|\d{1,2}[.)]\s+)?(?P<box>\[[ xX]\]\s+)?")
_LABEL: Final = re.compile(
    r"(?:\*\*)?(?P<label>(?:working |differential |most likely )?diagnos[ei]s|differential|impression|assessment|plan|subjective|objectives?|"
    r"history|examination|complaint|notes?|advice|safety net|follow[- ]up|results?|treatment|medications?|medicines|conclusions?|"
    r"background|methods?|findings?|summary|when to get help|recommendations?|allerg(?:y|ies))(?:\*\*)?:\s+",
    re.I,
)
"""What only says where in a note one is. `Metformin: 500 mg twice a day` is a statement."""
_HEADING: Final = re.compile(r"\s*#{1,6}\s+")
_RULE: Final = re.compile(r"\s*(?:={3,}|-{3,}|\|?[\s:|-]*-{3,}[\s:|-]*$)")
_ROW: Final = re.compile(r"\s*\|")
_TITLE: Final = re.compile(r"(?:when|how|what|which|who|whom|where|why|whether|if)\b", re.I)
_OPTION: Final = re.compile(r"^[ \t]*\(?(?P<letter>[A-Ha-h])[).:]\s+(?P<text>\S.*?)[ \t]*$", re.M)
_INLINE: Final = re.compile(
    r"(?<!\w)\(?(?P<letter>[A-H])[).]\s+(?P<text>[^()\n]+?)(?=\s+\(?[A-H][).]\s|\s*$|\n)", re.M
)
_ANSWER: Final = re.compile(
    r"\b(?i:(?:correct |best |final |my |the )*(?:answer|choice|option)(?: is|:|\s+would be)?|choose|chose|select(?:ed)?|pick(?:ed)?)"
    r"\s*:?\s*(?i:option\s+)?\(?\**(?P<letter>[A-H])\b(?![a-z])",
)
_QUESTION: Final = re.compile(
    r"^(?:(?:so|and|but|or|well|now|also)[, ]+)?(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|"
    r"can|could|should|would|will|have|has|had|may)\b.*\?\W*$",
    re.I | re.S,
)


_TAG: Final = re.compile(
    r",\s*(?:will|won't|would|can|could|do|don't|does|is|isn't|are|aren't|ok|okay|right|yes|no|please|alright|all right|shall|"
    r"understood|agreed|eh)\b[^,?]{0,24}\?\W*$",
    re.I,
)
_ASKED_OF: Final = re.compile(
    r"^\s*(?:\w+[, ]+)?(?:is|are|was|were|do|does|did|can|could|should|would|will|have|has|had|may)\s+(?:you|we|they|he|she|it|i|"
    r"the|your|his|her|their|this|that|these|there|any\w*|some\w*)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` are the words of `whole[start:end]`, without the bullet before it and the mark behind it; a row's cells stand
    behind a colon and commas. `label` is what stood before a colon. `left_out`: why it states nothing."""

    text: str
    start: int
    end: int
    label: str = ""
    left_out: str = ""


def sentences(text: str) -> tuple[Sentence, ...]:
    """The statements in their order."""
    return tuple(s for s in pieces(text) if not s.left_out)


def pieces(text: str) -> Iterator[Sentence]:
    """Statements, and what is none, in their order."""
    hidden = _not_chosen(text)
    spans = list(_spans(text))
    heads = _table_heads(text, spans)
    for start, end in spans:
        s = _trimmed(text, start, end)
        if s is None:
            continue
        why = s.left_out
        if any(a < s.end and s.start < b for a, b in hidden):
            why = "an option that was not chosen"
        elif start in heads:
            why = "a table's head"
        elif _HEADING.match(text[start:end]) and not _heading_states(s.text):
            why = "a heading"
        elif asks(s.text):
            why = "a question"
        yield _untagged(s, why)


def _untagged(s: Sentence, why: str) -> Sentence:
    """Without the `will you?` behind what it tells."""
    tag = None if why else _TAG.search(s.text)
    length = tag.start() if tag is not None else len(s.text)
    return Sentence(s.text[:length], s.start, s.start + length, s.label, why)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for m in _END.finditer(text):
        if m.group() == "." and not _stops(text, m):
            continue
        yield start, m.end()
        start = m.end()
    yield start, len(text)


def _stops(text: str, m: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence."""
    before, following = text[max(0, m.start() - 8) : m.end()], text[m.end() : m.end() + 80].lstrip()[:1]
    ends = following.isupper() or not following
    short = _NO_END.search(before)
    if short is not None:
        return bool(short["soft"]) and ends
    return ends or _SHORT.search(before) is None


def _table_heads(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Where the row stands that a line of dashes follows."""
    lines = [(a, b) for a, b in spans if text[a:b].strip()]
    return frozenset(
        a for (a, b), (c, d) in pairwise(lines) if _ROW.match(text[a:b]) and _RULE.match(text[c:d].rstrip())
    )


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    if _RULE.match(text[start:end].rstrip()):
        return None
    row = _ROW.match(text[start:end]) is not None
    heading = _HEADING.match(text, start, end)
    lead = _LEAD.match(text, start, end) if heading is None else None
    label = left_out = ""
    if heading is not None:
        start = heading.end()
    elif lead is not None:
        if (lead["box"] or "").strip() == "[ ]":
            left_out = "a box that is not ticked"
        start = lead.end()
    named = _LABEL.match(text, start, end)
    if named is not None:
        label, start = named["label"], named.end()
    while end > start and text[end - 1] in " \t\r\n.;!。；！|":
        end -= 1
    while start < end and text[start] in " \t\r\n\"'(|":
        start += 1
    if not re.search(r"\w", text[start:end]):
        return None
    return Sentence(_cells(text[start:end]) if row else text[start:end], start, end, label, left_out)


def _cells(row: str) -> str:
    """`Metformin | 20 g a day | adults` with a colon behind the first cell and commas behind the others, all in its place."""
    first, bar, rest = row.partition("|")
    return f"{first}{':' if bar else ''}{rest.replace('|', ',')}"


def _heading_states(words: str) -> bool:
    """Whether a heading says something that can be wrong: a quantity, or a verb."""
    said = any(amount.dimension for amount in amounts(folded(words)))
    return said or (_TITLE.match(words) is None and states(words))


def asks(words: str) -> bool:
    """Whether a sentence asks. `Take 20 g of metformin, will you?` tells."""
    if not words.rstrip(" \"')*_").endswith(("?", "？")):
        return False
    tells = _TAG.search(words) is not None or (states(words, at_once=True) and _QUESTION.match(words) is None)
    return not tells or _ASKED_OF.match(words) is not None


def _not_chosen(text: str) -> tuple[tuple[int, int], ...]:
    """Where lettered options stand that were not chosen, their letters, and the line that names the answer."""
    options = list(_OPTION.finditer(text))
    if not _is_a_list([o["letter"] for o in options]):
        options = list(_INLINE.finditer(text))
    if not _is_a_list([o["letter"] for o in options]):
        return ()
    answers = [
        m for m in _ANSWER.finditer(text) if not any(o.start() <= m.start() < o.end() for o in options)
    ]
    chosen = {m["letter"].upper() for m in answers}
    hidden = [o.span() for o in options if o["letter"].upper() not in chosen]
    hidden += [(o.start(), o.start("text")) for o in options if o["letter"].upper() in chosen]
    return (*_short_of_text(hidden, options), *(m.span() for m in answers if _only_letter(text, m)))


def _short_of_text(
    hidden: Sequence[tuple[int, int]], options: Sequence[re.Match[str]]
) -> Iterator[tuple[int, int]]:
    """A chosen option's letter hides nothing of its text."""
    starts = {o.start(): o.start("text") for o in options}
    for start, end in hidden:
        if end != starts.get(start):
            yield start, end


def _is_a_list(letters: Sequence[str]) -> bool:
    upper = [letter.upper() for letter in letters]
    return len(upper) > 1 and upper[:2] == ["A", "B"]


def _only_letter(text: str, m: re.Match[str]) -> bool:
    """Whether the line that names the answer says no more than its letter."""
    rest = text[m.end() :].split("\n", 1)[0]
    return not re.search(r"[A-Za-z]{3}", rest)
