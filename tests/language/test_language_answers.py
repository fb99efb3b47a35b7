"""Short answers to what was just asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wardround.language import Reader
from wardround.language.answers import answer_in

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


@pytest.mark.parametrize("text", ["To be honest, I do.", "I must admit I have.", "I'd have to say it does.", "Hm, I'd say yes, I do.",
                                  "Now that you ask, yes.", "Funny you should ask. Yes.", "Let me tell you. Yes, I do. It rained.",
                                  "Too right, I do", "There is, actually.", "I can, as it happens", "Spot on.",
                                  "I'd be lying if I said no"])  # fmt: skip
def test_words_before_an_affirmation_do_not_hide_it(read: Read, text: str) -> None:
    assert read(text, COUGH) == {COUGH}


@pytest.mark.parametrize("text", ["Thankfully not.", "Fortunately, no.", "Definitely not", "Not in the slightest.", "Not as such.",
                                  "Not that we've noticed.", "Not so far as I can tell.", "Nothing of the sort.", "Not to my knowledge",
                                  "To be honest, I don't.", "There isn't, thank goodness.", "Let me think. No.", "God, no."])  # fmt: skip
def test_words_before_a_denial_do_not_hide_it(read: Read, text: str) -> None:
    assert read(text, COUGH) == {f"-{COUGH}"}


@pytest.mark.parametrize(
    "text", ["I have a cough", "I do have a cough", "I've got a cough", "I have been coughing"]
)
def test_another_symptom_named_instead_is_no_yes(read: Read, text: str) -> None:
    assert read(text, FEVER) == {COUGH}


def test_a_name_that_begins_with_no_is_no_answer(read: Read) -> None:
    assert read("No appetite, that's how I'd put it.", FEVER) == {"finding.poor_appetite"}


@pytest.mark.parametrize(
    "text",
    ["Fever? No.", "Fever? Not that I know of.", "Fever? God, no.", "Fever at night? No.", "Fever: no."],
)
def test_a_question_that_the_patient_answers_itself(read: Read, text: str) -> None:
    assert read(text) == {f"-{FEVER}"}


def test_a_question_with_a_negated_verb_is_a_statement(read: Read) -> None:
    assert "finding.poor_sleep" in read("Can't sleep? Yes, that's it.", "finding.poor_sleep")


@pytest.mark.parametrize("text", ["No fever that I know of.", "Fever? No.", "No fever."])
def test_a_denial_of_one_of_two_is_not_of_both(read: Read, text: str) -> None:
    assert read(text, FEVER, COUGH) == {f"-{FEVER}"}


def test_a_denial_of_the_whole_is_one_of_its_part(read: Read) -> None:
    assert read("No cough at all.", "finding.cough.productive", FEVER) == {
        f"-{COUGH}",
        "-finding.cough.productive",
    }


def test_an_example_among_other_sentences_is_still_one(read: Read) -> None:
    text = "It's more of a fuzzy feeling than a headache. The bus was late again."
    assert read(text, "finding.headache") == {"finding.headache ?"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Nobody has ever told me that I had liver disease.", "finding.liver_disease_history"),
        ("Nobody ever told us it was liver disease", "finding.liver_disease_history"),
        ("I can't remember ever having earache", "finding.ear_pain"),
        ("Nothing in the way of earache.", "finding.ear_pain"),
        ("I don't get bad headaches", "finding.headache"),
    ],
)
def test_roundabout_denials(read: Read, text: str, slug: str) -> None:
    assert read(text) == {f"-{slug}"}


def test_being_afraid_it_is_so_is_no_doubt(read: Read) -> None:
    assert read("I do have back pain, I'm afraid.") == {"finding.back_pain"}


def test_a_nurse_is_not_nursing(read: Read) -> None:
    assert not read("I work as a nurse.")
    assert read("I'm nursing.") == {"finding.breastfeeding"}


def test_whom_the_sentence_before_names_does_not_keep_a_relative_from_being_one(read: Read) -> None:
    assert "finding.diabetes_history" not in read("Let me tell you. Mum is diabetic.")


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Fortunately, no. I don't like to make a fuss.", True),
        ("I can't say I have, no. What does that mean?", True),
        ("Well, you know, doctor. Never, touch wood. I said so to the postman.", True),
        ("What was it you asked? To be honest, I didn't.", True),
        ("Oh dear. You've hit the nail on the head.", False),
        ("Let me tell you. They do, thank goodness.", False),
    ],
)
def test_idle_sentences_before_and_after_an_answer_do_not_hide_it(text: str, negated: bool) -> None:
    answer = answer_in(text)
    assert answer is not None
    assert answer.negated is negated


def test_a_later_sentence_about_something_else_is_no_answer() -> None:
    assert answer_in("It was raining on Sunday. I do my shopping then.") is None
