"""What others rely on: ids that hold, passages that are their places, marks, a version that moves, files that are refused."""

from __future__ import annotations

import sqlite3
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wardround.evidence import Depth, Document, EvidenceError, EvidenceStore, Layer
from wardround.evidence.ingest.drafts import BETWEEN, Draft, Note, Part, Settings
from wardround.evidence.ingest.keeping import Keeper
from wardround.evidence.naming import base_of, document_id, parted, passage_id

KEYS = st.text(
    st.sampled_from(f"{string.ascii_letters}{string.digits} _-./@#äñ中\n"), min_size=1, max_size=30
)


def keep(store: EvidenceStore, *drafts: Draft, corpus: str = "house", file: str = "f") -> Keeper:
    keeper = Keeper(store, corpus, file, Settings(), lambda _: False)
    for draft in drafts:
        keeper.keep(draft)
    keeper.write()
    return keeper


def draft(key: str, *texts: str, notes: tuple[Note, ...] = ()) -> Draft:
    return Draft(key, f"On {key}", tuple(Part(text) for text in texts), notes=notes)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path, make=True)


# --- names ---------------------------------------------------------------------------------------------------


@given(KEYS, KEYS)
def test_two_keys_never_meet_in_one_id_but_by_a_blank(a: str, b: str) -> None:
    if a.replace(" ", "_") != b.replace(" ", "_"):
        assert document_id("c", a) != document_id("c", b)


@given(KEYS, st.integers(1, 9), st.integers(0, 10**8))
def test_the_id_of_a_passage_comes_apart_again(key: str, version: int, n: int) -> None:
    name = document_id("c", key, version)
    assert parted(passage_id(name, n)) == (name, n)
    assert base_of(name) == document_id("c", key)
    assert not set(name) & set(" \n#")


@pytest.mark.parametrize(
    "name", ["", "#", "a", "a#", "#1", "a#-1", "a#01", "a#x", "a#1e3", "a#٣", "a#9999999999"]
)
def test_what_is_no_passage_s_id_finds_nothing(store: EvidenceStore, name: str) -> None:
    keep(store, draft("a", "Text."))
    assert store.passage(name) is None or name == "a#1"


# --- reading -------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=300), min_size=1, max_size=3), min_size=1, max_size=4))
def test_every_passage_is_its_place_in_the_whole(documents: list[list[str]]) -> None:
    with EvidenceStore(Path("/nowhere")) as store:
        keep(store, *(draft(str(n), *texts) for n, texts in enumerate(documents)))
        for document in store.documents():
            kept = store.kept(document.id)
            assert kept is not None
            assert kept.text == BETWEEN.join(documents[int(document.id.removeprefix("house."))])
            found = list(store.passages([document.id]))
            assert all(one.text == kept.text[one.start : one.end] for one in found)
            assert [store.passage(one.id) for one in found] == found
            held = "".join("".join(one.text.split()) for one in found)
            assert held == "".join(kept.text.split())


def test_passages_come_in_order_over_any_number_of_documents(store: EvidenceStore) -> None:
    keep(store, *(draft(str(n), "One. " * 300) for n in range(900)))
    names = [one.id for one in store.passages()]
    assert len(names) == len(set(names)) == 1800
    assert names[:3] == ["house.0#0", "house.0#1", "house.1#0"]
    assert [d.id for d in store.documents()] == [f"house.{n}" for n in range(900)]


def test_a_store_that_is_not_there_reads_as_empty_and_is_not_made(tmp_path: Path) -> None:
    with EvidenceStore(tmp_path / "none") as store:
        assert list(store.passages()) == []
        assert store.document("a") is None
    assert not (tmp_path / "none").exists()


def test_the_version_moves_with_what_can_be_read_and_with_nothing_else(
    store: EvidenceStore, tmp_path: Path
) -> None:
    seen = [store.version]
    keep(store, draft("a", "Text."))
    seen.append(store.version)
    keep(store, draft("a", "Text."))
    assert store.version == seen[-1]
    store.mark("house.a", "retracted", "wrong")
    seen.append(store.version)
    store.unmark("house.a")
    seen.append(store.version)
    assert store.unmark("house.a") == 0
    assert store.version == seen[-1]
    store.forget("house")
    seen.append(store.version)
    assert len(set(seen)) == len(seen)
    with EvidenceStore(tmp_path) as again:
        assert again.version == seen[-1]
    with EvidenceStore(tmp_path / "other", make=True) as other:
        assert other.version not in seen
        assert other.changed_since(seen[-1]) is None


def test_what_changed_since_a_version_is_told_document_by_document(store: EvidenceStore) -> None:
    keep(store, draft("a", "Text."), draft("b", "Text."), draft("c", "Text."))
    before = store.version
    keep(store, draft("b", "Other."))
    store.mark("house.c", "retracted", "wrong")
    changes = store.changed_since(before)
    assert changes is not None
    assert (set(changes.changed), changes.removed) == ({"house.b", "house.b@2", "house.c"}, ())
    store.forget("house")
    changes = store.changed_since(before)
    assert changes is not None
    assert (changes.changed, set(changes.removed)) == ((), {"house.a", "house.b", "house.b@2", "house.c"})
    for strange in ("", "x:1", "1", store.version + "9"):
        assert store.changed_since(strange) is None


# --- marks ---------------------------------------------------------------------------------------------------


def test_a_mark_on_a_work_is_on_all_its_versions_and_outlives_forgetting(store: EvidenceStore) -> None:
    keep(store, draft("a", "Text."))
    keep(store, draft("a", "Other."))
    store.mark("house.a", "retracted", "a wrong dose")
    assert [d.retracted for d in store.documents()] == [True, True]
    store.forget("house")
    keep(store, draft("a", "Text."))
    assert [d.retracted for d in store.documents()] == [True]
    assert store.unmark("house.a") == 1
    assert [d.retracted for d in store.documents()] == [False]


def test_a_mark_on_a_version_is_on_that_one(store: EvidenceStore) -> None:
    keep(store, draft("a", "Text."))
    keep(store, draft("a", "Other."))
    store.mark("house.a@2", "retracted", "misprint")
    assert [d.retracted for d in store.documents()] == [False, True]


def test_what_a_document_says_of_another_ends_when_it_says_so_no_more(store: EvidenceStore) -> None:
    keep(store, draft("a", "Text."), draft("b", "Text.", notes=(Note("retracted", "b says so", key="a"),)))
    assert [d.retracted for d in store.documents()] == [True, False]
    keep(store, draft("b", "Text."))
    assert [d.retracted for d in store.documents()] == [False, False]


def test_what_a_document_said_goes_with_it(store: EvidenceStore) -> None:
    keep(store, draft("a", "Text."))
    keep(
        store,
        draft("b", "Text.", notes=(Note("superseded", "newer", key="house.a", is_id=True),)),
        corpus="new",
    )
    assert store.document("house.a").superseded_by == "new.b"  # type: ignore[union-attr]
    store.forget("new")
    assert store.document("house.a").superseded_by is None  # type: ignore[union-attr]


def test_what_is_built_in_can_be_marked_too(store: EvidenceStore) -> None:
    built_in = Document("guidance.a.b", "T", Layer.GUIDELINE, Depth.SUMMARY, "S", "guidance")
    assert store.standing()(built_in) is built_in
    store.mark("guidance.a.b", "superseded", "our own pathway", "house.a")
    assert store.standing()(built_in).superseded_by == "house.a"


@pytest.mark.parametrize(
    ("kind", "because", "by", "reason"),
    [
        ("retracted", " ", None, "--because"),
        ("superseded", "newer", None, "--superseded-by"),
        ("superseded", "newer", "house.a@2", "own place"),
    ],
)
def test_a_mark_without_reason_or_sense_is_refused(
    store: EvidenceStore, kind: str, because: str, by: str | None, reason: str
) -> None:
    with pytest.raises(EvidenceError, match=reason):
        store.mark("house.a", kind, because, by)


def test_who_reads_does_not_wait_for_who_writes(store: EvidenceStore, tmp_path: Path) -> None:
    keep(store, draft("a", "Text."))
    store.database.execute("BEGIN IMMEDIATE")
    store.database.execute("DELETE FROM documents")
    with EvidenceStore(tmp_path) as reader:
        assert [one.text for one in reader.passages()] == ["Text."]
    store.database.execute("ROLLBACK")


# --- files that are refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "evidence.sqlite").write_bytes(content)
    with pytest.raises(EvidenceError, match="Move it away"):
        EvidenceStore(tmp_path)


def test_another_program_s_database_and_a_newer_schema_are_refused(tmp_path: Path) -> None:
    for name, statements, reason in (
        ("other", ["CREATE TABLE visits (id)"], "another program"),
        ("newer", ["CREATE TABLE meta (name, value)", "INSERT INTO meta VALUES ('schema', '99')"], "99"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        database = sqlite3.connect(folder / "evidence.sqlite")
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        with pytest.raises(EvidenceError, match=reason):
            EvidenceStore(folder, make=True)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="--store"):
        EvidenceStore(tmp_path / "file" / "store", make=True)
