"""Retrieval sets are read with their traps, and every system ranks the same documents; figures are those of the definitions."""

from __future__ import annotations

import gzip
import json
from math import log2
from pathlib import Path

import pytest

from wardround.evaluation.retrieval import (
    FIGURES,
    RetrievalConfig,
    examine_retrieval,
    figures_of,
    keep_retrieval,
)
from wardround.evaluation.retrieval_sets import Text, read_sets, sentences_of
from wardround.evaluation.retrieval_systems import pieces_of
from wardround.harness import ConfigurationError

CORPUS = (
    "doc_id,title,abstract,structured\n"
    "1,Aspirin and fever,\"['Aspirin lowers fever.'\n 'It\\'s an old drug.' \"\"Nobody's sure.\"\"]\",False\n"
    "2,Rest and fever,['Rest does little for fever.'],False\n"
    "3,Ankles,['Ankles swell.'],False\n"
)
CLAIMS = (
    "id,claim,evidence_doc_id,evidence_label,evidence_sentences,cited_doc_ids\n"
    "7,Aspirin lowers fever,1,SUPPORT,[0],[1]\n"
    "7,Aspirin lowers fever,1,SUPPORT,[1],[1]\n"
    '8,Fever is lowered by rest and aspirin,,,[],"[1, 2]"\n'
    "9,Nothing is known,,,[],[99]\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    scifact, beir, nfcorpus, pubmedqa = (
        tmp_path / name for name in ("scifact", "other", "nfcorpus", "pubmedqa")
    )
    for folder in (scifact, beir / "qrels", nfcorpus, pubmedqa):
        folder.mkdir(parents=True)
    _zipped(scifact / "corpus.csv.gz", CORPUS)
    (scifact / "claims_validation.csv").write_text(CLAIMS)
    _zipped(
        nfcorpus / "test.docs.gz",
        "MED-1\tfried foods pubmed ncbi abstract acrylamide cancer\nMED-2\tapples\n",
    )
    _zipped(nfcorpus / "test.titles.queries.gz", "PLAIN-1\tfried foods cancer\nPLAIN-2\tunjudged\n")
    _zipped(nfcorpus / "test.2-1-0.qrel.gz", "PLAIN-1 0 MED-1 2\nPLAIN-1 0 MED-2 1\nPLAIN-1 0 MED-9 2\n")
    (pubmedqa / "pqal_dev.json").write_text(
        json.dumps({"5": {"QUESTION": "Do apples help?", "CONTEXTS": ["Apples  help.", "They do."]}})
    )
    (beir / "corpus.jsonl").write_text(
        '{"_id": "a", "title": "T", "text": "apples"}\n{"_id": "b", "text": "pears"}\n'
    )
    (beir / "queries.jsonl").write_text('{"_id": "q", "text": "pears"}\n{"_id": "train", "text": "plums"}\n')
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tb\t1\n")
    return tmp_path


def _zipped(path: Path, text: str) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)


def test_printed_arrays_are_read_string_by_string() -> None:
    assert sentences_of("['One.' 'Two.'\n \"It's three.\"]") == ("One.", "Two.", "It's three.")
    assert sentences_of("[]") == ()


def test_every_set_in_a_folder_is_found(data: Path) -> None:
    sets = {one.name: one for one in read_sets(data)}
    assert sorted(sets) == ["nfcorpus", "other", "pubmedqa", "scifact"]
    assert [q.text for q in sets["other"].asked] == ["pears"]
    assert sets["pubmedqa"].texts[0].parts == ("Apples help.", "They do.")


def test_scifact_asks_each_claim_once_and_what_it_cites_is_relevant(data: Path) -> None:
    (found,) = read_sets(data / "scifact")
    assert [(q.text, dict(q.relevant)) for q in found.asked] == [
        ("Aspirin lowers fever", {"1": 1}),
        ("Fever is lowered by rest and aspirin", {"1": 1, "2": 1}),
    ]
    assert found.unscored == 1
    assert found.texts[0].parts == ("Aspirin lowers fever.", "It's an old drug.", "Nobody's sure.")


def test_nfcorpus_keeps_grades_and_its_own_documents_alone(data: Path) -> None:
    (found,) = read_sets(data / "nfcorpus")
    assert [dict(q.relevant) for q in found.asked] == [{"MED-1": 2, "MED-2": 1}]
    assert found.unscored == 1


def test_the_figures_are_those_of_the_definitions() -> None:
    found = figures_of(["x", "a", "b"], {"a": 1, "b": 2, "c": 1})
    best = 2 + 1 / log2(3) + 1 / log2(4)
    assert found["ndcg@10"] == pytest.approx((1 / log2(3) + 2 / log2(4)) / best)
    assert found["recall@100"] == pytest.approx(2 / 3)
    assert found["mrr"] == 0.5
    assert figures_of([], {"a": 1}) == {"ndcg@10": 0.0, "recall@100": 0.0, "mrr": 0.0}
    assert figures_of(["a"], {}) == dict.fromkeys(FIGURES)


def test_a_run_without_embedders_ranks_by_words_and_says_so(data: Path, tmp_path: Path) -> None:
    done = examine_retrieval(RetrievalConfig(data, embed=False))
    report = done.report
    assert report["task"] == "retrieval"
    assert report["n"] == 5
    assert report["unscored"] == 2
    assert report["scifact"]["ours"]["mrr"] == 1.0
    assert report["ours"]["ndcg@10"] == report["names"]["ndcg@10"]
    assert report["minilm"] is None
    assert report["ci95"]["ndcg@10"]
    assert any("wardround[embed]" in note for note in report["notes"])
    keep_retrieval(tmp_path / "out", done)
    assert len((tmp_path / "out" / "cases.jsonl").read_text().splitlines()) == 5
    assert json.loads((tmp_path / "out" / "result.json").read_text())["n"] == 5


def test_a_limit_takes_the_first_queries_of_each_set(data: Path) -> None:
    report = examine_retrieval(RetrievalConfig(data / "scifact", limit=1, embed=False)).report
    assert report["n"] == 1
    assert report["scifact"]["documents"] == 3


def test_what_cannot_be_read_is_refused_by_name(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--limit"):
        RetrievalConfig(data, limit=0)
    with pytest.raises(ConfigurationError, match="no folder"):
        read_sets(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no retrieval set"):
        read_sets(tmp_path / "empty")
    (data / "scifact" / "corpus.csv.gz").write_bytes(b"no gzip at all")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_sets(data / "scifact")


def test_documents_are_read_as_title_and_sentences() -> None:
    assert pieces_of(Text("1", "A title of four words", ("One sentence is here. Another one is here.",))) == (
        "A title of four words",
        "One sentence is here.",
        "Another one is here.",
    )
    assert pieces_of(Text("1", "", ())) == ("",)


@pytest.mark.data
def test_the_published_sets_have_their_sizes(data_dir: Path) -> None:
    sets = {one.name: (len(one.texts), len(one.asked)) for one in read_sets(data_dir)}
    assert sets["scifact"] == (5183, 809)
    assert sets["nfcorpus"] == (3193, 324)
    assert sets["pubmedqa"] == (500, 500)
