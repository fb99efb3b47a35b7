"""What every store of memory promises, held against each of them: the process, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_facts import a_fact
from memory_places import PLACES, opened

from wardround.clinical import LOINC, WARDROUND, Coding, Concept, FactSource, PartialDate, Patient, Quantity
from wardround.memory import RememberingError
from wardround.memory.stores import AuditEntry, EphemeralStore, FactStore, open_store

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


@pytest.fixture(params=list(PLACES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FactStore]:
    kept = opened(request.param, tmp_path)
    yield kept
    kept.close()


def ids(store: FactStore, who: str = "p1") -> list[str]:
    return [fact.id for fact in store.read(patient_id=who)]


# --- writing and reading ---------------------------------------------------------------------------------


def test_a_fact_comes_back_as_it_was_written(store: FactStore) -> None:
    source = FactSource("document", "letter-3", "visit-1", (3, 11), "chest 胸痛", 2, (0.1, 0.2, 0.5, 0.25))
    fact = replace(
        a_fact("f1", since="2019-03", until="2020", value=Quantity(7.2, "mmol/L", "<"), detail="a\0b ü 胸"),
        source=source,
        concept=Concept("Glucose", (Coding(LOINC, "2339-0", "Glucose"), Coding("x", "y\0" * 5000))),
    )
    store.write([fact], patient_id="p1")
    assert store.read(patient_id="p1") == (fact,)


def test_writing_again_writes_nothing_and_keeps_what_was_written_first(store: FactStore) -> None:
    first, second = a_fact("f1", text="gout"), a_fact("f1", text="asthma")
    assert store.write([first, first, second], patient_id="p1") == 1
    assert store.write([second], patient_id="p1") == 0
    assert store.read(patient_id="p1") == (first,)
    assert store.write([], patient_id="p1") == 0


def test_the_order_of_writing_is_kept(store: FactStore) -> None:
    store.write([a_fact("z"), a_fact("a")], patient_id="p1")
    store.write([a_fact("m"), a_fact("z"), a_fact("b")], patient_id="p1")
    assert ids(store) == ["z", "a", "m", "b"]


def test_kinds_and_ids_narrow_what_is_read(store: FactStore) -> None:
    store.write([a_fact("f1"), a_fact("f2", kind="allergy"), a_fact("f3", kind="drug")], patient_id="p1")
    assert [f.id for f in store.read(patient_id="p1", kinds=["drug", "allergy"])] == ["f2", "f3"]
    assert [f.id for f in store.read(patient_id="p1", ids=["f3", "f1", "none", "\0", "\ud800"])] == [
        "f1",
        "f3",
    ]
    assert store.read(patient_id="p1", kinds=["drug"], ids=["f1"]) == ()
    assert store.read(patient_id="p1", kinds=[]) == store.read(patient_id="p1", ids=[]) == ()
    assert len(store.read(patient_id="p1", ids=[f"f{n}" for n in range(20_000)])) == 3


def test_codes_find_the_facts_that_carry_any_of_them(store: FactStore) -> None:
    twice = replace(a_fact("f2"), concept=Concept("x", (Coding(LOINC, "1-8"), Coding(WARDROUND, "c2"))))
    store.write([a_fact("f1", code="c1"), twice, a_fact("f3", code="c3")], patient_id="p1")
    store.write([a_fact("f1", patient_id="p2", code="c1")], patient_id="p2")
    wanted = [(WARDROUND, "c2"), (LOINC, "1-8"), (WARDROUND, "c1"), ("c1", WARDROUND)]
    assert [f.id for f in store.coded(patient_id="p1", codes=wanted)] == ["f1", "f2"]
    assert store.coded(patient_id="p1", codes=[]) == ()
    assert store.coded(patient_id="p1", codes=[(LOINC, "c1")]) == ()


def test_one_patients_facts_are_never_anothers(store: FactStore) -> None:
    near = ["p1", "p10", "P1", "p1 ", "p%", "p_", "p1'--", "' OR 1=1 --", "患者一"]
    for who in near:
        store.write([a_fact("same", patient_id=who, text=f"of {near.index(who)}", code="c")], patient_id=who)
    for n, who in enumerate(near):
        (mine,) = store.read(patient_id=who)
        assert mine.patient_id == who
        assert mine.concept.text == f"of {n}"
        assert store.coded(patient_id=who, codes=[(WARDROUND, "c")]) == (mine,)
        assert store.matching(patient_id=who, words=["of"], limit=9) == ("same",)
    assert store.read(patient_id="nobody") == ()
    assert store.patients() == tuple(sorted(near))


def test_the_patient_must_be_named(store: FactStore) -> None:
    hidden: Any = store
    calls: list[Any] = [store.read, store.revision, store.patient, store.vectors, lambda: hidden.write([])]
    for call in calls:
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("who", ["", "a\0b", "\ud800", "p" * 501])
def test_an_id_that_cannot_be_kept_is_refused_by_every_store_alike(store: FactStore, who: str) -> None:
    with pytest.raises(RememberingError, match="patient_id"):
        store.write([a_fact("f1", patient_id=who)], patient_id=who)
    with pytest.raises(RememberingError, match="patient_id"):
        store.read(patient_id=who)
    if who:
        with pytest.raises(RememberingError, match="fact id"):
            store.write([a_fact(who)], patient_id="p1")
    assert store.patients() == ()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (a_fact("f50", patient_id="p2"), "f50 is about p2, not p1"),
        (a_fact("f50", text="half \ud83d of a pair"), "f50 cannot be written"),
        (replace(a_fact("f50"), recorded=datetime(2026, 1, 1)), "f50: recorded has no time zone"),
        (a_fact("f50", value=object()), "f50 cannot be written"),
        ("not a fact", "is no Fact"),
    ],
    ids=["of-another-patient", "half-a-surrogate-pair", "no-time-zone", "no-json", "no-fact"],
)
def test_a_batch_whose_fiftieth_fact_is_bad_writes_nothing(store: FactStore, bad: Any, said: str) -> None:
    batch = [a_fact(f"f{n}") for n in range(1, 100)]
    batch[49] = bad
    with pytest.raises(RememberingError, match=said):
        store.write(batch, patient_id="p1")
    assert store.read(patient_id="p1") == ()
    assert store.patients() == ()
    assert store.revision(patient_id="p1") == 0
    assert store.write([a_fact("f1")], patient_id="p1") == 1


def test_the_longest_ids_are_kept_and_found(store: FactStore) -> None:
    who, name, model = "p" * 500, "漢" * 166, "m" * 500
    store.write([a_fact(name, patient_id=who)], patient_id=who)
    store.keep_vectors(patient_id=who, model=model, vectors={name: b"1"})
    assert [f.id for f in store.read(patient_id=who, ids=[name])] == [name]
    assert store.vectors(patient_id=who, model=model) == {name: b"1"}


# --- words -----------------------------------------------------------------------------------------------


def found(store: FactStore, *words: str, limit: int = 10) -> list[str]:
    return list(store.matching(patient_id="p1", words=words, limit=limit))


def test_words_are_found_whole_and_without_regard_to_case_or_accents(store: FactStore) -> None:
    facts = [
        a_fact("plain", text="Chest pain, left arm"),
        a_fact("accent", text="Ménière's disease"),
        a_fact("detail", text="penicillin", detail="anaphylaxis (2019)"),
        a_fact("value", kind="social", text="smoking", value="former smoker"),
        replace(a_fact("coded"), concept=Concept("x", (Coding("s", "c", "Myocardial infarction"),))),
        replace(a_fact("quoted"), source=FactSource("event", "7", "v", (0, 9), "my sore knee")),
    ]
    store.write(facts, patient_id="p1")
    assert found(store, "PAIN") == ["plain"]
    assert found(store, "pai") == []
    assert found(store, "meniere") == ["accent"]
    assert found(store, "MÉNIÈRE'S") == ["accent"]
    assert found(store, "2019") == ["detail"]
    assert found(store, "smoker") == ["value"]
    assert found(store, "infarction") == ["coded"]
    assert found(store, "knee") == ["quoted"]
    assert found(store, "chest pain") == ["plain"]
    assert found(store, "pain chest") == []
    assert found(store, "pain left") == ["plain"]


def test_two_characters_of_chinese_are_found_inside_longer_words(store: FactStore) -> None:
    store.write(
        [
            a_fact("zh", text="劳累后胸痛三天"),
            a_fact("zh2", text="胸闷，头痛"),
            a_fact("mixed", text="做了CT检查"),
            a_fact("ja", text="ペニシリンアレルギー"),
            a_fact("ko", text="두통이 있다"),
        ],
        patient_id="p1",
    )
    assert found(store, "胸痛") == ["zh"]
    assert found(store, "痛") == ["zh2", "zh"]
    assert found(store, "ct检查") == ["mixed"]
    assert found(store, "检查") == ["mixed"]
    assert found(store, "アレルギー") == ["ja"]
    assert found(store, "두통") == ["ko"]
    assert found(store, "胸头") == []


def test_the_facts_with_most_of_the_words_come_first_then_the_latest(store: FactStore) -> None:
    texts = {"old": "knee pain", "new": "knee swelling", "both": "left knee", "none": "cough"}
    store.write([a_fact(name, text=text) for name, text in texts.items()], patient_id="p1")
    assert found(store, "knee") == ["both", "new", "old"]
    assert found(store, "knee", "pain") == ["old", "both", "new"]
    assert found(store, "knee", "pain", limit=2) == ["old", "both"]
    assert found(store, "knee", limit=0) == []
    assert found(store) == []


HOSTILE = [
    "*",
    '"',
    "pain*",
    'pain" OR "cough',
    "NEAR(pain cough)",
    "-pain",
    "col:pain",
    "%",
    "_",
    "p_in",
    "\\",
]
HOSTILE += [
    "'; DROP TABLE facts; --",
    "pain AND NOT cough",
    "\0",
    "\ud800",
    "(",
    "&",
    "|",
    "!pain",
    "{",
    "^pain",
]


@pytest.mark.parametrize("word", HOSTILE, ids=[f"hostile-{n}" for n in range(len(HOSTILE))])
def test_query_syntax_in_a_word_is_data(store: FactStore, word: str) -> None:
    store.write(
        [a_fact("f1", text="pain"), a_fact("f2", text="cough"), a_fact("f3", text="not")], patient_id="p1"
    )
    expected = {"pain*": ["f1"], "-pain": ["f1"], "!pain": ["f1"], "^pain": ["f1"]}.get(word, [])
    assert found(store, word) == expected
    assert len(store.read(patient_id="p1")) == 3


def test_a_text_instead_of_a_list_of_words_is_refused(store: FactStore) -> None:
    with pytest.raises(RememberingError, match="list of words"):
        store.matching(patient_id="p1", words="pain", limit=3)
    with pytest.raises(RememberingError, match="list of ids"):
        store.read(patient_id="p1", ids="f1")


some_text = st.text(st.sampled_from(list("ab É胸痛头%_*\"' \0.-1İßﬁ")), max_size=8)


@pytest.mark.parametrize("name", ["sqlite", "postgres"])
def test_every_store_finds_the_same(name: str, tmp_path: Path) -> None:
    lasting = opened(name, tmp_path)
    number = iter(range(100_000))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(some_text, max_size=5), st.lists(some_text, max_size=4), st.integers(1, 4))
    def finds_the_same(texts: list[str], words: list[str], limit: int) -> None:
        who, plain = f"p{next(number)}", EphemeralStore()
        facts = [a_fact(f"f{n}", patient_id=who, text=text) for n, text in enumerate(texts)]
        for store in (plain, lasting):
            store.write(facts, patient_id=who)
        expected = plain.matching(patient_id=who, words=words, limit=limit)
        assert lasting.matching(patient_id=who, words=words, limit=limit) == expected
        assert lasting.read(patient_id=who) == tuple(facts)

    finds_the_same()
    lasting.close()


# --- who they are, revisions, vectors, the trail -----------------------------------------------------------


def test_who_the_patient_is_comes_back_and_the_latest_word_counts(store: FactStore) -> None:
    assert store.patient(patient_id="p1") is None
    store.know(Patient("p1", "Maria", None, "unknown"))
    named = Patient(
        "p1", "Maria Keller", PartialDate.parse("1959-03"), "female", PartialDate.parse("2024"), "de"
    )
    store.know(named)
    assert store.patient(patient_id="p1") == named
    assert store.patients() == ("p1",)
    with pytest.raises(RememberingError, match="patient p2 cannot be written"):
        store.know(Patient("p2", "\ud800", None, "unknown"))


def test_what_is_newer_than_a_revision_comes_with_its_own(store: FactStore) -> None:
    assert store.newer(patient_id="p1", than=None) == (0, ())
    assert store.newer(patient_id="p1", than=0) == (0, None)
    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    revision, facts = store.newer(patient_id="p1", than=0)
    assert (revision, facts) == (store.revision(patient_id="p1"), store.read(patient_id="p1"))
    assert len(facts or ()) == 2
    assert store.newer(patient_id="p1", than=revision) == (revision, None)
    assert store.newer(patient_id="p2", than=None) == (0, ())
    with pytest.raises(RememberingError):
        store.newer(patient_id="", than=None)


def test_the_revision_is_another_after_every_change_and_the_same_after_none(store: FactStore) -> None:
    def revision() -> int:
        return store.revision(patient_id="p1")

    seen = [revision()]
    assert seen == [0]

    def changed() -> bool:
        seen.append(revision())
        return seen[-1] not in seen[:-1]

    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    assert changed()
    store.know(Patient("p1", "Maria", None, "unknown"))
    assert changed()
    kept = revision()
    store.write([a_fact("f1")], patient_id="p1")
    store.know(Patient("p1", "Maria", None, "unknown"))
    store.write([a_fact("f1", patient_id="p2")], patient_id="p2")
    store.read(patient_id="p1")
    assert revision() == kept
    store.erase(patient_id="p1", ids=["f1"], by="court", reason="law", at=NOW)
    assert changed()
    store.erase(patient_id="p1", ids=None, by="court", reason="law", at=NOW)
    assert revision() == 0
    store.write([a_fact("f3")], patient_id="p1")
    assert changed()


def test_vectors_are_kept_by_model_and_only_for_facts_that_are_there(store: FactStore) -> None:
    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    store.write([a_fact("f1", patient_id="p2")], patient_id="p2")
    store.keep_vectors(
        patient_id="p1", model="a", vectors={"f1": b"\0\1", "f2": b"\2", "none": b"\3", "\0": b""}
    )
    store.keep_vectors(patient_id="p1", model="a", vectors={"f1": b"\7"})
    store.keep_vectors(patient_id="p1", model="b", vectors={"f1": b"\4"})
    assert store.vectors(patient_id="p1", model="a") == {"f1": b"\7", "f2": b"\2"}
    assert store.vectors(patient_id="p1", model="b") == {"f1": b"\4"}
    assert store.vectors(patient_id="p2", model="a") == {}
    with pytest.raises(RememberingError, match="f2 is no bytes"):
        store.keep_vectors(patient_id="p1", model="a", vectors={"f2": "text"})  # type: ignore[dict-item]


def test_the_trail_keeps_every_line_in_order(store: FactStore) -> None:
    lines = [
        AuditEntry(NOW, "Dr. A", "psychiatrist", "unlock", "mental health", "p1", "consult", 3),
        AuditEntry(NOW, "clerk", "clerk", "list patients"),
        AuditEntry(NOW, "Dr. B", "surgeon", "unlock", "hiv", "p2"),
    ]
    for line in lines:
        store.note(line)
    assert store.audit() == tuple(lines)
    assert store.audit(patient_id="p1") == (lines[0],)
    assert store.audit(patient_id="p3") == ()
    with pytest.raises(RememberingError, match="time zone"):
        store.note(AuditEntry(datetime(2026, 1, 1), "x", "x", "x"))
    with pytest.raises(RememberingError, match="reason holds a NUL"):
        store.note(AuditEntry(NOW, "x", "x", "x", reason="\0"))


# --- opening and closing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sqlite", "postgres"])
def test_what_was_written_is_there_when_the_place_is_opened_again(name: str, tmp_path: Path) -> None:
    where = PLACES[name](tmp_path)
    first = open_store(where)
    first.write([a_fact("f1")], patient_id="p1")
    kept = first.revision(patient_id="p1")
    first.close()
    again = open_store(where)
    assert ids(again) == ["f1"]
    assert again.revision(patient_id="p1") == kept
    again.close()


def test_a_closed_store_refuses_everything_but_closing(store: FactStore, tmp_path: Path) -> None:
    store.close()
    store.close()
    calls: list[Any] = [
        lambda: store.write([a_fact("f1")], patient_id="p1"),
        lambda: store.read(patient_id="p1"),
        lambda: store.coded(patient_id="p1", codes=[("s", "c")]),
        lambda: store.matching(patient_id="p1", words=["x"], limit=1),
        lambda: store.revision(patient_id="p1"),
        lambda: store.know(Patient("p1", "x", None, "unknown")),
        lambda: store.patient(patient_id="p1"),
        lambda: store.patients(),
        lambda: store.erase(patient_id="p1", ids=None, by="x", reason="x", at=NOW),
        lambda: store.note(AuditEntry(NOW, "x", "x", "x")),
        lambda: store.audit(),
        lambda: store.keep_vectors(patient_id="p1", model="m", vectors={}),
        lambda: store.vectors(patient_id="p1", model="m"),
        lambda: store.backup(tmp_path / "copy"),
    ]
    for call in calls:
        with pytest.raises(RememberingError, match="closed"):
            call()


@pytest.mark.parametrize("address", ["mysql://host/x", "sqlite:///x.db", "postgresql+asyncpg://host/x"])
def test_an_address_of_something_else_is_refused_with_the_fix(address: str) -> None:
    with pytest.raises(RememberingError, match="path of a SQLite file, or postgresql://"):
        open_store(address)


def test_what_is_no_database_is_refused_with_the_fix(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague, " * 100)
    for where in (letter, tmp_path, tmp_path / "none" / "memory.sqlite"):
        with pytest.raises(RememberingError, match=r"cannot be opened as memory.*SQLite"):
            open_store(where)
    assert letter.read_text().startswith("Dear colleague")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(RememberingError) as refusal:
        open_store("postgresql://ward:secret@127.0.0.1:1/memory")
    assert "127.0.0.1:1/memory" in str(refusal.value)
    assert "secret" not in str(refusal.value)
