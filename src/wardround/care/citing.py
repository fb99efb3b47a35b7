"""Citations: which words of which retrieved passage a sentence rests on, and how that is shown to a reader.

Pure functions. A passage is known here as the JSON in which a search put it on the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wardround.evidence import asks, holds_medicine, holds_quantity, is_unspaced
from wardround.harness import JSON

WORDS: Mapping[str, tuple[str, ...]] = {
    "advise": ("text",),
    "prescribe": ("instructions",),
    "stop": ("reason", "taper"),
    "refer": ("reason",),
    "follow_up": ("purpose",),
    "report": ("findings", "recommend", "concerns"),
}
"""The tools whose actions may cite, and the arguments that hold their words."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
NOT_OPENED = ("recalled",)
"""The grade of what nobody opened."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it stands: characters `start` to `end` of a passage support characters `of` of what was said; None is
    all that was said and done."""

    passage: str
    start: int
    end: int
    of: tuple[int, int] | None = None


def words_of(tool: str, arguments: JSON) -> tuple[str, ...]:
    """The words of an action, argument by argument; empty ones are left out."""
    said: list[str] = []
    for name in WORDS.get(tool, ()):
        value = arguments.get(name)
        said += [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []
    return tuple(s for s in said if s)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, by their places."""
    at = 0
    for found in (*_SENTENCE_ENDS.finditer(text), None):
        end = found.start() if found else len(text)
        start = at + len(text[at:end]) - len(text[at:end].lstrip())
        if text[start:end].strip():
            yield start, start + len(text[start:end].rstrip())
        at = found.end() if found else end


def resolved(text: str, citations: Sequence[JSON], passages: Mapping[str, JSON]) -> tuple[Cited, ...]:
    """The citations that hold: of a retrieved passage, of words that stand in it, for words that stand in the text.

    What does not hold is left out: the constraint refuses it, and where it may not (an emergency) nothing shows it.
    """
    found: list[Cited] = []
    for one in citations:
        passage = passages.get(str(one["passage"]))
        if passage is None:
            continue
        start, at = passage["text"].find(one["quote"]), text.find(one["supports"])
        if start < 0 or at < 0:
            continue
        end = start + len(one["quote"]) if one["quote"] else len(passage["text"])
        of = (at, at + len(one["supports"])) if one["supports"] else None
        found.append(Cited(str(one["passage"]), start, end, of))
    return tuple(found)


def source_line(passage: JSON, spans: Sequence[tuple[int, int]] = ()) -> str:
    """`Title (source; guideline, summary, recalled: not opened): “quoted words”`: what a reader must know of a source."""
    said = [str(passage["layer"]), str(passage["depth"])]
    grade = passage.get("grade")
    if grade:
        said.append(f"{grade}: not opened" if grade in NOT_OPENED else str(grade))
    if passage.get("retracted"):
        said.append("RETRACTED")
    if passage.get("superseded_by"):
        said.append(f"superseded by {passage['superseded_by']}")
    quoted = " … ".join(f"“{passage['text'][start:end]}”" for start, end in spans)
    line = f"{passage['title']} ({passage['source']}; {', '.join(said)})"
    return f"{line}: {quoted}" if quoted else line


_ARRANGED = re.compile(
    r"\(|(?:we|i|a doctor|the doctor|your doctor|somebody) (?:will|can|shall|am not sure|do not know|want)\b|you (?:are being|will be) "
    r"|next visit|see whether|how (?:is|are)|thank|hello|go on with\b.*\bas before|to be seen the same day|outside what|that is not enough"
    r"|the plan is|most likely so far|tests:|no test is|transferred at once|sent on|needed and not available|i have not",
    re.IGNORECASE,
)
"""How sentences begin that arrange, ask or doubt; one that goes on with a drug, a dose or a quantity asserts all the same."""
_GOES_ON = re.compile(r"go on with [^.,;:]{1,120} as before\.?", re.IGNORECASE)
"""Says of the patient's own drugs that they stay as they are; the log knows whether they do."""
FEWEST_WORDS = 3


def asserts_medicine(sentence: str) -> bool:
    """Whether a sentence of an answer, a plan or a letter asserts medicine: whatever does not plainly arrange, ask or
    doubt, or is too short to. How it begins excuses no drug, dose or quantity in it. In doubt it does, so that a missing
    source is said."""
    said = sentence.strip()
    if said.endswith(("?", "？")) and asks(said):
        return False
    too_short = len(said.split()) < FEWEST_WORDS and not is_unspaced(said)
    if not too_short and not said.endswith("?") and _ARRANGED.match(said) is None:
        return True
    return " " in said and holds_medicine(said) and not _stays(said)


def _stays(said: str) -> bool:
    """Whether it names drugs that stay as they are, and no dose of them."""
    return _GOES_ON.fullmatch(said) is not None and not holds_quantity(said)


@dataclass
class Sources:
    """Numbers the sources of one page in the order in which they are met, and keeps what was asserted without one."""

    passages: Mapping[str, JSON]
    brackets: tuple[str, str] = ("[", "]")
    clean: Callable[[object], str] = str
    """What words from outside go through before they stand on the page."""
    _quoted: dict[str, dict[tuple[int, int], None]] = field(default_factory=dict)
    _without: dict[str, None] = field(default_factory=dict)

    def said(self, text: str, cites: Sequence[Cited]) -> str:
        """The text with the numbers of its sources behind each sentence."""
        parts: list[str] = []
        for start, end in sentences(text):
            sentence = text[start:end]
            own = [c for c in cites if c.of is None or (c.of[0] < end and start < c.of[1])]
            if not own and asserts_medicine(sentence):
                self._without[self.clean(sentence)] = None
            parts.append(self.clean(sentence) + self.mark(own, sentence))
        return " ".join(parts)

    def mark(self, cites: Sequence[Cited], said: str = "") -> str:
        """` [1, 2]`, or nothing. Words of a passage that merely repeat what was `said` are not quoted once more."""
        numbers = sorted({self._number(c, said) for c in cites if c.passage in self.passages})
        opened, closed = self.brackets
        return f" {opened}{', '.join(map(str, numbers))}{closed}" if numbers else ""

    def _number(self, cited: Cited, said: str) -> int:
        spans = self._quoted.setdefault(cited.passage, {})
        words = self.passages[cited.passage]["text"][cited.start : cited.end]
        if words.rstrip(".; ") != said.rstrip(".; "):
            spans[cited.start, cited.end] = None
        return list(self._quoted).index(cited.passage) + 1

    def lines(self) -> list[str]:
        """The list at the end of the page; last of all what no source was given for."""
        opened, closed = self.brackets
        listed = [
            f"{opened}{n}{closed} {self.clean(source_line(self.passages[passage], tuple(spans)))}"
            for n, (passage, spans) in enumerate(self._quoted.items(), start=1)
        ]
        return listed + [f"No source given: {sentence}" for sentence in self._without]
