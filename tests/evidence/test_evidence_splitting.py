"""Sentences end where they end, and passages hold everything, at their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.evidence.splitting import covers, passages, sentences

WORDS = st.sampled_from(
    ["Give", "metformin", "500 mg.", "b.i.d.", "e.g.", "Dr.", "The", "dose?", "\n\n", "\n- ", "1.", "eGFR < 30.", "et al.",
     "(Fig. 2)", "…", "“Yes.”", "   ", "\t", "U.S.", "剂量。", "\u00a0", "x" * 40]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=80).map(" ".join))


def said(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Take it with food, e.g. bread, and Dr. Smith's approval.",
        "Give 0.5 mg b.i.d. with meals.",
        "It was seen (Fig. 2) in the first group, i.e. Group A, by Smith et al. 2004.",
        "The difference was large (p < .05) vs. Placebo.",
        "S. aureus and E. coli were found.",
        "Use approx. 1.5 L of saline i.v. over an hr. or so.",
        "1. Give oxygen.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Stop metformin. Check the eGFR.", ["Stop metformin.", "Check the eGFR."]),
        ("Was it given? Yes! Then wait.", ["Was it given?", "Yes!", "Then wait."]),
        ("Give 5 mg i.v. The dose is doubled later.", ["Give 5 mg i.v.", "The dose is doubled later."]),
        ("Asthma, COPD, etc. These need review.", ["Asthma, COPD, etc.", "These need review."]),
        ("He took vitamin C. The cold went.", ["He took vitamin C.", "The cold went."]),
        ("Give:\n- oxygen\n- salbutamol", ["Give:", "- oxygen", "- salbutamol"]),
        ("A heading\n\nA text.", ["A heading", "A text."]),
        ("He said “stop.” She did.", ["He said “stop.”", "She did."]),
        ("用药。观察。", ["用药。", "观察。"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_another_begins(text: str, found: list[str]) -> None:
    assert said(text) == found


@given(TEXTS)
def test_sentences_leave_nothing_out(text: str) -> None:
    found = list(sentences(text))
    assert covers(text, (0, len(text)), found)
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in found)


@given(TEXTS, st.integers(5, 60), st.integers(0, 60))
def test_passages_leave_nothing_out_and_are_never_too_long(text: str, target: int, more: int) -> None:
    longest = target + more
    found = list(passages(text, target=target, longest=longest))
    assert covers(text, (0, len(text)), found)
    assert all(0 < b - a <= longest for a, b in found)


@given(TEXTS)
def test_passages_are_cut_between_sentences_where_sentences_allow(text: str) -> None:
    edges = list(sentences(text))
    begins = {a for a, _ in edges}
    long = [(a, b) for a, b in edges if b - a > 60]
    for a, _ in passages(text, target=40, longest=60):
        assert a in begins or any(start < a < end for start, end in long)


def test_only_the_spans_that_are_given_are_split() -> None:
    text = "Seen. <!-- Hidden. --> Seen too."
    assert [text[a:b] for a, b in passages(text, [(0, 5), (23, len(text))])] == ["Seen.", "Seen too."]
