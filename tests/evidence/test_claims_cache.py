"""The cache of verdicts: what says the same is found, what differs in one thing that matters is not."""

from collections.abc import Callable

import pytest

from wardround.evaluation.claims_cache import adversarial, equal, try_pairs
from wardround.evidence import Cached, Library, Verdict, VerdictCache, Verifier, builtin_passages
from wardround.knowledge import load

BASE = load()
SAID = "In adults, take amoxicillin 500 mg three times a day for pneumonia."
KEPT = Cached(Verdict.SUPPORTED, "passage", "because")


def cache() -> VerdictCache:
    return Verifier(BASE).new_cache()


def level(other: str, one: str = SAID) -> str | None:
    kept = cache()
    kept.put(one, "v1", KEPT)
    hit = kept.get(other, "v1")
    return hit.level if hit is not None else None


def test_the_same_words_are_found_exactly() -> None:
    assert level(f"  {SAID} ") == "exact"


@pytest.mark.parametrize(
    "other",
    [
        "Take amoxicillin 500 mg three times a day for pneumonia in adults",
        "In adults, take amoxicillin 0.5 g every 8 hours for pneumonia.",
        "In adults, take amoxycillin 500 mg three times a day for the pneumonia.",
    ],
)
def test_the_same_meaning_is_found(other: str) -> None:
    assert level(other) == "meaning"


@pytest.mark.parametrize(
    "other",
    [
        "In adults, take amoxicillin 5 mg three times a day for pneumonia.",
        "In adults, take amoxicillin 500 micrograms three times a day for pneumonia.",
        "In adults, take amoxicillin 500 mg twice a day for pneumonia.",
        "In adults, do not take amoxicillin 500 mg three times a day for pneumonia.",
        "In adults, take cefalexin 500 mg three times a day for pneumonia.",
        "In children, take amoxicillin 500 mg three times a day for pneumonia.",
        "In adults, take amoxicillin 500 mg three times a day for otitis.",
        "In adults, take amoxicillin 500 mg three times a day by injection for pneumonia.",
        "In adults, take up to amoxicillin 500 mg three times a day for pneumonia.",
        "In older adults, take amoxicillin 500 mg three times a day for pneumonia.",
    ],
)
def test_what_differs_is_a_miss(other: str) -> None:
    assert level(other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reduce bisoprolol by 5 mg", "Reduce bisoprolol to 5 mg"),
        ("Switch from warfarin to apixaban", "Switch from apixaban to warfarin"),
        ("Give ramipril before amlodipine", "Give amlodipine before ramipril"),
        ("Ramipril increases potassium", "Ramipril decreases potassium"),
        ("Stop metformin in kidney failure", "Avoid metformin in kidney failure"),
        ("Migraine with aura is a risk", "Migraine without aura is a risk"),
        ("The limit is < 5 mg of ramipril", "The limit is > 5 mg of ramipril"),
    ],
)
def test_small_words_and_order_count(one: str, other: str) -> None:
    assert level(other, one) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Platelets below 50 x 10\u2079/L need care", "Platelets below 50 x 10\u2076/L need care"),
        ("A growth of 10\u2075 CFU/mL proves infection", "A growth of 10 CFU/mL proves infection"),
        ("Give 1\u00bd tablets of warfarin", "Give 1\u00bc tablets of warfarin"),
        ("Metformin 500 mg daily", "Metformin -500 mg daily"),
        ("A base excess below \u22125 is severe", "A base excess below 5 is severe"),
        ("Potassium > 6", "Potassium \u2265 6"),
        ("Age \u2264 5", "Age < 5"),
        ("Potassium >= 6", "Potassium > 6"),
        ("Give 10\u00b15 mg", "Give 10 5 mg"),
        ("A ratio of 1:2", "A ratio of 1 2"),
        ("Give 1/2 tablet", "Give 1 2 tablet"),
        ("Give aspirin [75mg]", "Give aspirin [300mg]"),
        ("Aspirin 75 mg [1]", "Aspirin 75 mg [2]"),
        ("Give 5 mg/m\u00b2", "Give 5 mg/m\u00b3"),
        ("Give 1,5 mg", "Give 1.5 mg"),
        ("Vitamin D\u2082 is given", "Vitamin D\u2083 is given"),
    ],
)
def test_every_sign_power_and_fraction_counts(one: str, other: str) -> None:
    assert level(other, one) is None
    assert level(one, other) is None


def test_powers_fractions_signs_and_brackets_are_among_the_adversarial_pairs() -> None:
    kinds = {p.change for p in adversarial(BASE, [p.text for p in builtin_passages(BASE)], 300, seed=3)}
    assert {"sign", "power", "fraction", "bracket"} <= kinds


def test_another_version_of_the_evidence_finds_nothing() -> None:
    kept = cache()
    kept.put(SAID, "v1", KEPT)
    assert kept.get(SAID, "v2") is None


def test_it_is_bounded_and_what_left_is_not_found_by_meaning_either() -> None:
    kept = VerdictCache(Verifier(BASE).reader, biggest=2)
    for dose in (1, 2, 3):
        kept.put(f"Take ramipril {dose} mg", "v", KEPT)
    assert len(kept) == 2
    assert kept.get("Take the ramipril 1 mg", "v") is None
    assert kept.get("Take the ramipril 3 mg", "v") is not None


def test_two_thousand_adversarial_pairs_make_no_false_hit_and_equal_ones_hit() -> None:
    texts = [p.text for p in builtin_passages(BASE)]
    pairs = adversarial(BASE, texts, 2_000, seed=5)
    assert len(pairs) == 2_000
    misled = try_pairs(cache_of_one(), pairs)
    assert misled["false"] == []
    alike = try_pairs(cache_of_one(), equal(BASE, texts, 200, seed=5))
    assert alike["rate"] > 0.8


def cache_of_one() -> Callable[[], VerdictCache]:
    verifier = Verifier(BASE, Library.builtin(BASE))
    return verifier.new_cache
