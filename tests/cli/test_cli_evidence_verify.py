"""`wardround evidence verify` and what `search` and `ingest` refuse: every answer says what was asked, every error the fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_house import ok, run

from wardround.samples import SAMPLE_RECORD

MARIA = "maria-keller"


def verified(tmp_path: Path, text: str, *more: object) -> Any:
    file = tmp_path / "text.txt"
    file.write_text(text)
    return ok("evidence", "verify", file, "--no-model", "--json", *more).json


def test_it_echoes_what_was_asked_and_tells_what_was_not_read(tmp_path: Path) -> None:
    told = verified(tmp_path, "# Plan\n| Metformin | 20 g a day |\nDo you smoke?\n")
    assert told["file"].endswith("text.txt")
    assert (told["store"], told["patient"], told["model"]) == (None, None, None)
    assert told["version"]
    assert told["knowledge"]
    assert [c["text"] for c in told["claims"]] == ["Metformin: 20 g a day"]
    assert told["supported"] == 0
    assert told["unread"]["count"] == 2
    assert told["unread"]["characters"] == len("PlanDo you smoke?")
    assert [part["why"] for part in told["unread"]["parts"]] == ["a heading", "a question"]


def test_a_statement_about_the_patient_is_held_against_memory(tmp_path: Path, store: Path) -> None:
    text = "The patient is allergic to penicillin. The patient is not allergic to penicillin."
    assert verified(tmp_path, text)["supported"] == 0
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    told = verified(tmp_path, text, "--patient", MARIA, "--store", store)
    assert (told["patient"], told["facts"] > 0) == (MARIA, True)
    assert [(c["verdict"], c["by"]) for c in told["claims"]] == [
        ("Supported", "memory"),
        ("Refuted", "memory"),
    ]


def test_two_doses_of_one_drug_in_one_text_are_noted(tmp_path: Path) -> None:
    told = verified(tmp_path, "Take metformin 500 mg twice a day. Rest. Take metformin 2 g once a day.")
    (one,) = told["contradictions"]
    assert one["texts"] == ["Take metformin 500 mg twice a day", "Take metformin 2 g once a day"]
    assert [c["contradicts"] for c in told["claims"]] == [[1], [0]]


@pytest.mark.parametrize(
    "text",
    [
        "According to Jones et al. (NEJM 2031), metformin lowers glucose.",
        "See PMID 99999999.",
        "Metformin lowers glucose (doi:10.1056/NEJMoa99999999).",
    ],
)
def test_a_source_that_is_nowhere_leaves_its_claim_open(tmp_path: Path, text: str) -> None:
    (claim,) = verified(tmp_path, text)["claims"]
    assert (claim["kind"], claim["verdict"], claim["by"]) == ("citation", "Uncertain", "sources")
    assert "neither retrieved nor in the library" in claim["why"]


def test_a_source_that_was_taken_in_is_known(tmp_path: Path, store: Path) -> None:
    folder = tmp_path / "pubmed"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        '{"_id": "12345", "title": "Rest", "text": "Rest in bed heals sprains of the elbow.", '
        '"metadata": {"url": "https://pubmed.ncbi.nlm.nih.gov/12345/"}}\n'
    )
    ok("evidence", "ingest", folder, "--store", store)
    text = "See PMID 12345. Rest in bed heals sprains of the elbow (PMID 12345). Rest harms the elbow (PMID 12345)."
    told = verified(tmp_path, text, "--store", store)
    assert [c["verdict"] for c in told["claims"]] == ["Supported", "Supported", "Uncertain"]
    assert told["by_kind"]["citation"]["n"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "metformin", "--jurisdiction", "Narnia"), "jurisdiction: 'Narnia'"),
        (("search", "metformin", "--population", "aliens"), "population: 'aliens'"),
        (("search", "metformin", "--corpus", "nope"), "there is no 'nope'. There are guidance"),
        (("search", "metformin", "--store", "/nonexist"), "--store: /nonexist is not there. Name"),
        (("ingest", ".", "--jurisdiction", "Narnia"), "--jurisdiction: 'Narnia'"),
    ],
)
def test_what_means_nothing_is_refused_with_its_field(words: tuple[str, ...], said: str) -> None:
    ran = run("evidence", *words, "--json")
    assert ran.code != 0
    assert said in ran.json["error"]


def test_files_that_cannot_be_verified_are_named_with_line_and_fix(tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes(b"It is so.\nCaf\xe9 too.\n")
    said = run("evidence", "verify", file).err
    assert "latin.txt, line 2: it is not UTF-8. Save it as UTF-8" in " ".join(said.split())
    there = run("evidence", "verify", file, "--store", "/nonexist", "--json")
    assert "--store: /nonexist" in there.json["error"] or "latin.txt" in there.json["error"]


def test_a_path_that_is_missing_is_named_and_the_exit_code_tells(tmp_path: Path, store: Path) -> None:
    (tmp_path / "own.md").write_text("# Own\n\nRest in bed.\n")
    ran = run("evidence", "ingest", tmp_path / "own.md", tmp_path / "nowhere", "--store", store, "--json")
    assert ran.code == 1
    assert ran.json["new"] == 1
    assert [one["file"] for one in ran.json["missing"]] == [str(tmp_path / "nowhere")]
