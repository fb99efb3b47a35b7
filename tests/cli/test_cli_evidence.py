"""`wardround evidence`: take in, list, show, mark, forget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import ok, run


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "asthma.md").write_text(
        "---\nyear: 2020\njurisdiction: UK\n---\n# Asthma\n\n## Drugs\nGive salbutamol 5 mg.\n"
    )
    (folder / "old.md").write_text("# Asthma, old\n\nGive aminophylline.\n")
    (folder / "bad.txt").write_bytes(b"5 \xb5g [bold]\x1b[31m")
    return folder


def listed(store: Path, *more: object) -> dict[str, Any]:
    return ok("evidence", "documents", "--store", store, "--json", *more).json


def test_ingest_tells_what_came_of_it(house: Path, store: Path) -> None:
    told = ok("evidence", "ingest", house, "--store", store, "--json").json
    assert {name: told[name] for name in ("files", "read", "unchanged", "new", "passages")} == {
        "files": 3, "read": 2, "unchanged": 0, "new": 2, "passages": 2,
    }  # fmt: skip
    assert told["corpora"] == {"house": 2}
    (broken,) = told["broken"]
    assert broken["file"].endswith("bad.txt")
    assert "UTF-8" in broken["reason"]
    assert Path(told["store"]).is_file()
    assert Path(told["store"]).parent == store.parent


def test_ingest_again_reads_nothing(house: Path, store: Path) -> None:
    ok("evidence", "ingest", house, "--store", store)
    told = ok("evidence", "ingest", house, "--store", store, "--json").json
    assert (told["read"], told["unchanged"], told["documents"]) == (0, 2, 0)


def test_ingest_in_words_names_the_broken_file(house: Path, store: Path) -> None:
    said = ok("evidence", "ingest", house, "--store", store).out
    assert "bad.txt: it is no UTF-8 text" in said
    assert "2 new" in said


def test_nothing_but_broken_files_is_no_success(house: Path, store: Path) -> None:
    ran = run("evidence", "ingest", house / "bad.txt", "--store", store, "--json")
    assert ran.code == 1
    assert len(ran.json["broken"]) == 1


def test_documents_are_listed_with_their_standing(house: Path, store: Path) -> None:
    ok("evidence", "ingest", house, "--store", store)
    told = listed(store, "--corpus", "house")
    assert told["n"] == 2
    assert told["corpora"]["house"] == 2
    assert told["corpora"]["guidance"] > 0
    found = {one["id"]: one for one in told["documents"]}
    assert found["house.asthma.md"]["jurisdiction"] == "GB"
    assert found["house.asthma.md"]["layer"] == "practice"
    assert {one["corpus"] for one in listed(store, "--limit", 1)["documents"]} == {"guidance"}


def test_a_document_is_shown_with_its_passages(house: Path, store: Path) -> None:
    ok("evidence", "ingest", house, "--store", store)
    told = ok("evidence", "show", "house.asthma.md", "--store", store, "--json").json
    (passage,) = told["passages"]
    assert (passage["section"], passage["text"]) == ("Drugs", "Give salbutamol 5 mg.")
    one = ok("evidence", "show", "house.asthma.md#0", "--store", store, "--json").json
    assert one["passages"] == [passage]
    assert "salbutamol" in ok("evidence", "show", "house.asthma.md", "--store", store).out


def test_what_is_built_in_is_shown_with_its_grade(store: Path) -> None:
    (first,) = listed(store, "--corpus", "guidance", "--limit", 1)["documents"]
    told = ok("evidence", "show", first["id"], "--store", store, "--json").json
    assert told["document"]["grade"] in ("measured", "reviewed", "recalled")
    assert told["passages"][0]["about"]


def test_a_document_is_marked_by_hand_and_unmarked(house: Path, store: Path) -> None:
    ok("evidence", "ingest", house, "--store", store)
    at = ("--store", store, "--json")
    ok(
        "evidence",
        "mark",
        "house.old.md",
        "--superseded-by",
        "house.asthma.md",
        "--because",
        "the new pathway",
        *at,
    )
    told = ok("evidence", "mark", "house.old.md", "--retracted", "--because", "toxic", *at).json
    assert [(one["kind"], one["because"]) for one in told["marks"]] == [
        ("retracted", "toxic"),
        ("superseded", "the new pathway"),
    ]
    (found,) = listed(store, "--marked")["documents"]
    assert (found["id"], found["retracted"], found["superseded_by"]) == (
        "house.old.md",
        True,
        "house.asthma.md",
    )
    assert "toxic" in ok("evidence", "show", "house.old.md", "--store", store).out
    assert ok("evidence", "mark", "house.old.md", "--clear", *at).json["marks"] == []
    assert listed(store, "--marked")["documents"] == []


def test_guidance_that_is_built_in_can_be_marked(store: Path) -> None:
    (first,) = listed(store, "--corpus", "guidance", "--limit", 1)["documents"]
    ok("evidence", "mark", first["id"], "--retracted", "--because", "we do otherwise", "--store", store)
    assert [one["id"] for one in listed(store, "--marked")["documents"]] == [first["id"]]


def test_a_corpus_is_forgotten(house: Path, store: Path) -> None:
    ok("evidence", "ingest", house, "--store", store)
    assert ok("evidence", "forget", "house", "--store", store, "--json").json == {
        "corpus": "house",
        "deleted": 2,
    }
    assert "house" not in listed(store)["corpora"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("ingest", "NOWHERE"), "is not there"),
        (("ingest", "HOUSE", "--layer", "gospel"), "--layer"),
        (("ingest", "HOUSE", "--corpus", "guidance"), "--corpus"),
        (("ingest", "HOUSE", "--store", "FILE"), "--store"),
        (("show", "house.nothing"), "no such document"),
        (("show", "guidance.no.thing"), "no such document"),
        (("mark", "house.nothing", "--retracted", "--because", "x"), "no such document"),
        (("mark", "house.asthma.md"), "--retracted"),
        (("mark", "house.asthma.md", "--retracted"), "--because"),
        (("mark", "house.asthma.md", "--superseded-by", "house.gone", "--because", "x"), "house.gone"),
        (("forget", "nothing"), "no such corpus"),
        (("forget", "guidance"), "no such corpus"),
        (("documents", "--corpus", "nothing"), "there is no"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    house: Path, store: Path, line: tuple[str, ...], reason: str
) -> None:
    ok("evidence", "ingest", house, "--store", store)
    places = {"NOWHERE": house / "nowhere", "HOUSE": house, "FILE": house / "bad.txt" / "x"}
    words = [places.get(word, word) for word in line]
    ran = run("evidence", *words, *([] if "--store" in line else ["--store", store]), "--json")
    assert ran.code == 1, ran.out
    assert reason in json.loads(ran.out)["error"]
    assert reason in ran.error
