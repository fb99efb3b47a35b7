"""Taking in: again costs nothing, a change is a new version, a kill loses nothing, and what is broken is named."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from made_articles import article, article_set
from made_pdfs import page_of, written

from wardround.evidence import EvidenceError, EvidenceStore, Layer, Settings, take_in
from wardround.evidence.ingest import keeping


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A hospital's own guidelines, a mix."""
    folder = tmp_path / "house"
    (folder / "heart").mkdir(parents=True)
    (folder / "asthma.md").write_text("---\nyear: 2020\n---\n# Asthma\n\nGive oxygen.\n")
    (folder / "heart" / "af.txt").write_text("Atrial fibrillation\n\nCheck the pulse. Give bisoprolol.\n")
    written(folder / "heart" / "failure.pdf", [page_of(["# Heart failure", "Weigh the patient daily."])])
    (folder / "notice.xml").write_text(article_set(article(5)))
    (folder / ".hidden.md").write_text("# Hidden\n\nText.")
    return folder


def corpus(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = (json.dumps({"_id": key, "title": f"T {key}", "text": text}) for key, text in texts.items())
    (folder / "corpus.jsonl").write_text("".join(f"{line}\n" for line in lines))
    return folder


def content(folder: Path) -> list[tuple[Any, ...]]:
    """Everything that can be read, but for the order in which it came."""
    with EvidenceStore(folder) as store:
        kept = [store.kept(document.id) for document in store.documents()]
        whole = [(k.document, k.text, k.file, k.version, k.marks) for k in kept if k is not None]
        return sorted(
            [*whole, *((p.id, p.text, p.start, p.end, p.section, p.page) for p in store.passages())], key=repr
        )


def test_a_folder_is_read_to_its_depths_each_file_by_what_is_in_it(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [house])
        assert {d.id: d.title for d in store.documents()} == {
            "house.asthma.md": "Asthma", "house.heart/af.txt": "Atrial fibrillation",
            "house.heart/failure.pdf": "Heart failure", "pubmed.5": "A trial of something",
        }  # fmt: skip
        assert (done.files, done.read, done.broken, done.other) == (4, 4, [], [])
        assert {d.layer for d in store.documents("house")} == {Layer.PRACTICE}


def test_again_nothing_is_read_and_nothing_changes(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        version = store.version
        for file in house.rglob("*"):
            os.utime(file)
        done = take_in(store, [house])
        assert (done.read, done.unchanged, store.version) == (0, 4, version)


def test_a_changed_text_is_a_new_version_and_the_old_one_is_superseded(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        before = store.version
        (house / "asthma.md").write_text("# Asthma\n\nGive oxygen and salbutamol.\n")
        done = take_in(store, [house])
        assert (done.read, done.unchanged, done.counts["changed"]) == (1, 3, 1)
        old, new = store.document("house.asthma.md"), store.document("house.asthma.md@2")
        assert old is not None
        assert new is not None
        assert (old.superseded_by, new.superseded_by) == ("house.asthma.md@2", None)
        first, second = store.passage("house.asthma.md#0"), store.passage("house.asthma.md@2#0")
        assert first is not None
        assert second is not None
        assert (first.text, second.text) == ("Give oxygen.", "Give oxygen and salbutamol.")
        changes = store.changed_since(before)
        assert changes is not None
        assert set(changes.changed) == {"house.asthma.md", "house.asthma.md@2"}


def test_what_only_stands_differently_is_amended_in_place(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        (house / "asthma.md").write_text(
            "---\nyear: 2024\nretracted: a wrong dose\n---\n# Asthma\n\nGive oxygen.\n"
        )
        done = take_in(store, [house])
        assert (done.counts["amended"], done.counts["changed"]) == (1, 0)
        found = store.document("house.asthma.md")
        assert found is not None
        assert (found.year, found.retracted) == (2024, True)
        assert [m.because for m in store.marks(found.id)] == ["a wrong dose"]


def test_records_within_a_file_are_compared_one_by_one(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "b", {"1": "One.", "2": "Two.", "3": "Three."})
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [folder])
        corpus(folder, {"1": "One.", "2": "Two, changed.", "4": "Four."})
        done = take_in(store, [folder])
        assert {k: done.counts[k] for k in ("new", "changed", "same")} == {"new": 1, "changed": 1, "same": 1}
        assert done.gone == ["b.3"]
        assert store.document("b.3") is not None
        assert take_in(store, [folder]).gone == ["b.3"], "also where the file is not read again"
        assert take_in(store, [folder], prune=True).pruned == 1
        assert store.document("b.3") is None


def test_what_comes_back_is_gone_no_more(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "b", {"1": "One.", "2": "Two."})
    with EvidenceStore(tmp_path / "s", make=True) as store:
        for texts in ({"1": "One.", "2": "Two."}, {"1": "One."}, {"1": "One.", "2": "Two."}):
            done = take_in(store, [corpus(folder, texts)], prune=False)
        assert (done.gone, done.counts["same"]) == ([], 2)
        assert take_in(store, [folder], prune=True).pruned == 0


def test_what_is_gone_is_reported_and_deleted_only_when_asked(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        (house / "asthma.md").unlink()
        assert [take_in(store, [house]).gone for _ in range(2)] == [["house.asthma.md"]] * 2
        assert store.document("house.asthma.md") is not None
        before = store.version
        done = take_in(store, [house], prune=True)
        assert (done.gone, done.pruned) == (["house.asthma.md"], 1)
        assert store.document("house.asthma.md") is None
        changes = store.changed_since(before)
        assert changes is not None
        assert changes.removed == ("house.asthma.md",)
        assert take_in(store, [house]).gone == []


def test_nothing_is_pruned_from_a_file_with_a_broken_record(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "b", {"1": "One.", "2": "Two."})
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [folder])
        (folder / "corpus.jsonl").write_text(
            '{"_id": "1", "title": "T 1", "text": "One."}\n{"_id": "2", "ti\n'
        )
        done = take_in(store, [folder], prune=True)
        assert (done.gone, done.pruned, len(done.records)) == (["b.2"], 0, 1)
        assert store.document("b.2") is not None


def test_a_broken_file_is_named_and_what_was_taken_in_before_stays(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        (house / "asthma.md").write_bytes(b"\xe9\xe9")
        (house / "new.pdf").write_bytes(b"%PDF-1.4 nothing")
        (house / "letter.docx").write_bytes(b"PK\x03\x04...")
        done = take_in(store, [house])
        assert {Path(one.file).name: one.reason.split(":")[0] for one in done.broken} == {
            "asthma.md": "it is no UTF-8 text",
            "new.pdf": "it is no PDF that can be read (PDFSyntaxError",
        }
        assert [Path(one.file).name for one in done.other] == ["letter.docx"]
        assert done.gone == []
        found = store.passage("house.asthma.md#0")
        assert found is not None
        assert found.text == "Give oxygen."


def test_a_file_says_which_one_it_supersedes_by_name_or_by_id(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "a.md").write_text("# A\n\nOld.")
    (folder / "old" / "b.md").write_text("---\nsupersedes: a.md\n---\n# B\n\nNewer.")
    (folder / "c.md").write_text(
        "---\nsupersedes: [old/b.md, guidance.metformin.dose, lost.md]\n---\n# C\n\nNewest."
    )
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [folder])
        assert {d.id: d.superseded_by for d in store.documents()} == {
            "house.c.md": None, "house.old/a.md": "house.old/b.md", "house.old/b.md": "house.c.md",
        }  # fmt: skip
        assert {m.target for m in store.marks()} >= {"guidance.metformin.dose"}
        assert [one.reason for one in done.unresolved] == ["nothing is called 'lost.md'"]
        (folder / "c.md").write_text("---\nsupersedes: old/b.md\n---\n# C\n\nNewer still.")
        take_in(store, [folder])
        assert store.document("house.old/b.md").superseded_by == "house.c.md@2"  # type: ignore[union-attr]
        (folder / "c.md").write_text("# C\n\nNewest.")
        take_in(store, [folder])
        assert store.document("house.old/b.md").superseded_by is None  # type: ignore[union-attr]


def test_what_is_said_at_ingestion_stands_before_what_is_found_and_a_new_saying_is_heard(
    house: Path, tmp_path: Path
) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house])
        done = take_in(store, [house], settings=Settings(Layer.GUIDELINE, "GB", "adults"))
        assert (done.unchanged, done.counts["amended"], done.counts["changed"]) == (0, 4, 0)
        assert {(d.layer, d.jurisdiction, d.population) for d in store.documents()} == {
            ("guideline", "GB", "adults")
        }


def test_a_label_is_read_to_the_label(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house / "asthma.md"], settings=Settings(Layer.REGULATORY))
        assert [d.depth for d in store.documents()] == ["label"]


def test_two_files_of_one_name_do_not_overwrite_one_another(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "asthma.md").write_text(f"# Asthma\n\nSaid by {name}.")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [tmp_path / "a", tmp_path / "b"], corpus="house")
        assert [p.text for p in store.passages()] == ["Said by a."]
        assert "give another --corpus" in done.records[0].reason
        shutil.rmtree(tmp_path / "a")
        done = take_in(store, [tmp_path / "b"], corpus="house")
        assert done.counts["changed"] + done.unchanged == 1


def test_a_folder_that_moved_keeps_its_documents(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house], corpus="ours")
        version = store.version
        moved = house.rename(tmp_path / "moved")
        done = take_in(store, [moved], corpus="ours")
        assert (done.counts["same"], done.gone, store.version) == (4, [], version)


@pytest.mark.skipif(sys.platform == "win32", reason="links are a Unix thing")
def test_a_link_that_leads_out_of_the_folder_is_not_followed(house: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nPassword.")
    (house / "link.md").symlink_to(tmp_path / "secret.md")
    (house / "loop").symlink_to(house)
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [house])
        assert [Path(one.file).name for one in done.broken] == ["link.md"]
        assert len(list(store.documents())) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_utf_8_is_reported(house: Path, tmp_path: Path) -> None:
    (house / os.fsdecode(b"caf\xe9.md")).write_text("# A\n\nText.")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [house])
        assert [one.reason for one in done.broken] == ["its name is no UTF-8: rename it"]
        assert done.broken[0].file.encode()


def test_sets_of_records_in_one_folder_are_corpora_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    for name in ("a", "b"):
        corpus(folder / name, {"1": f"Said in {name}."})
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [folder])
        assert {d.id for d in store.documents()} == {"a.1", "b.1"}


@pytest.mark.parametrize("name", ["Guidance", "guidance", "a b", "", "x" * 41, "ü"])
def test_a_corpus_that_cannot_be_named_so_is_refused(house: Path, tmp_path: Path, name: str) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store, pytest.raises(EvidenceError, match="--corpus"):
        take_in(store, [house], corpus=name)


def test_a_path_that_is_not_there_is_named_and_the_others_go_on(house: Path, tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "s", make=True) as store:
        with pytest.raises(EvidenceError, match="is not there"):
            take_in(store, [tmp_path / "nowhere"])
        done = take_in(store, [tmp_path / "nowhere", house])
        assert [(t.file, "is not there" in t.reason) for t in done.missing] == [
            (str(tmp_path / "nowhere"), True)
        ]
        assert len(list(store.documents())) == 4


def test_a_corpus_in_a_folder_hides_no_other_file(tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "corpus.jsonl").write_text('{"_id": "a", "title": "T", "text": "Rest helps."}\n')
    (mixed / "queries.jsonl").write_text('{"_id": "q", "text": "What helps?"}\n')
    (mixed / "own.md").write_text("# Own\n\nGive oxygen at once.\n")
    (mixed / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        done = take_in(store, [mixed])
        assert {d.id for d in store.documents()} == {"mixed.a", "mixed.own.md"}
    assert [Path(t.file).name for t in done.broken] == ["broken.pdf"]
    assert [Path(t.file).name for t in done.other] == ["queries.jsonl"]


def test_a_csv_in_latin_1_is_named_with_line_column_and_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "lat"
    folder.mkdir()
    (folder / "corpus.csv").write_bytes(b"doc_id,title,abstract\n1,A,\"['b']\"\n2,Caf\xe9,\"['b']\"\n")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        (broken,) = take_in(store, [folder]).broken
    assert broken.file.endswith("corpus.csv")
    assert "line 3, title" in broken.reason
    assert "UTF-8" in broken.reason


def test_who_watches_hears_how_far_it_is(house: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int, int]] = []
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [house], progress=lambda *told: heard.append(told))
    assert [done for _, done, _, _ in heard] == sorted(done for _, done, _, _ in heard)
    assert heard[-1][1:] == (heard[-1][2], heard[-1][2], 4)


CHILD = """
import sys
from pathlib import Path
from wardround.evidence import EvidenceStore, take_in
from wardround.evidence.ingest import keeping
keeping.BATCH = 20
with EvidenceStore(Path(sys.argv[2]), make=True) as store:
    take_in(store, [Path(sys.argv[1])])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
@pytest.mark.parametrize("after", [1, 180])
def test_a_run_that_is_killed_goes_on_to_the_same_end(tmp_path: Path, after: int) -> None:
    """Killed in the middle of taking in a folder whose files changed since: the next run ends as one never killed."""
    folder, records = tmp_path / "house", {str(n): f"Number {n}. It is so." for n in range(600)}
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nFirst.")
    corpus(folder / "records", records)
    stores = [tmp_path / name for name in ("killed", "whole")]
    for place in stores:
        with EvidenceStore(place, make=True) as store:
            take_in(store, [folder])
    corpus(folder / "records", {k: f"{v} Changed." if int(k) % 2 else v for k, v in records.items()})
    (folder / "a.md").write_text("# A\n\nSecond.")
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder), str(stores[0])])
    end = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < end:
        if versions_in(stores[0]) >= after:
            child.send_signal(signal.SIGKILL)
            break
    child.wait(60)
    for place in stores:
        with EvidenceStore(place) as store:
            take_in(store, [folder])
    assert content(stores[0]) == content(stores[1])


def versions_in(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder / 'evidence.sqlite'}?mode=ro", uri=True, timeout=5) as database:
        return int(database.execute("SELECT count(*) FROM documents WHERE version > 1").fetchone()[0])


def test_a_batch_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = corpus(tmp_path / "b", {str(n): f"Number {n}." for n in range(30)})
    monkeypatch.setattr(keeping, "BATCH", 10)
    from wardround.evidence.splitting import passages as split

    calls: list[str] = []

    def fails(text: str, spans: Any) -> Any:
        calls.append(text)
        if len(calls) == 15:
            raise KeyboardInterrupt
        return split(text, spans)

    monkeypatch.setattr(keeping, "passages", fails)
    with EvidenceStore(tmp_path / "s", make=True) as store:
        with pytest.raises(KeyboardInterrupt):
            take_in(store, [folder])
        assert len(list(store.documents())) == 10
        monkeypatch.setattr(keeping, "passages", split)
        assert take_in(store, [folder]).counts["new"] == 20


def test_two_runs_at_once_do_not_harm_one_another(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "b", {str(n): f"Number {n}. It is so." for n in range(200)})
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(folder), str(tmp_path / "s")]) for _ in range(2)
    ]
    assert [child.wait(60) for child in children] == [0, 0]
    with EvidenceStore(tmp_path / "s") as store:
        assert len(list(store.documents())) == 200
        assert store.document("b.7@2") is None
