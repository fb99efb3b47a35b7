"""A patient who answers from an AgentClinic case's text, without a language model: only the piece that was asked for.

What the case denies, or does not mention, is denied. The diagnosis is never said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wardround.care import Understanding
from wardround.harness import Question
from wardround.simulation.agentclinic.reading import AgentClinicCase
from wardround.simulation.agentclinic.statements import DENIED, LEAD, Found, Statement, Statements
from wardround.simulation.standardised.asking import Asked, asking_of
from wardround.simulation.standardised.grammar import capital, lasting

SPEAKS_FROM: Final = 12.0
NOT_UNDERSTOOD: Final = "I'm sorry, I don't understand what you mean by that. Could you ask it another way?"
_YES_NO: Final = re.compile(
    r"^(?:and |so |but |or )?(?:do|does|did|have|has|had|are|is|was|were|can|could|any|ever|would)\b", re.I
)
_ALLERGY: Final = re.compile(r"allerg", re.I)
_TAKES: Final = re.compile(
    r"\b(?:medications?|medicines?|takes|taking|regimen|(?:treated|managed) with|prescribed|been on|treatment includes)\b",
    re.I,
)
_ILL: Final = re.compile(
    r"\b(?:medical history|(?<!-month )(?<!-year )(?<!-day )(?<!-week )history of|diagnosed)\b", re.I
)
_NO_ILLNESS: Final = re.compile(
    r"history of (?:smoking|travel|alcohol|substance|similar|trauma)|-(?:month|year|week|day)|year-long", re.I
)
_FAMILY: Final = re.compile(
    r"\bfamil(?:y|ial) history|runs in\b|\b(?:mother|father|brother|sister|uncle|aunt|grand\w+|cousin|parents?)\b.*"
    r"\b(?:(?:has|have|had)(?! noticed| brought)|died|suffers?|suffered|diagnosed|similar|with)\b",
    re.I,
)
_PARTS: Final = {
    "obstetric": re.compile(r"\b(?:gravida|para|menarche|menses|menstrual|pregnan\w+|deliver(?:y|ies)|births?)\b", re.I),
    "living": re.compile(r"\b(?:lives?|living|married|single|partner|wife|husband|roommate)\b", re.I),
    "work": re.compile(r"\b(?:works?|employed|job|occupation|retired|student|teacher|attends|by profession|engineer)\b", re.I),
}  # fmt: skip
_NOTHING: Final = re.compile(
    r"^(?:(?:the )?patient )?(?:no\b|none|not\b|n/a|unremarkable|unknown|information not|denies|does not report|newborn, no|non-)",
    re.I,
)
_MOST_SENTENCES: Final = 3
_TIME_ELSEWHERE: Final = re.compile(r"diagnosed|medical history|treated (?:for|with)|years? ago|smok", re.I)
_LONG: Final = re.compile(r"\b(year|month|week|day)-long\b", re.I)
_DAYS: Final = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.44, "a": 365.25}
_SAID_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_FIRST_PERSON: Final = (
    (re.compile(r"\b(?:the patient|he|she) has\b", re.I), "I have"),
    (re.compile(r"\b(?:the patient|he|she) is\b", re.I), "I am"),
    (re.compile(r"\b(?:the patient|he|she) does\b", re.I), "I do"),
    (re.compile(r"\b(?:the patient's|his|her)\b", re.I), "my"),
    (re.compile(r"\b(?:the patient|he|she)\b", re.I), "I"),
    (re.compile(r"\b(?:himself|herself)\b", re.I), "myself"),
    (re.compile(r"\bhim\b", re.I), "me"),
)


@dataclass(frozen=True)
class AgentClinicPatient:
    """Answers from one case. The same question gives the same words."""

    case: AgentClinicCase
    understanding: Understanding

    async def reply(self, question: Question) -> str:
        """The words that come back."""
        asked = asking_of(self.understanding).about(question.text)
        said = self._answer(asked, question.text)
        return self._unknown if self.statements.says_diagnosis(said) else said

    @cached_property
    def statements(self) -> Statements:
        """The case's text, by what it is about."""
        return Statements(self.case, self.understanding)

    @property
    def _speaks(self) -> bool:
        return self.case.age is None or self.case.age >= SPEAKS_FROM

    @property
    def _unknown(self) -> str:
        return "I don't know what it is, I was hoping that you could tell me."

    def _answer(self, asked: Asked, question: str) -> str:
        findings = [a for a in asked.about if a in self.understanding.base.findings]
        if len(findings) > 1:
            return " ".join(self._named(f) for f in findings)
        if findings:
            return self._of_finding(findings[0], question)
        topic = next(iter(asked.about), None)
        if topic == "onset":
            return self._onset(asked)
        if topic == "complaint":
            return capital(self.case.complaint)
        if topic == "open":
            return "No, I think that's everything."
        if topic is not None:
            return self._topic(topic)
        return self._in_its_words(question)

    def _of_finding(self, finding: str, question: str) -> str:
        if self.understanding.base.findings[finding].answer == "quantity":
            return "I couldn't put a number on it."
        found = self.statements.of_finding(finding)
        if found is None:
            found = self.statements.of_question(question) if not self._is_own(question) else None
        if found is None or found.denied:
            return "No, not that I've noticed." if self._speaks else "No, not that we've noticed."
        return self._said(found)

    def _named(self, finding: str) -> str:
        """One of several answers in one breath: it names what it is about."""
        found, name = self.statements.of_finding(finding), self.understanding.base.findings[finding].name
        return f"{capital(name)}? No." if found is None or found.denied else self._said(found)

    def _is_own(self, question: str) -> bool:
        """Whether it is the base's own question: its many examples are no words to search by."""
        base = self.understanding.base
        return any(question.strip() == f.ask.strip() for f in base.findings.values())

    def _in_its_words(self, question: str) -> str:
        found = self.statements.of_question(question)
        if found is not None:
            return "No." if found.denied else self._said(found)
        if _YES_NO.match(question.strip()):
            return "No, not that I know of."
        return NOT_UNDERSTOOD

    def _said(self, found: Found) -> str:
        text = self._as_said(found.text)
        return f"Yes. {capital(text.rstrip('.'))}."

    def _as_said(self, text: str) -> str:
        """In the first person, where the patient speaks; without `the patient reports`."""
        text = LEAD.sub("", text)
        if not self._speaks:
            return text
        for pattern, said in _FIRST_PERSON:
            text = pattern.sub(said, text)
        return text

    def _topic(self, topic: str) -> str:
        said = [
            self._as_said(text) for text in self._about(topic) if not self.statements.says_diagnosis(text)
        ]
        if not said:
            return "No, nothing that I know of." if self._speaks else "No, nothing that we know of."
        return " ".join(f"{capital(text.rstrip('.'))}." for text in dict.fromkeys(said))

    def _about(self, topic: str) -> tuple[str, ...]:
        """The sentences or clauses that a topic is about; none that only says that there is nothing."""
        if topic in _PARTS:
            return self.statements.parts(_PARTS[topic])[:_MOST_SENTENCES]
        chosen: Callable[[Statement], bool] = {
            "drugs": self._is_of_drugs,
            "problems": self._is_of_illness,
            "family": self._is_of_family,
        }.get(topic, self._is_of_allergy)
        found = [s for s in self.statements.all if not _NOTHING.match(s.text) and chosen(s)]
        listed = [s.text for s in found if s.section == topic]  # a list of medicines is said whole
        return (*listed, *[s.text for s in found if s.section != topic][:_MOST_SENTENCES])

    @staticmethod
    def _is_of_allergy(statement: Statement) -> bool:
        return _ALLERGY.search(statement.text) is not None and DENIED.search(statement.text) is None

    @staticmethod
    def _is_of_drugs(statement: Statement) -> bool:
        """What is taken; not what is denied."""
        if statement.section == "drugs":
            return True
        if statement.section == "symptom" or DENIED.search(statement.text):
            return False
        taken = any(m.kind == "drug" and not m.negated and m.about == "patient" for m in statement.mentions)
        return taken or _TAKES.search(statement.text) is not None

    @staticmethod
    def _is_of_illness(statement: Statement) -> bool:
        if statement.section == "past":
            return True
        told = statement.section == "history" and _ILL.search(statement.text) is not None
        return told and _NO_ILLNESS.search(statement.text) is None

    @staticmethod
    def _is_of_family(statement: Statement) -> bool:
        if statement.section == "family":
            return True
        return _FAMILY.search(statement.text) is not None and DENIED.search(statement.text) is None

    def _onset(self, asked: Asked) -> str:
        """How long it has been, as the text says: of what was asked, else of what the history says first."""
        told = [s for s in self.statements.all if s.section in ("history", "symptom")]
        told.sort(key=lambda s: (s.section == "symptom", _TIME_ELSEWHERE.search(s.text) is not None))
        asked_of = [s for s in told if any(m.id in asked.of for m in s.mentions)]
        for statement in (*asked_of, *told):
            days = _days_in(statement)
            if days is not None:
                return _since(days)
        return "I couldn't tell you when it began."


def _days_in(statement: Statement) -> float | None:
    """The first time in a statement, in days."""
    for m in statement.mentions:
        if m.kind in ("duration", "onset") and m.value is not None and m.value.unit in _DAYS:
            return m.value.value * _DAYS[m.value.unit]
    found = _LONG.search(statement.text)
    return _SAID_DAYS[found[1].lower()] if found else None


def _since(days: float) -> str:
    if days >= 1:
        return f"For {lasting(round(days))}."
    hours = round(days * 24)
    return f"For about {hours} hours." if hours > 1 else "For an hour." if hours else "For less than an hour."
