"""LoCoMo as it is published is read with its traps; every system ranks the same turns; what has no evidence is unscored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wardround.evaluation.locomo import Conversation, read_locomo
from wardround.evaluation.locomo_recall import (
    ANCHORS,
    SYSTEMS,
    LocomoConfig,
    examine_locomo,
    keep_locomo,
    plain_words,
)
from wardround.harness import ConfigurationError


def _turn(name: str, speaker: str, text: str, **more: str) -> dict[str, str]:
    return {"dia_id": name, "speaker": speaker, "text": text, **more}


def _question(text: str, category: int, *evidence: str) -> dict[str, Any]:
    return {"question": text, "category": category, "evidence": list(evidence), "answer": 2022}


SMALL: list[dict[str, Any]] = [
    {
        "sample_id": "one",
        "conversation": {
            "speaker_a": "Ann",
            "speaker_b": "Bob",
            "session_10_date_time": "1:56 pm on 8 May, 2023",
            "session_10": [_turn("D10:1", "Bob", "I bought a red canoe yesterday.")],
            "session_2_date_time": "no day at all",
            "session_2": [
                _turn("D2:1", "Ann", "Look at this.", blip_caption="a photo of a lighthouse", query="secret"),
                _turn("D2:2", "Bob", "Lovely! My sister paints too."),
                _turn("D2:3", "Ann", "Does she sell them?"),
            ],
        },
        "qa": [
            _question("When did Bob buy a canoe?", 2, "D:10:1"),
            _question("What did Ann show and who paints?", 1, "D2:1; D2:02"),
            _question("Is Ann kind?", 3),
            _question("Who paints?", 4, "D2:2", "D99:1"),
            _question("When did Ann buy a canoe?", 5, "D10:1"),
            _question("Who sells?", 4, "D"),
        ],
    }
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL))
    return path


@pytest.fixture
def read(small: Path) -> Conversation:
    return read_locomo(small)[0]


def test_turns_stand_in_the_order_of_sessions_with_captions_and_days(read: Conversation) -> None:
    assert [turn.id for turn in read.turns] == ["D2:1", "D2:2", "D2:3", "D10:1"]
    assert read.turns[0].text == "Look at this. a photo of a lighthouse"
    assert [turn.day for turn in read.turns] == [None, None, None, date(2023, 5, 8)]


def test_evidence_is_read_however_it_is_written_and_what_names_no_turn_is_none(read: Conversation) -> None:
    assert [sorted(q.evidence) for q in read.questions] == [[3], [0, 1], [], [1], [3], []]


def test_the_report_has_every_system_and_counts_what_is_unscored(small: Path) -> None:
    done = examine_locomo(LocomoConfig(small, embed=False))
    report = done.report
    assert (report["task"], report["n"], report["unscored"]) == ("memory", 5, 2)
    assert report["adversarial"]["n"] == 1
    assert set(SYSTEMS) <= set(report)
    assert report["minilm"] is None
    assert report["embedder"] is None
    assert report["ours"]["recall@5"] == 1.0
    assert report["ours"]["queries_per_second"] > 0
    assert report["ci95"] == report["ours"]["ci95"]
    assert report["by_category"]["open-domain"]["unscored"] == 1
    assert report["by_category"]["open-domain"]["ours"]["recall@5"] is None
    assert report["ahead"]["recall@5"]["of"] in ANCHORS
    json.dumps(report)


def test_recall_is_the_share_of_the_evidence_that_was_found(small: Path) -> None:
    asked = examine_locomo(LocomoConfig(small, embed=False)).asked[1]
    half = replace(asked, first={"ours": (3, 0), "bm25": (3, 2, 4, 5, 6, 1, 0)})
    assert half.figures("ours") == {"recall@5": 0.5, "recall@10": 0.5}
    assert half.figures("bm25") == {"recall@5": 0.0, "recall@10": 1.0}
    assert half.figures("minilm") == {"recall@5": None, "recall@10": None}


def test_the_same_questions_give_the_same_turns(small: Path) -> None:
    first, again = (examine_locomo(LocomoConfig(small, embed=False)).asked for _ in range(2))
    assert first == again


def test_limit_takes_the_first_questions(small: Path) -> None:
    assert [a.question.place for a in examine_locomo(LocomoConfig(small, limit=2, embed=False)).asked] == [
        0,
        1,
    ]
    with pytest.raises(ConfigurationError, match="--limit"):
        LocomoConfig(small, limit=0)


def test_results_are_kept(small: Path, tmp_path: Path) -> None:
    keep_locomo(tmp_path / "out", examine_locomo(LocomoConfig(small, embed=False)))
    kept = [json.loads(line) for line in (tmp_path / "out" / "cases.jsonl").read_text().splitlines()]
    assert [one["case"] for one in kept] == [f"one/{place}" for place in range(6)]
    assert kept[2]["error"] == "its evidence names no turn"
    assert json.loads((tmp_path / "out" / "result.json").read_text())["n"] == 5


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is no JSON"),
        ("{}", "holds no list of conversations"),
        ("[]", "holds no list of conversations"),
        ('[{"qa": []}]', "conversation 0: conversation"),
        ('[{"conversation": {"session_1": [3]}, "qa": []}]', "turns.0"),
        ('[{"conversation": {}, "qa": [{"question": "a", "category": "x"}]}]', "qa.0.category"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(written)
    with pytest.raises(ConfigurationError, match=said):
        read_locomo(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_locomo(tmp_path / "absent.json")


def test_a_conversation_without_turns_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(
        '[{"conversation": {}, "qa": [{"question": "Who?", "category": 4, "evidence": ["D1:1"]}]}]'
    )
    report = examine_locomo(LocomoConfig(path, embed=False)).report
    assert (report["n"], report["unscored"], report["ours"]["recall@5"]) == (1, 1, None)


def test_the_anchor_takes_words_as_bm25s_does() -> None:
    bm25s = pytest.importorskip("bm25s", reason="the extra `bench` is not installed")
    text = "The dog's 3 walks, in St. Ives: a NICE one-off; naïve_x!"
    theirs = bm25s.tokenize([text], stopwords="en", return_ids=False, show_progress=False)[0]
    assert plain_words(text) == theirs


@pytest.mark.data
def test_by_words_alone_ours_is_five_points_above_bm25(data_dir: Path) -> None:
    path = data_dir / "locomo" / "locomo_dev.json"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    report = examine_locomo(LocomoConfig(path, embed=False)).report
    assert (report["n"], report["unscored"], report["adversarial"]["n"]) == (762, 2, 237)
    for figure in ("recall@5", "recall@10"):
        assert report["ours"][figure] > report["bm25"][figure] + 0.05
        assert report["adversarial"]["ours"][figure] is not None
