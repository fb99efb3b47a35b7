"""A question answered from one patient's facts: a table of questions, each a function of a screen or less.

Pure and exact: nothing is estimated, no unit mixed, and every answer names the facts that it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from wardround.clinical import Fact, Patient
from wardround.memory.asking.denials import about_allergies
from wardround.memory.asking.english import read_question
from wardround.memory.asking.entries import Entries
from wardround.memory.asking.lexicon import Lexicon
from wardround.memory.asking.occurrences import OCCURRENCES
from wardround.memory.asking.pairs import PAIRS
from wardround.memory.asking.periods import PERIODS
from wardround.memory.asking.person import PERSON, birth_day
from wardround.memory.asking.question import Answer, Question
from wardround.memory.asking.values import VALUES, Asked

TABLE: dict[str, Asked] = {**VALUES, **OCCURRENCES, **PAIRS, **PERIODS, **PERSON}


_ABSENT = "The record has nothing of the kind by this name: {}."


def answer(
    facts: Sequence[Fact] | Entries, question: Question, *, patient: Patient | None, on: date
) -> Answer:
    """The answer as of a day. `facts` are all of the patient's, in the order of writing, superseded ones as well; or
    the Entries made of them, where more than one question is asked."""
    entries = facts if isinstance(facts, Entries) else Entries.of(facts, patient=patient, on=on)
    known = entries.known(question.known)
    found = TABLE[question.ask](known, question)
    if question.kind == "allergy":
        return about_allergies(known, question, found)
    if not found.note and question.thing.named and not known.meant(question.thing):
        return replace(found, note=_ABSENT.format(question.words or " ".join(question.concept or ())))
    return found


def ask(names: Lexicon, question: Question | str) -> Answer:
    """The answer to a question, or to a sentence, about the patient whose names these are."""
    entries = names.entries
    if isinstance(question, str):
        question = read_question(question, names, on=entries.on, born=birth_day(entries.patient))
    return answer(entries, question, patient=entries.patient, on=entries.on)


def ask_english(sentence: str, facts: Sequence[Fact], *, patient: Patient | None, on: date) -> Answer:
    """The answer to a sentence. Raises NotUnderstood that names what was not understood."""
    return ask(Lexicon(Entries.of(facts, patient=patient, on=on)), sentence)
