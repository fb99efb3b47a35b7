"""Short answers to what was just asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wardround.language import Reader

Read = Callable[..., set[str]]
COUGH, FEVER = "finding.cough", "finding.fever"


@pytest.mark.parametrize("text", ["yes", "Yeah.", "yep", "I do", "Um, a little bit, yeah", "Oh yes, definitely", "sometimes", "mhm",
                                  "Uh-huh", "every day", "yes yes", "It does", "That's right"])  # fmt: skip
def test_yes(read: Read, text: str) -> None:
    assert read(text, COUGH) == {COUGH}


@pytest.mark.parametrize("text", ["no", "No.", "nope", "no, not really", "Uh, not that I've noticed, no", "never", "not at all",
                                  "I don't", "No I haven't", "nothing like that", "I do not, no", "Yeah, no",
                                  "I haven't noticed anything"])  # fmt: skip
def test_no(read: Read, text: str) -> None:
    assert read(text, COUGH) == {f"-{COUGH}"}


@pytest.mark.parametrize("text", ["I think so", "maybe", "not sure", "I don't know", "perhaps", "I guess so", "kind of", "might be",
                                  "yeah, I think so", "hard to say"])  # fmt: skip
def test_doubt(read: Read, text: str) -> None:
    assert read(text, COUGH) == {f"{COUGH} ?"}


def test_a_doubted_no(read: Read) -> None:
    assert read("I don't think so", COUGH) == {f"-{COUGH} ?"}


def test_a_no_that_turns(read: Read) -> None:
    assert read("No. Well, when it's cold, yeah", COUGH) == {f"{COUGH} ?"}


def test_no_to_all_that_was_asked(read: Read) -> None:
    assert read("No", COUGH, FEVER) == {f"-{COUGH}", f"-{FEVER}"}


def test_yes_to_several_is_not_sure_which(read: Read) -> None:
    assert read("Yes", COUGH, FEVER) == {f"{COUGH} ?", f"{FEVER} ?"}
    assert read("both", COUGH, FEVER) == read("Yes, both", COUGH, FEVER) == {COUGH, FEVER}


def test_what_is_named_outright_counts_before_the_bare_answer(read: Read) -> None:
    assert read("No fever", FEVER) == {f"-{FEVER}"}
    assert read("No, just a cough", COUGH, FEVER) == {COUGH, f"-{FEVER}"}
    assert read("Yeah, a cough", COUGH, FEVER) == {COUGH}


def test_a_relatives_illness_does_not_answer_for_the_patient(read: Read) -> None:
    assert f"-{COUGH}" in read("No. My mother has a cough.", COUGH)


def test_a_duration_answers(reader: Reader) -> None:
    mentions = {m.id: m for m in reader.read("for three days", (COUGH,))}
    value = mentions[COUGH].value
    assert value is not None
    assert (value.value, value.unit) == (3, "d")
    assert reader.read("yes, for three days", (COUGH,))[0].id == COUGH


@pytest.mark.parametrize(
    ("text", "slug", "value", "unit"),
    [
        ("about 38.5", "finding.temperature", 38.5, "Cel"),
        ("101", "finding.temperature", 101, "[degF]"),
        ("seven", "finding.pain_score", 7, "{score}"),
        ("I'd say an 8", "finding.pain_score", 8, "{score}"),
        ("around 90", "finding.heart_rate", 90, "/min"),
        ("80 kg", "finding.weight", 80, "kg"),
    ],
)
def test_a_number_answers(reader: Reader, text: str, slug: str, value: float, unit: str) -> None:
    [mention] = [m for m in reader.read(text, (slug,)) if m.id == slug]
    assert mention.value is not None
    assert (mention.value.value, mention.value.unit) == (value, unit)


def test_an_answer_without_a_question_says_nothing(read: Read) -> None:
    assert read("yes") == read("no, not really") == set()


def test_ids_that_the_base_does_not_hold_are_passed_over(read: Read) -> None:
    assert read("no", "finding.no_such_thing") == set()


def test_yes_to_a_child_implies_the_parent(read: Read) -> None:
    assert read("yes", "finding.chest_pain.pleuritic") == {
        "finding.chest_pain.pleuritic",
        "finding.chest_pain",
    }
