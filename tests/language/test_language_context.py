"""How a mention is meant: negation, doubt, past, and whom it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., set[str]]
FEVER, COUGH, RASH, HEADACHE = "finding.fever", "finding.cough", "finding.rash", "finding.headache"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no fever", {f"-{FEVER}"}),
        ("denies fever or cough", {f"-{FEVER}", f"-{COUGH}"}),
        ("without a rash", {f"-{RASH}"}),
        ("I haven't had any fever", {f"-{FEVER}"}),
        ("I did not have any cough at all", {f"-{COUGH}"}),
        ("no fever, cough or rash", {f"-{FEVER}", f"-{COUGH}", f"-{RASH}"}),
        ("no fever but a cough", {f"-{FEVER}", COUGH}),
        ("no fever, however there is a cough", {f"-{FEVER}", COUGH}),
        ("no fever. Cough since Monday", {f"-{FEVER}", COUGH}),
        ("no fever and I do have a cough", {f"-{FEVER}", COUGH}),
        ("no fever, I have a cough", {f"-{FEVER}", COUGH}),
        ("No, I have a headache", {HEADACHE}),
        ("No. Headache", {HEADACHE}),
        ("nothing apart from a cough, no fever", {COUGH, f"-{FEVER}"}),
        ("fever: no", {f"-{FEVER}"}),
        ("Fever? No.", {f"-{FEVER}"}),
        ("a cough but no fever", {COUGH, f"-{FEVER}"}),
        ("never had a rash", {f"-{RASH}"}),
    ],
)
def test_negation_and_where_it_ends(read: Read, text: str, expected: set[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("no change in my cough", COUGH),
        ("not only the fever", FEVER),
        ("the cough won't go away, it has not gone away", COUGH),
        ("the headache is not getting better", HEADACHE),
        ("I've never had headaches like this before", HEADACHE),
        ("I can't stop coughing", COUGH),
    ],
)
def test_what_only_looks_like_negation(read: Read, text: str, slug: str) -> None:
    assert slug in read(text)


@pytest.mark.parametrize(
    "text",
    ["maybe a fever", "I might have a fever", "I think I have a fever", "I'm not sure if I have a fever",
     "a fever, I think", "could it be a fever?", "I guess it's a fever", "possible fever"],
)  # fmt: skip
def test_doubt(read: Read, text: str) -> None:
    assert read(text) == {f"{FEVER} ?"}


def test_doubt_ends_with_its_clause(read: Read) -> None:
    assert read("I think I had a fever, but I do have a cough") == {f"{FEVER} ?", COUGH}
    assert read("Maybe a fever. A cough too.") == {f"{FEVER} ?", COUGH}


def test_doubted_negation(read: Read) -> None:
    assert read("I don't think I have a fever") == {f"-{FEVER} ?"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("I used to smoke", "finding.smoker"),
        ("I had a stroke five years ago", "finding.stroke_history"),
        ("I had pneumonia in 2019", "condition.community_acquired_pneumonia"),
        ("chest pain in the past", "finding.chest_pain"),
        ("I had headaches when I was a kid", HEADACHE),
    ],
)
def test_past(read: Read, text: str, slug: str) -> None:
    assert f"{slug} past" in read(text)


@pytest.mark.parametrize("text", ["the cough started three weeks ago", "I've had a cough since 2019", "a cough for 3 weeks",
                                  "I had a cough this morning"])  # fmt: skip
def test_what_began_then_is_not_over(read: Read, text: str) -> None:
    assert COUGH in read(text)


def test_a_relative_is_not_the_patient(read: Read) -> None:
    found = read("My mother had diabetes and I have asthma")
    assert "finding.diabetes_history family" in found
    assert "finding.family_diabetes" in found
    assert "condition.asthma" in found
    assert "finding.diabetes_history" not in found


@pytest.mark.parametrize("text", ["diabetes runs in my family", "there is diabetes in my family", "dad is a diabetic",
                                  "diabetes on my mother's side"])  # fmt: skip
def test_family_history_in_other_words(read: Read, text: str) -> None:
    assert "finding.family_diabetes" in read(text)


def test_the_relative_who_goes_on_in_the_next_sentence(read: Read) -> None:
    assert f"{COUGH} family" in read("My sister is ill. She has a cough.")
    assert COUGH in read("My sister is ill. I have a cough.")


def test_what_a_relative_says_is_about_the_patient(read: Read) -> None:
    assert FEVER in read("My mum said I have a fever")
    assert COUGH in read("I live with my mother and I have a cough")


def test_others_and_the_sick_contact(read: Read) -> None:
    assert read("my husband has a cough") == {f"{COUGH} other", "finding.sick_contact"}
    assert read("my husband has no cough") == {f"-{COUGH} other"}
    assert not any(m.endswith("family") for m in read("my friend's mother had a stroke"))


def test_a_parent_who_speaks_for_a_child(read: Read) -> None:
    assert read("I'm coming in with my son, he has a fever") == {FEVER}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't move my left arm", {"finding.arm_weakness"}),
        ("my arm is not moving", {"finding.arm_weakness"}),
        ("I can't feel my legs", {"finding.numbness"}),
        ("no, I can move my arms fine", set()),
        ("I don't feel any pain in my calf", {"-finding.calf_pain"}),
        ("could not sleep", {"finding.poor_sleep"}),
        ("I was never told I had diabetes", {"-finding.diabetes_history"}),
        ("I might be pregnant", {"finding.pregnancy ?"}),
        ("If I climb the stairs I get chest pain", {"finding.chest_pain"}),
    ],
)
def test_being_unable_and_not_having_are_told_apart(read: Read, text: str, expected: set[str]) -> None:
    assert read(text) == expected
