"""Whatever a file holds: it is taken in, passed over or refused with a reason, and nothing falls."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_articles import article, article_set

from wardround.evidence import EvidenceStore, take_in
from wardround.evidence.ingest.layouts import READERS
from wardround.evidence.ingest.opening import prove

XML = article_set(
    article(1, [("AIM", "One.")], links=[("RetractionIn", 2), ("UpdateIn", 3)], headings=["Adult", "Norway"]),
    article(2),
)
GOOD = {
    "a.xml": XML.encode(),
    "b.xml.gz": gzip.compress(XML.encode(), mtime=0),
    "corpus.jsonl": b'{"_id": "1", "title": "T", "text": "Text.", "metadata": {"year": 2000}}\n' * 2,
    "corpus.csv": b"doc_id,title,abstract,structured\n4,T,\"['One.'\n 'Two.']\",False\n",
    "d.docs": b"MED-1\tfish oil pubmed ncbi abstract aims\nMED-2\tother text\n",
    "pqal.json": b'{"1": {"QUESTION": "Q?", "CONTEXTS": ["a", "b"], "LABELS": ["A"], "LONG_ANSWER": "x", "YEAR": "2000"}}',
    "m.md": b"---\ntitle: T\nyear: 2000\nsupersedes: x.md\n---\n# A\n\nText. <!-- no -->\n\n## B\n- item\n",
    "t.txt": "Title\n\nText with 5 µg. More.".encode(),
}
PIECES = st.sampled_from(
    [b"", b"\0", b"\xff\xfe", b"<", b">", b"&", b"---\n", b"{", b"}", b'"', b"\n", b"\t", b"[", b"'", b"\\", b"#" * 9, b"9" * 40,
     b"<!ENTITY a 'b'>", b"<PMID>x</PMID>", b"null", b"NaN", b"\xed\xa0\x80", b"<!--", b"\x1f\x8b", b"%PDF-1.4", b": *a"]
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with some bytes of it exchanged, put in or cut off."""
    name = draw(st.sampled_from(sorted(GOOD)))
    data = GOOD[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 20)))
        data = data[:start] + draw(st.one_of(PIECES, st.binary(max_size=8))) + data[end:]
    return name, data


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_a_spoilt_file_is_refused_in_words_or_taken(file: tuple[str, bytes]) -> None:
    name, data = file
    with tempfile.TemporaryDirectory() as folder, EvidenceStore(Path("/nowhere")) as store:
        (Path(folder) / name).write_bytes(data)
        done = take_in(store, [Path(folder) / name])
        assert all(one.reason.strip() for one in (*done.broken, *done.records, *done.other))
        assert done.read or done.broken or done.other
        for document in store.documents():
            assert list(store.passages([document.id]))
        assert take_in(store, [Path(folder) / name]).counts["new"] == 0


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("beir", ("_id", "title", "text", "metadata")),
        ("pubmedqa", ("QUESTION", "CONTEXTS", "LABELS", "LONG_ANSWER", "MESHES", "YEAR")),
    ],
)
def test_a_record_of_any_shape_is_read_or_passed_over(
    kind: str, fields: tuple[str, ...], tmp_path: Path
) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.fixed_dictionaries(dict.fromkeys(fields, JSON)))
    def check(record: dict[str, object]) -> None:
        content = record if kind == "beir" else {"1": record}
        (tmp_path / "records").write_text(
            json.dumps(content).replace("NaN", "null").replace("Infinity", "0") + "\n"
        )
        assert len(list(READERS[kind](prove(tmp_path / "records"), None))) == 1

    check()
