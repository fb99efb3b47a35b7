"""Who answers: a simulated patient from its case, or a script. Both give words, and the same words for the same request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wardround.care import TOPICS, Understanding
from wardround.harness import Question, seed_of
from wardround.simulation.case import Case
from wardround.simulation.standardised.asking import asking_of

NOT_UNDERSTOOD = "I'm sorry, I don't understand what you mean by that. Could you ask it another way?"


@dataclass(frozen=True)
class SimulatedPatient:
    """Answers what is asked, from the case, in the knowledge base's lay words. It volunteers nothing.

    It has no personality and knows everything of the case, rightly: for one that speaks as people do, take
    `StandardisedPatient`.
    """

    case: Case
    understanding: Understanding

    async def reply(self, question: Question) -> str:
        """The words that come back."""
        asked = asking_of(self.understanding).about(question.text)
        about = next(iter(asked.of or asked.about), None)
        if about in TOPICS:
            return self._about(str(about))
        if about is None or about not in self.understanding.base.findings:
            return NOT_UNDERSTOOD
        return self._answer(about, question.text)

    def _about(self, topic: str) -> str:
        if topic == "allergies":
            return self._listed("I'm allergic to", self.case.allergies) or "No, no allergies that I know of."
        if topic == "drugs":
            return self._listed("I take", self.case.drugs) or "No, I don't take anything at the moment."
        if topic == "problems":
            return (
                self._listed("I've been told I have", self.case.problems) or "No, I've been healthy so far."
            )
        return "No, I think that's everything."

    def _listed(self, lead: str, texts: Sequence[str]) -> str:
        return f"{lead} {', '.join(dict.fromkeys(texts))}." if texts else ""

    def _answer(self, finding: str, text: str) -> str:
        entry, value = self.understanding.base.findings[finding], self.case.findings.get(finding, False)
        phrases = entry.answers.yes if value is not False else entry.answers.no
        phrase = phrases[seed_of(self.case.seed, text) % len(phrases)]
        if isinstance(value, float) and not isinstance(value, bool):
            return phrase.replace("{value}", f"{value:g}") if "{value}" in phrase else f"It was {value:g}."
        return phrase


class ScriptError(ValueError):
    """A script that cannot be played. The message names file, line and fix."""


@dataclass(frozen=True, slots=True)
class ScriptedPatient:
    """Answers from a script: lines in order; a line `/pattern/ answer` answers every question that the pattern fits.

    Lines that begin with # are comments. When the script has run out it has nothing to add.
    """

    answers: tuple[str, ...]
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    @classmethod
    def read(cls, path: Path) -> ScriptedPatient:
        """Read a script. Raises ScriptError that names the line."""
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ScriptError(f"script {path}: cannot be read ({error}): give a UTF-8 text file.") from error
        answers, patterns = [], []
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            found = re.fullmatch(r"/(.+?)/\s*(.+)", line)
            if found is None and line.startswith("/"):
                raise ScriptError(f"script {path}, line {number}: write `/pattern/ answer`, with both.")
            if found is None:
                answers.append(line)
                continue
            try:
                patterns.append((re.compile(found[1], re.I), found[2]))
            except re.error as error:
                raise ScriptError(
                    f"script {path}, line {number}: the pattern is broken ({error}): mend it."
                ) from error
        return cls(tuple(answers), tuple(patterns))

    async def reply(self, question: Question) -> str:
        """The next line, or what the first fitting pattern answers."""
        for pattern, answer in self.patterns:
            if pattern.search(question.text):
                return answer
        spoken = sum(
            1 for asked, _ in question.transcript if not any(p.search(asked) for p, _ in self.patterns)
        )
        return self.answers[spoken] if spoken < len(self.answers) else "I have nothing to add."
