"""Corpora that are one file of records: what each layout's fields become, and what is passed over."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from wardround.evidence import Depth, EvidenceError, EvidenceStore, Layer, read_corpus, take_in
from wardround.evidence.ingest.printed_arrays import strings_of


def beir(folder: Path, *records: object, name: str = "corpus.jsonl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records).encode()
    (folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return folder


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_beir_records_are_abstracts_under_their_own_ids(tmp_path: Path, name: str) -> None:
    folder = beir(
        tmp_path / "b", {"_id": "7", "title": "On salt", "text": "Salt raises pressure."}, name=name
    )
    (found,) = read_corpus(folder)
    assert (found.key, found.title, found.whole) == ("7", "On salt", "Salt raises pressure.")
    assert (found.layer, found.depth) == (Layer.PRIMARY, Depth.ABSTRACT)


def test_beir_metadata_is_taken_where_it_says_what_we_read(tmp_path: Path) -> None:
    said = {"year": 2001, "layer": "review", "url": "https://example.org", "retracted": True, "score": 3}
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [beir(tmp_path / "b", {"_id": "7", "title": "T", "text": "Text.", "metadata": said})])
        (found,) = store.documents()
    assert (found.year, found.layer, found.url, found.retracted) == (
        2001,
        Layer.REVIEW,
        "https://example.org",
        True,
    )


def test_questions_and_judgements_beside_a_corpus_are_no_documents(tmp_path: Path) -> None:
    folder = beir(tmp_path / "b", {"_id": "7", "title": "T", "text": "Text."})
    beir(folder, {"_id": "q1", "text": "A question?"}, name="queries.jsonl")
    (folder / "qrels.tsv").write_text("q1\t7\t1\n")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [folder])
        assert [d.id for d in store.documents()] == ["b.7"]
        assert (done.read, done.broken) == (1, [])
        assert [Path(t.file).name for t in done.other] == ["qrels.tsv", "queries.jsonl"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "cannot be read"),
        ("[1]", "no JSON object"),
        ({"_id": None, "text": "x"}, "_id"),
        ({"_id": "8", "text": 5}, "text"),
        ({"_id": "8", "title": "", "text": " "}, "neither title nor text"),
        ({"_id": " ", "title": "T", "text": "x"}, "no id"),
        ({"_id": "8", "title": "T", "text": "x", "metadata": {"year": "soon"}}, "cannot be read"),
        ('{"_id": "8", "title": "T", "text": "\\ud800"}', "cannot be read"),
    ],
)
def test_a_broken_record_is_named_and_the_others_are_taken(tmp_path: Path, line: object, reason: str) -> None:
    good = [{"_id": n, "title": "T", "text": "Text."} for n in ("7", "9")]
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [beir(tmp_path / "b", good[0], line, good[1])])
        assert [d.id for d in store.documents()] == ["b.7", "b.9"]
        (said,) = done.records
        assert reason in said.reason
        assert "corpus.jsonl" in said.file


def test_the_strings_of_a_printed_array_stay_apart() -> None:
    printed = "['One \\'quoted\\' thing.'\n \"It's two.\" 'Three\\nlines.']"
    assert strings_of(printed) == ("One 'quoted' thing.", "It's two.", "Three\nlines.")


def test_scifact_s_sentences_are_not_joined_into_one_word(tmp_path: Path) -> None:
    (tmp_path / "corpus.csv").write_text(
        "doc_id,title,abstract,structured\n4,T,\"['One.'\n 'Two.']\",False\n"
    )
    (found,) = read_corpus(tmp_path)
    assert (found.key, found.whole) == ("4", "One. Two.")


def test_pubmedqa_keeps_labels_and_conclusion(tmp_path: Path) -> None:
    one = {
        "QUESTION": "Does it help?", "CONTEXTS": ["Why.", "How."], "LABELS": ["BACKGROUND", "METHODS"],
        "LONG_ANSWER": "It does.", "MESHES": ["Child", "France"], "YEAR": "2004", "final_decision": "yes",
    }  # fmt: skip
    (tmp_path / "pqal_dev.json").write_text(json.dumps({"11": one}))
    (found,) = read_corpus(tmp_path)
    assert [(p.section, p.text) for p in found.parts] == [
        ("BACKGROUND", "Why."), ("METHODS", "How."), ("CONCLUSIONS", "It does."),
    ]  # fmt: skip
    assert (found.year, found.population, found.jurisdiction) == (2004, "children", "FR")


def test_nfcorpus_titles_end_where_their_site_is_named(tmp_path: Path) -> None:
    (tmp_path / "dev.docs").write_text("MED-1\tfish oil hearts pubmed ncbi abstract aims study\n")
    (found,) = read_corpus(tmp_path)
    assert (found.key, found.title, found.whole) == ("MED-1", "fish oil hearts", "abstract aims study")


def test_a_folder_without_corpus_is_refused_with_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"corpus\.jsonl"):
        list(read_corpus(tmp_path))


@pytest.mark.data
@pytest.mark.parametrize(("name", "documents"), [("scifact", 5183), ("nfcorpus", 3193), ("pubmedqa", 500)])
def test_every_record_of_the_real_sets_is_read(data_dir: Path, name: str, documents: int) -> None:
    found = list(read_corpus(data_dir / name))
    assert len({one.key for one in found}) == len(found) == documents
    assert all(one.whole.strip() and one.title for one in found)
