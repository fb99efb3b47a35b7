"""Exact questions to one patient's record, by structure and in English. docs/record-questions.md says what each means."""

from wardround.memory.asking.answering import answer, ask, ask_english
from wardround.memory.asking.english import read_question
from wardround.memory.asking.entries import Entries
from wardround.memory.asking.lexicon import Lexicon
from wardround.memory.asking.question import Answer, Question, Thing

__all__ = [
    "Answer",
    "Entries",
    "Lexicon",
    "Question",
    "Thing",
    "answer",
    "ask",
    "ask_english",
    "read_question",
]
