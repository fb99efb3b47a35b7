"""What a case's text says, cut into statements that can be said one at a time, and what each is about.

A statement is a symptom of the list, or the part of a sentence around one thing that it names: so that an answer
holds what was asked and not the rest of the sentence. Nothing that names the diagnosis is among them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from wardround.care import Understanding
from wardround.clinical import Mention
from wardround.simulation.agentclinic.folding import names_it, stand_together, stems
from wardround.simulation.agentclinic.reading import AgentClinicCase

Section = Literal["symptom", "history", "past", "social", "review", "drugs", "family", "other"]
_SECTIONS: Final[dict[str, Section]] = {
    "Past_Medical_History": "past", "Social_History": "social", "Review_of_Systems": "review",
    "Current_Medications": "drugs", "Medications": "drugs", "Drug_History": "drugs", "Family_History": "family",
}  # fmt: skip
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|\n+")
_BEFORE: Final = re.compile(
    r"[,;:(]|\b(?:and|or|but|with|without|by|of experiencing|experiencing|that|denies|reports|any)\b", re.I
)
_AFTER: Final = re.compile(r"[,;:)(.]|\b(?:and|or|but|which|that|who|when he|when she)\b", re.I)
DENIED: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|no|not|without|never|negative for|absence of|none|nor|neither|free of|non)\b",
    re.I,
)
_LISTED: Final = re.compile(r"[,;]| and | or ", re.I)
LEAD: Final = re.compile(
    r"^(?:the )?(?:patient|he|she|newborn|infant|child|parents?|mother|family)(?:['’]s (?:mother|parents?|family|roommates))? "
    r"(?:also |further )?(?:reports?|notes?|describes?|states?|mentions?|complains? of|presents? with|admits? to|recalls?|"
    r"says?|adds?|explains?)(?: that)?\s+",
    re.I,
)
"""Who says it, which is no part of what is said."""
_CHILD: Final = re.compile(
    r"\b(?:the|her|his|their) (?:infant|child|baby|newborn|boy|girl|daughter|son)\b(?!['’])", re.I
)
_BORN: Final = re.compile(r"\b(?:born|births?|delivered|delivery|gestation|pregnancy)\b", re.I)
_TURN: Final = re.compile(
    r"[;.]|\b(?:but|however|except|although|reports|apart from|aside from|only)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the case, where it stands, and what language reads in it."""

    text: str
    section: Section
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What the case says of something: a piece of text that says it, or a denial."""

    text: str
    denied: bool
    section: Section


@dataclass(frozen=True)
class Statements:
    """The statements of one case."""

    case: AgentClinicCase
    understanding: Understanding

    @cached_property
    def all(self) -> tuple[Statement, ...]:
        """In the order of the case, the list of symptoms first."""
        read = self.understanding.reader.read
        plain = ((self._plain(text), section) for text, section in self._sentences())
        return tuple(Statement(text, section, read(text)) for text, section in plain)

    def _plain(self, text: str) -> str:
        """Without `the mother reports that`; a child is the patient, not somebody's."""
        text = LEAD.sub("", text)
        return _CHILD.sub("the patient", text) if self.case.age is not None and self.case.age < 16 else text

    def _sentences(self) -> Iterator[tuple[str, Section]]:
        for text in (self.case.primary, *self.case.secondary):
            yield text, "symptom"
        for sentence in _SENTENCE.split(self.case.history):
            yield sentence.strip(), "history"
        for name, texts in self.case.sections.items():
            for text in texts:
                for sentence in _SENTENCE.split(text):
                    yield sentence.strip(), _SECTIONS.get(name, "other")

    def says_diagnosis(self, text: str) -> bool:
        """Whether a text gives the diagnosis away."""
        return names_it(self.case.diagnosis, text)

    @property
    def _is_infant(self) -> bool:
        return self.case.age is not None and self.case.age < 1.0

    @cached_property
    def _by_finding(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = defaultdict(list)
        findings = self.understanding.base.findings
        for statement in self.all:
            if self._is_infant and _BORN.search(statement.text):
                continue  # of the mother, and of the birth
            for m in statement.mentions:
                family = str(m.id).startswith("finding.family_")
                if m.kind != "finding" or m.id not in findings or (m.about != "patient" and not family):
                    continue
                text = self.piece(statement, m.start, m.end)
                found[str(m.id)].append(Found(text, m.negated, statement.section))
        return found

    def of_finding(self, finding: str) -> Found | None:
        """What the case says of a finding of the base: by `language`, else by the words of its names."""
        found = self._by_finding.get(finding)
        if not found:
            return self.of_names(finding)
        said = [f for f in found if not f.denied and not self.says_diagnosis(f.text)]
        if said:
            return said[0]
        return next((f for f in found if f.denied), None)

    def of_names(self, finding: str) -> Found | None:
        """A piece of text in which the words of the finding's name, or of a clinical term for it, stand close together."""
        entry = self.understanding.base.findings[finding]
        for name in (entry.name, *entry.clinical):
            wanted = stems(name)
            if len(wanted) < 2:
                continue
            for text, denied, section, held in self._pieces:
                if wanted <= held and stand_together(wanted, text) and not self.says_diagnosis(text):
                    return Found(text, denied, section)
        return None

    def of_question(self, question: str) -> Found | None:
        """What shares the words of a question that names nothing of the base: most of them, in one piece of text."""
        wanted = stems(question)
        return self._holding(wanted, max(1, (len(wanted) * 2 + 2) // 3)) if wanted else None

    def _holding(self, wanted: frozenset[str], least: int) -> Found | None:
        best: tuple[int, int] | None = None
        chosen: Found | None = None
        for place, (text, denied, section, held) in enumerate(self._pieces):
            hits = len(wanted & held)
            if hits >= least and (best is None or (hits, -place) > best) and not self.says_diagnosis(text):
                best, chosen = (hits, -place), Found(text, denied, section)
        return chosen

    @cached_property
    def _pieces(self) -> tuple[tuple[str, bool, Section, frozenset[str]], ...]:
        """Every clause with whether it is denied, and its stems."""
        out = []
        for statement in self.all:
            denied = False
            for part in re.split(r"([,;:.]|\b(?:and|or|but)\b)", statement.text):
                if _TURN.search(part):
                    denied = False
                denied = denied or DENIED.search(part) is not None
                held = stems(part)
                if held:
                    out.append((part.strip(), denied, statement.section, held))
        return tuple(out)

    def parts(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """The clauses that a pattern fits."""
        found = []
        for statement in self.all:
            for part in re.split(r"[,;.]", statement.text):
                if pattern.search(part) and not self.says_diagnosis(part):
                    found.append(part.strip())
        return tuple(dict.fromkeys(found))

    @staticmethod
    def piece(statement: Statement, start: int, end: int) -> str:
        """The part of a sentence around a mention. A symptom of the list is said whole."""
        text = statement.text
        if statement.section == "symptom" and not _LISTED.search(text):
            return text
        left = max((m.end() for m in _BEFORE.finditer(text, 0, start)), default=0)
        right = _AFTER.search(text, end)
        return text[left : right.start() if right else len(text)].strip(" .,;:")
