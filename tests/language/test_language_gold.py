"""The reader against the hand-made annotations of real interviews: figures do not fall below what was measured."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from wardround.clinical.mention import Mention
from wardround.knowledge import load
from wardround.language.evaluate import Counts, Gold, GoldMismatchError, compare, figures, passages, report

GOLD = Path(__file__).parent / "gold"
FLOORS = {
    ("open", "stated"): {"precision": 0.86, "recall": 0.84, "accuracy": 0.95},
    ("held_out", "stated"): {"precision": 0.82, "recall": 0.82, "accuracy": 0.94},
    ("open", "answers"): {"precision": 0.97, "recall": 0.95, "accuracy": 0.95},
    ("held_out", "answers"): {"precision": 0.96, "recall": 0.93, "accuracy": 0.96},
    ("open", "times"): {"precision": 0.95, "recall": 0.95},
    ("held_out", "times"): {"precision": 0.94, "recall": 0.94},
}
"""About 0.03 below the figures of docs/language.md: one or two mentions."""


def _records() -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text().splitlines()
    ]


def test_the_gold_is_large_enough_and_holds_no_text() -> None:
    records = _records()
    coded = [m for r in records for m in r["mentions"] if m["id"] is not None and not m.get("asked")]
    assert len({r["file"] for r in records}) == 20
    assert len(coded) >= 150
    assert {m["about"] for m in coded} >= {"patient", "family"}
    allowed = {"file", "sha256", "part", "start", "end", "expecting", "mentions"}
    inner = {"start", "end", "kind", "id", "negated", "uncertain", "about", "or", "asked"}
    assert all(set(r) <= allowed and all(set(m) <= inner for m in r["mentions"]) for r in records)


def test_about_a_third_of_the_transcripts_is_held_out_whole() -> None:
    parts: dict[str, set[str]] = {}
    for record in _records():
        parts.setdefault(record["part"], set()).add(record["file"])
    assert not parts["open"] & parts["held_out"]
    assert len(parts["held_out"]) == 7


@pytest.mark.data
def test_every_annotation_lies_within_its_passage_on_whole_words(data_dir: Path) -> None:
    for passage in passages(GOLD, data_dir):
        for g in passage.mentions:
            assert 0 <= g.start < g.end <= len(passage.text)
            around = f" {passage.text} "
            assert not (around[g.start].isalnum() and around[g.start + 1].isalnum())
            assert not (around[g.end].isalnum() and around[g.end + 1].isalnum())


@pytest.mark.data
def test_figures_hold_their_floor(data_dir: Path) -> None:
    found = report(GOLD, data_dir, load())
    low = {
        (part, stratum, name): value
        for (part, stratum), floors in FLOORS.items()
        for name, floor in floors.items()
        if (value := found[part][stratum][name][0]) < floor
    }
    assert low == {}


def test_another_transcript_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("P: chest pain")
    line = {
        "file": "t.txt",
        "sha256": hashlib.sha256(b"other").hexdigest(),
        "part": "open",
        "start": 0,
        "end": 5,
        "mentions": [],
    }
    (tmp_path / "g.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(GoldMismatchError, match=r"t\.txt: sha256"):
        list(passages(tmp_path, tmp_path))


def _gold(start: int, end: int, *ids: str, negated: bool = False) -> Gold:
    return Gold(start, end, "finding", ids, negated, False, "patient", False)


def test_the_scorer_by_hand() -> None:
    gold = [
        _gold(0, 5, "finding.cough"),
        _gold(10, 15, "finding.fever", negated=True),
        _gold(20, 25, "finding.rash"),
    ]
    predicted = [
        Mention(0, 5, "finding", "finding.cough"),
        Mention(10, 15, "finding", "finding.fever"),
        Mention(30, 35, "finding", "finding.rash"),
    ]
    result = compare(gold, predicted, {})
    assert [(g.ids[0], m.start) for g, m in result.hits] == [("finding.cough", 0), ("finding.fever", 10)]
    assert [g.ids[0] for g in result.missed] == ["finding.rash"]
    assert [m.start for m in result.wrong] == [30]
    shares = figures([Counts(gold=3, predicted=3, found=2, meant=1)])
    assert shares["precision"].value == shares["recall"].value == pytest.approx(2 / 3)
    assert shares["accuracy"].value == pytest.approx(0.5)


def test_implied_parents_count_neither_way() -> None:
    predicted = [
        Mention(0, 9, "finding", "finding.headache.throbbing"),
        Mention(0, 9, "finding", "finding.headache"),
    ]
    result = compare(
        [_gold(0, 9, "finding.headache.throbbing")],
        predicted,
        {"finding.headache.throbbing": "finding.headache"},
    )
    assert (len(result.hits), result.missed, result.wrong) == (1, (), ())


def test_nothing_to_count_is_no_figure() -> None:
    assert figures([Counts()])["precision"].value is None
