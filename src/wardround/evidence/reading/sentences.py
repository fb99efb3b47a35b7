"""The statements of a text: its sentences with their places, without headings, questions, and options that were not chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_END: Final = re.compile(r"[.!?]+(?=[\s\"')\]]|$)|\n+|;\s|[。！？；]")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|Dr|Mr|Mrs|Ms|Prof|St|Fig|al|ca|incl|resp)|(?P<soft>\b(?:approx|etc|no|No|max|min)|\b\d))\.$"
)
"""What ends in a stop that ends no sentence; `soft` ones do where a capital follows."""
_LEAD: Final = re.compile(r"\s*(?:[-*\u2022\u2013>]+\s+|\d{1,2}[.)]\s+)?(?P<box>\[[ xX]\]\s+)?")
_LABEL: Final = re.compile(
    r"(?:\*\*)?(?P<label>(?:working |differential |most likely )?diagnos[ei]s|differential|impression|assessment|plan|subjective|objectives?|"
    r"history|examination|complaint|notes?|advice|safety net|follow[- ]up|results?|treatment|medications?|medicines|conclusions?|"
    r"background|methods?|findings?|summary|when to get help|recommendations?|allerg(?:y|ies))(?:\*\*)?:\s+",
    re.I,
)
"""What only says where in a note one is. `Metformin: 500 mg twice a day` is a statement."""
_HEADING: Final = re.compile(r"\s*(?:#{1,6}\s|={3,}|-{3,}|\|)")
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


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is `whole[start:end]`, without the bullet before it and the mark behind it. `label` is what stood before a colon."""

    text: str
    start: int
    end: int
    label: str = ""


def sentences(text: str) -> tuple[Sentence, ...]:
    """The statements in their order."""
    hidden = _not_chosen(text)
    found = (_trimmed(text, start, end) for start, end in _pieces(text))
    return tuple(
        s
        for s in found
        if s is not None and not any(a < s.end and s.start < b for a, b in hidden) and not _asks(text, s)
    )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for m in _END.finditer(text):
        if m.group() == ".":
            short = _NO_END.search(text[max(0, m.start() - 8) : m.end()])
            following = text[m.end() :].lstrip()[:1]
            if short is not None and not (short["soft"] and (following.isupper() or not following)):
                continue
        yield start, m.end()
        start = m.end()
    yield start, len(text)


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    if _HEADING.match(text[start:end]):
        return None
    lead = _LEAD.match(text, start, end)
    label = ""
    if lead is not None:
        if (lead["box"] or "").strip() == "[ ]":
            return None
        start = lead.end()
    named = _LABEL.match(text, start, end)
    if named is not None:
        label, start = named["label"], named.end()
    while end > start and text[end - 1] in " \t\r\n.;!。；！":
        end -= 1
    while start < end and text[start] in " \t\r\n\"'(":
        start += 1
    return Sentence(text[start:end], start, end, label) if re.search(r"\w", text[start:end]) else None


def _asks(text: str, s: Sentence) -> bool:
    return s.text.rstrip(" \"')").endswith(("?", "？")) or _QUESTION.match(s.text) is not None


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
