"""Patient memory: facts with when they were true, when they were learnt, and from where. Nothing overwrites."""

from wardround.memory.asking import Answer, Question
from wardround.memory.brief import Brief, brief_of
from wardround.memory.codec import fact_from_json, fact_to_json, patient_from_json, patient_to_json
from wardround.memory.conflicts import (
    DECISIONS,
    Conflict,
    Decision,
    conflicts,
    decision_of,
    denies,
    denies_all,
)
from wardround.memory.context import DEFAULT_BUDGET, Context, about_tokens
from wardround.memory.disclosure import (
    NEEDS,
    Disclosed,
    Disclosure,
    Withheld,
    conflict_for,
    disclosed,
    for_roles,
)
from wardround.memory.errors import NotUnderstood, RememberingError
from wardround.memory.exporting import patient_bundle
from wardround.memory.markdown import record_markdown
from wardround.memory.memory import Memory
from wardround.memory.reading import Views
from wardround.memory.recall import Recollection
from wardround.memory.recall_score import Recalled
from wardround.memory.settling import settlements
from wardround.memory.timeline import Naming, Statement, is_over, known_on, same_concept, statements
from wardround.memory.views import (
    Entry,
    History,
    RecordView,
    Response,
    Trend,
    history_view,
    record_view,
    responses,
    trends,
)
from wardround.memory.views.entries import is_current, source_words, value_words
from wardround.memory.vocabulary import Vocabulary, dictionary

__all__ = [
    "DECISIONS",
    "DEFAULT_BUDGET",
    "NEEDS",
    "Answer",
    "Brief",
    "Conflict",
    "Context",
    "Decision",
    "Disclosed",
    "Disclosure",
    "Entry",
    "History",
    "Memory",
    "Naming",
    "NotUnderstood",
    "Question",
    "Recalled",
    "Recollection",
    "RecordView",
    "RememberingError",
    "Response",
    "Statement",
    "Trend",
    "Views",
    "Vocabulary",
    "Withheld",
    "about_tokens",
    "brief_of",
    "conflict_for",
    "conflicts",
    "decision_of",
    "denies",
    "denies_all",
    "dictionary",
    "disclosed",
    "fact_from_json",
    "fact_to_json",
    "for_roles",
    "history_view",
    "is_current",
    "is_over",
    "known_on",
    "patient_bundle",
    "patient_from_json",
    "patient_to_json",
    "record_markdown",
    "record_view",
    "responses",
    "same_concept",
    "settlements",
    "source_words",
    "statements",
    "trends",
    "value_words",
]
