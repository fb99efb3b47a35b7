"""Which phrases are found: wording, order, spelling, inflection, fillers, children, kinds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wardround.knowledge import load
from wardround.language import Lexicon, Reader
from wardround.language.phrases import phrase_of

Read = Callable[..., set[str]]


@pytest.mark.parametrize(
    "text",
    [
        "chest pain",
        "CHEST PAIN",
        "pain in my chest",
        "pain in my left chest",
        "I have this really terrible pain in my chest",
        "my chest really hurts",
        "my chest has been hurting",
        "it hurts in my chest",
        "my chest is so sore",
    ],
)
def test_one_complaint_in_many_wordings(read: Read, text: str) -> None:
    assert read(text) == {"finding.chest_pain"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("diarrhea", "finding.diarrhoea"),
        ("diarrhoea", "finding.diarrhoea"),
        ("I've been coughing", "finding.cough"),
        ("headaches", "finding.headache"),
        ("I vomited twice", "finding.vomiting"),
        ("I puked", "finding.vomiting"),
        ("nauseous", "finding.nausea"),
        ("hemoptysis", "finding.haemoptysis"),
        ("my ankles are swollen", "finding.leg_swelling"),
        ("swelling in both ankles", "finding.leg_swelling"),
        ("my elbow has been hurting", "finding.joint_pain"),
        ("pain on the outside of my right elbow", "finding.joint_pain"),
    ],
)
def test_spelling_plural_inflection_and_order(read: Read, text: str, slug: str) -> None:
    assert slug in read(text)


@pytest.mark.parametrize(
    "text", ["can't breathe", "cannot really breathe", "couldn't breathe", "unable to breathe", "trouble breathing",
             "difficulty breathing", "issues breathing", "cant breathe"]
)  # fmt: skip
def test_not_being_able_is_a_finding_not_a_negation(read: Read, text: str) -> None:
    assert read(f"I {text}") & {"finding.breathlessness"}
    assert not any(m.startswith("-") for m in read(f"I {text}"))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("no appetite", "finding.poor_appetite"),
        ("I don't have any appetite", "finding.poor_appetite"),
        ("I haven't been eating", "finding.poor_appetite"),
        ("I can't sleep", "finding.poor_sleep"),
        ("no energy", "finding.fatigue"),
    ],
)
def test_a_lack_is_a_finding(read: Read, text: str, slug: str) -> None:
    assert read(text) == {slug}


def test_a_child_and_its_parent_are_both_said(read: Read) -> None:
    assert read("chest pain going into my left arm") == {
        "finding.chest_pain",
        "finding.chest_pain.radiation_arm_jaw",
    }


def test_a_child_implies_its_parent_at_the_same_words(reader: Reader) -> None:
    mentions = {m.id: m for m in reader.read("a crushing pain in my chest, like an elephant on my chest")}
    child, parent = mentions["finding.chest_pain.crushing"], mentions["finding.chest_pain"]
    assert (child.negated, parent.negated) == (False, False)
    thunder = {m.id: (m.start, m.end) for m in reader.read("a thunderclap headache")}
    assert thunder["finding.headache"] == thunder["finding.headache.thunderclap"]


def test_a_negated_child_says_nothing_of_its_parent(read: Read) -> None:
    assert read("no thunderclap headache") == {"-finding.headache.thunderclap"}


def test_a_child_that_names_nothing_of_its_parent_needs_it_beside(read: Read) -> None:
    assert read("it goes away when I rest") == set()
    assert "finding.chest_pain.exertional" in read("the chest pain goes away when I rest")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("heart attack", "condition.acute_coronary_syndrome"),
        ("I take metformin", "drug.metformin"),
        ("I'm on lisinopril", "drug.lisinopril"),
        ("Tylenol", "drug.paracetamol"),
        ("an ECG", "test.ecg"),
        ("COVID", "condition.covid_19"),
    ],
)
def test_other_kinds(read: Read, text: str, slug: str) -> None:
    assert slug in read(text)


def test_allergy_makes_an_allergen_of_a_drug(reader: Reader) -> None:
    kinds = {m.id: m.kind for m in reader.read("I'm allergic to penicillin, and I take amlodipine")}
    assert kinds["allergy.penicillins"] == "allergen"
    assert kinds["drug.amlodipine"] == "drug"
    assert {m.kind for m in reader.read("I was given penicillin")} == {"drug_class"}


def test_allergies_go_on_in_the_next_sentence(reader: Reader) -> None:
    allergens = {
        m.id
        for m in reader.read("Allergic to penicillin. Also ibuprofen. I take aspirin.")
        if m.kind == "allergen"
    }
    assert allergens >= {"allergy.penicillins", "drug.ibuprofen"}
    assert "drug.aspirin" not in allergens


def test_an_allergy_denied_is_negated(read: Read) -> None:
    assert "-allergy.penicillins" in read("I'm not allergic to penicillin")


@pytest.mark.parametrize(
    "text",
    ["", "it's cold outside", "I went back home", "we were out running", "I'm sick of waiting", "hello doctor",
     "I mean, it is what it is, like that", "may I sit down", "I have to go now"],
)  # fmt: skip
def test_everyday_words_are_no_findings(read: Read, text: str) -> None:
    assert read(text) == set()


def test_a_short_name_that_is_also_a_word_counts_in_capitals_only(read: Read) -> None:
    phrase = phrase_of("PE", "condition.pulmonary_embolism")
    assert phrase is not None
    assert phrase.capitals
    assert "condition.pulmonary_embolism" in read("query PE") or "condition.pulmonary_embolism ?" in read(
        "query PE"
    )
    assert read("we had pe at school") == set()


def test_a_cold_needs_its_article(read: Read) -> None:
    assert "condition.common_cold" in read("I have a cold")
    assert read("cold water") == set()


def test_a_phrase_does_not_cross_a_sentence(read: Read) -> None:
    assert "finding.chest_pain" not in read("I have pain. Chest is fine.")


def test_the_lexicon_is_built_once_for_a_version() -> None:
    assert Lexicon.build(load()) is Lexicon.build(load())


def test_reading_is_remembered(reader: Reader) -> None:
    assert reader.read("my chest hurts") is reader.read("my chest hurts")
    assert reader.read("yes", ("finding.cough",)) != reader.read("yes", ("finding.fever",))
