"""Everyday words for what must not wait: black stools, bleeding in pregnancy, overdose, a wish to die, a red swollen leg."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., set[str]]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("my poo is black", {"black_stool"}),
        ("tarry stools", {"black_stool"}),
        ("I'm 8 weeks pregnant and bleeding", {"pregnancy", "vaginal_bleeding"}),
        ("I am pregnant and I'm bleeding", {"pregnancy", "vaginal_bleeding"}),
        ("bleeding from my vagina", {"vaginal_bleeding"}),
        ("my testicle suddenly hurts terribly", {"testicular_pain", "symptom_onset_sudden"}),
        ("I don't feel like living any more", {"suicidal_thoughts"}),
        ("I don't want to be alive", {"suicidal_thoughts"}),
        ("life isn't worth living", {"suicidal_thoughts"}),
        ("I took an overdose", {"overdose_taken"}),
        ("I took too many tablets", {"overdose_taken"}),
        ("I swallowed a whole bottle of pills", {"overdose_taken"}),
        ("I took all my tablets at once", {"overdose_taken"}),
        ("I took 40 paracetamol", {"overdose_taken"}),
        ("I've taken forty paracetamol tablets", {"overdose_taken"}),
        ("I've just taken about 30 pills", {"overdose_taken"}),
        ("my leg is red, hot and swollen", {"leg_swelling", "skin_redness", "skin_redness.warm"}),
        ("one leg is swollen", {"leg_swelling", "leg_swelling.one_sided"}),
        ("I coughed up blood", {"haemoptysis"}),
        ("I can't feel when I wipe", {"saddle_numbness"}),
        ("I can't pee", {"urinary_retention"}),
    ],
)
def test_what_must_not_wait_is_heard(read: Read, text: str, means: set[str]) -> None:
    assert {f"finding.{m}" for m in means} <= read(text)


@pytest.mark.parametrize(
    "text",
    [
        "I took two paracetamol",
        "I took paracetamol 500 mg",
        "I took 40 mg paracetamol",
        "I take 30 tablets a month",
        "I took 21 tablets over a week",
        "I took 28 amoxicillin capsules for two weeks",
        "I take all my tablets every day",
        "I took my tablets. 40 people were there",
    ],
)
def test_an_ordinary_intake_is_no_overdose(read: Read, text: str) -> None:
    assert not any("overdose" in m for m in read(text))


def test_whose_and_whether_stay_as_said(read: Read) -> None:
    assert "-finding.overdose_taken" in read("I have never taken an overdose")
    assert "finding.overdose_taken" not in read("my husband took 40 paracetamol")
    assert "finding.vaginal_bleeding" not in read("I'm pregnant and my gums are bleeding")
    assert "finding.vaginal_bleeding" not in read("I'm pregnant and not bleeding")
    assert "finding.chest_pain" not in read("my husband has chest pain")
