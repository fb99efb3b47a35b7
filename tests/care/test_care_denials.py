"""What a patient's words deny: an allergy, a drug, an illness; and what sounds like a denial and is none."""

from __future__ import annotations

from typing import Any

import pytest
from care_visits import clinic

from wardround.care import TOPICS

RECORD = "The record says that you {}. Is that right?"


def denied(answer: str, about: str | None = None, question: str = "How are you?") -> list[dict[str, Any]]:
    """What an answer denies."""
    asked = TOPICS.get(about or "", question)
    return list(clinic().understanding.of_answer(asked, about, answer)["denied"])


def kinds(entries: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Kind, and whether it is denied by name."""
    return [(e["kind"], bool(e["slugs"])) for e in entries]


@pytest.mark.parametrize(
    "answer",
    ["No.", "No, no allergies that I know of.", "I'm not allergic to anything.", "None.", "NKDA", "I don’t have any allergies."],
)  # fmt: skip
def test_no_allergies_at_all(answer: str) -> None:
    assert kinds(denied(answer, "allergies")) == [("allergy", False)]


@pytest.mark.parametrize(
    "answer", ["I'm not sure.", "I don't know.", "Yes, penicillin.", "Maybe, my skin itched once."]
)
def test_doubt_and_an_allergy_deny_nothing(answer: str) -> None:
    assert denied(answer, "allergies") == []


@pytest.mark.parametrize(
    "answer",
    [
        "No. By the way, I'm not allergic to penicillin.",
        "I was never allergic to penicillin.",
        "I'm not allergic to penicillin any more.",
    ],
)
def test_an_allergy_is_denied_by_name_whatever_was_asked(answer: str) -> None:
    (entry,) = denied(answer, "finding.cough")
    assert entry["kind"] == "allergy"
    assert "allergy.penicillins" in entry["slugs"]
    assert "penicillin" in answer[entry["start"] : entry["end"]]


@pytest.mark.parametrize(
    ("answer", "over"),
    [
        ("I don't take metformin any more.", True),
        ("I stopped metformin last month.", True),
        ("The hospital took me off metformin.", True),
        ("I used to take metformin.", True),
        ("I never took metformin.", False),
    ],
)
def test_a_drug_that_is_not_taken(answer: str, over: bool) -> None:
    (entry,) = denied(answer, "drugs")
    assert (entry["kind"], entry["slugs"], entry["over"]) == ("drug", ["drug.metformin"], over)


@pytest.mark.parametrize(
    "answer",
    [
        "I haven't taken my metformin today.",
        "I don't take metformin twice a day, only once.",
        "I can't take penicillin.",
        "I forgot my metformin yesterday.",
        "I take metformin.",
        "No.",
        "No, I have never had a cough.",
        "My mother never had asthma.",
        "I don't think I have diabetes.",
        "We don't have asthma in the family.",
    ],
)
def test_what_denies_nothing_that_a_record_holds(answer: str) -> None:
    assert denied(answer, "finding.cough") == []


@pytest.mark.parametrize(
    "answer", ["I never had asthma.", "No, I don't have asthma.", "I no longer have asthma."]
)
def test_an_illness_that_never_was_or_is_over(answer: str) -> None:
    (entry,) = denied(answer)
    assert entry["kind"] == "problem"
    assert "condition.asthma" in entry["slugs"]


@pytest.mark.parametrize(
    ("record", "answer", "kind", "slug"),
    [
        ("are allergic to penicillin", "No.", "allergy", "allergy.penicillins"),
        ("are allergic to penicillin", "No, that is wrong, I am not.", "allergy", "allergy.penicillins"),
        ("take lisinopril", "I don't take that any more.", "drug", "drug.lisinopril"),
        ("take lisinopril", "No, the hospital stopped it two weeks ago.", "drug", "drug.lisinopril"),
        ("have had asthma", "No, never.", "problem", "finding.asthma_history"),
    ],
)
def test_a_plain_no_denies_what_the_question_named(record: str, answer: str, kind: str, slug: str) -> None:
    (entry,) = denied(answer, None, RECORD.format(record))
    assert entry["kind"] == kind
    assert slug in entry["slugs"]


@pytest.mark.parametrize("answer", ["Yes, that's right.", "Yes.", "I think so.", "I'm not sure.", "I am."])
def test_a_yes_to_what_the_record_says_denies_nothing(answer: str) -> None:
    assert denied(answer, None, RECORD.format("are allergic to penicillin")) == []


@pytest.mark.parametrize(
    ("answer", "explained"),
    [
        ("I'm not allergic to penicillin.", False),
        ("I'm not allergic to penicillin, I never was.", False),
        ("I'm not allergic to penicillin, that was a mistake.", True),
        ("I'm not allergic to penicillin. The allergy clinic tested me.", True),
        ("I'm not allergic to penicillin. I don't take cetirizine any more, the hospital stopped it.", False),
    ],
)
def test_a_reason_counts_for_what_it_is_given_for(answer: str, explained: bool) -> None:
    first = next(e for e in denied(answer) if e["kind"] == "allergy")
    assert first["explained"] is explained


def test_one_allergy_denied_and_another_named_is_a_correction() -> None:
    said = clinic().understanding.of_answer("", None, "Not penicillin, it was aspirin that I am allergic to.")
    assert [e["slugs"] for e in said["denied"]] == [["allergy.penicillins", "class.penicillin"]]
    assert "drug.aspirin" in {a["drug"] for a in said["allergies"]}


@pytest.mark.parametrize(
    "answer", ["", "?" * 5_000, "no " * 3_000, "n't" * 2_000, "\x00 not allergic to \ud7ff", "no. " * 2_000]
)
def test_any_words_are_read(answer: str) -> None:
    assert isinstance(denied(answer, "allergies"), list)
