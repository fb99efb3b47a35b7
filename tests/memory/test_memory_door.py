"""What the room of memory shows to the others."""

from __future__ import annotations

import wardround.memory


def test_the_door_is_what_it_says() -> None:
    assert sorted(wardround.memory.__all__) == [
        "Answer", "Brief", "Conflict", "Context", "DECISIONS", "DEFAULT_BUDGET", "Decision", "Disclosed",
        "Disclosure", "Entry", "History", "Memory", "NEEDS", "Naming", "NotUnderstood", "Question",
        "Recalled", "Recollection", "RecordView", "RememberingError", "Response", "Statement", "Trend",
        "Views", "Vocabulary", "Withheld", "about_tokens", "brief_of", "conflict_for", "conflicts", "decision_of",
        "denies", "denies_all", "dictionary", "disclosed", "fact_from_json", "fact_to_json", "for_roles",
        "history_view", "is_current", "is_over", "known_on", "patient_bundle", "patient_from_json",
        "patient_to_json", "record_markdown", "record_view", "responses", "same_concept", "settlements",
        "source_words", "statements", "trends", "value_words",
    ]  # fmt: skip
    assert all(hasattr(wardround.memory, name) for name in wardround.memory.__all__)
