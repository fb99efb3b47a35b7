"""Any string is read: no crash, spans inside the text and in order, work in proportion to its length."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.knowledge import load
from wardround.language import MAX_CHARACTERS, Lexicon, Reader

READER = Reader(Lexicon.build(load()))
_PIECES = st.sampled_from(
    [
        "no",
        "not",
        "chest",
        "pain",
        "my",
        "mother",
        "fever",
        ",",
        ".",
        "?",
        "!",
        "\n",
        "but",
        "and",
        "I",
        "have",
        "had",
        "never",
        "maybe",
        "38,5",
        "°C",
        "120/80",
        "3",
        "days",
        "ago",
        "since",
        "yesterday",
        "allergic",
        "to",
        "penicillin",
        "breathe",
        "can't",
        "headache",
        "elbow",
        "hurts",
        "left",
        "arm",
        "going",
        "into",
        "yes",
        "\x00",
        "�",
        "😀",
        "'",
        "''",
        "--",
        "1,000",
        "mg",
    ]
)
_EXPECTING = st.lists(
    st.sampled_from(["finding.cough", "finding.temperature", "finding.chest_pain.pleuritic", "nonsense", ""]),
    max_size=3,
).map(tuple)


def _check(text: str, expecting: tuple[str, ...]) -> None:
    mentions = READER.read(text, expecting)
    assert [(m.start, m.end) for m in mentions] == sorted((m.start, m.end) for m in mentions)
    for m in mentions:
        assert 0 <= m.start < m.end <= len(text)
        assert 0 < m.score <= 1
        assert (m.id is None) == (m.kind in ("quantity", "duration", "onset"))


@given(st.text(st.characters(), max_size=200), _EXPECTING)
@settings(max_examples=150, deadline=None)
def test_any_text(text: str, expecting: tuple[str, ...]) -> None:
    _check(text, expecting)


@given(st.lists(_PIECES, max_size=40).map(" ".join), _EXPECTING)
@settings(max_examples=250, deadline=None)
def test_any_order_of_the_words_that_matter(text: str, expecting: tuple[str, ...]) -> None:
    _check(text, expecting)
    assert READER._read(text, expecting) == READER.read(text, expecting)


@given(st.lists(_PIECES, max_size=20).map(" ".join))
@settings(max_examples=100, deadline=None)
def test_case_changes_no_offsets(text: str) -> None:
    for m in READER.read(text.upper()):
        assert 0 <= m.start < m.end <= len(text.upper())


@pytest.mark.parametrize(
    "piece",
    ["my chest hurts and no fever, ", "no ", ".?!,", "1,", "9", "a", "a'", "\x00\ud800😀", "leg pain arm ", "is it? ",
     "my mother ", "3 years ago I had ", "twenty one ", "allergic to penicillin ", "1-2-", "like ", " "],
)  # fmt: skip
def test_a_megabyte_of_anything(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    for m in READER.read(text, ("finding.cough",)):
        assert 0 <= m.start < m.end <= MAX_CHARACTERS


def test_a_giant_word_is_not_kept() -> None:
    tracemalloc.start()
    READER.read("b" * 150_000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000


@pytest.mark.parametrize(
    "piece",
    [
        "allergic to penicillin ",
        "leg pain arm ",
        "3 years ago I had a stroke. ",
        "no fever, ",
        "1-2-",
        "fever used to ",
        "fever in my family ",
        "fever negative ",
        "is it? ",
    ],
)
def test_work_grows_with_length_not_its_square(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in calls, not seconds."""
    import sys

    def calls(text: str) -> int:
        count = 0

        def tally(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tally)
        try:
            READER._read(text, ())
        finally:
            sys.setprofile(None)
        return count

    READER.read(piece * 3)
    few, many = calls(piece * 100), calls(piece * 400)
    assert many < 5 * few
