"""Corpora that come as one file of records, each with its reader: BEIR, SciFact, NFCorpus, PubMedQA.

A record that cannot be read is passed over with its line and the reason; the others are taken. Also for evaluation,
which reads the same files: `read_corpus(path)`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from wardround.evidence.documents import Depth, Layer
from wardround.evidence.errors import EvidenceError
from wardround.evidence.ingest.drafts import MAX_TITLE, BrokenError, Draft, Part, Reading, Unread
from wardround.evidence.ingest.front_matter import Said, notes_of
from wardround.evidence.ingest.opening import Proven, Told, opened, prove
from wardround.evidence.ingest.places import place_of_headings
from wardround.evidence.ingest.printed_arrays import strings_of
from wardround.evidence.ingest.pubmed import population_of

MAX_LINE: Final = 16_000_000
MAX_JSON: Final = 512_000_000
_NAMES: Final = (
    "corpus.jsonl",
    "corpus.jsonl.gz",
    "corpus.csv.gz",
    "corpus.csv",
    "*.docs.gz",
    "*.docs",
    "pqal*.json",
    "ori_pqal*.json",
)
_BESIDE: Final = re.compile(
    r"(?:readme|licen[cs]e)(?:\..*)?|(?:queries|claims|qrels|(?:ori_)?(?:test|train|dev|val)(?:_set|_ground_truth)?)\b.*\.(?:jsonl|json|csv|tsv)(?:\.gz)?"
    r"|claims_\w+\.(?:csv|jsonl)(?:\.gz)?|.*\.(?:queries|qrels?|titles|ids)(?:\.gz)?|.*\.(?:titles|queries)\.\w+(?:\.gz)?",
    re.I,
)
_NF_TITLE: Final = re.compile(r"\s+pubmed ncbi\s+")


def corpus_file(folder: Path) -> Path | None:
    """The file of documents in a folder that is laid out as such a corpus: its questions and judgements are none."""
    for pattern in _NAMES:
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
        if found:
            return found[0]
    return None


def belongs_to_corpus(path: Path, corpus: Path) -> str | None:
    """Why a file in a corpus's folder is none of its documents: questions, judgements, what is told of the corpus, and other
    writings of the same records. None for what merely lies there."""
    if path == corpus:
        return None
    if _BESIDE.fullmatch(path.name):
        return f"it belongs to the corpus of {corpus.name}, and is none of its documents"
    if any(path.match(pattern) for pattern in _NAMES):
        return f"the corpus is read from {corpus.name}: give this file itself to read it too"
    return None


def kind_of(head: bytes) -> str | None:
    """Which layout a file has, by its first bytes."""
    line = head.split(b"\n", 1)[0]
    if line.startswith(b"{") and (b'"_id"' in line or b'"doc_id"' in line):
        return "beir"
    if line.strip().split(b",")[:3] == [b"doc_id", b"title", b"abstract"]:
        return "scifact"
    if re.match(rb"MED-\d+\t", line):
        return "nfcorpus"
    if head.lstrip()[:1] == b"{" and b'"QUESTION"' in head[:2_000] and b'"CONTEXTS"' in head:
        return "pubmedqa"
    return None


def read_corpus(path: Path) -> Iterator[Draft]:
    """The documents of a corpus's file, or of the folder that holds it. Raises EvidenceError at the first bad record."""
    file = corpus_file(path) if path.is_dir() else path
    if file is None:
        raise EvidenceError(f"{path} is no corpus: it holds none of {', '.join(_NAMES)}.")
    proven = prove(file)
    kind = kind_of(proven.head)
    if kind is None:
        raise EvidenceError(f"{file} is no corpus: give {', '.join(_NAMES)} in their layouts.")
    for one in READERS[kind](proven, None):
        if isinstance(one, Unread):
            raise EvidenceError(f"{file}, {one.where}: {one.reason}.")
        if isinstance(one, Draft):
            yield one


def _lines(proven: Proven, told: Told | None) -> Iterator[tuple[int, bytes]]:
    with opened(proven, told) as data:
        n = 0
        while line := data.readline(MAX_LINE + 1):
            n += 1
            if len(line) > MAX_LINE:
                raise BrokenError(f"line {n} is longer than {MAX_LINE} bytes")
            if line.strip():
                yield n, line


def _beir(proven: Proven, told: Told | None) -> Reading:
    for n, line in _lines(proven, told):
        try:
            raw = orjson.loads(line)
            yield _beir_draft(raw) if isinstance(raw, dict) else Unread(f"line {n}", "it is no JSON object")
        except ValueError as error:
            yield Unread(f"line {n}", f"it cannot be read ({str(error).splitlines()[0]:.100})")


def _beir_draft(raw: dict[str, Any]) -> Draft:
    """A record of BEIR, or of SciFact's own corpus.jsonl. What `metadata` says is taken where it is said rightly."""
    key, text = raw.get("_id", raw.get("doc_id")), raw.get("text", raw.get("abstract"))
    if not isinstance(key, str | int) or isinstance(key, bool):
        raise ValueError("_id: it has none that is text")
    text = " ".join(map(str, text)) if isinstance(text, list) else text
    title = raw.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise ValueError("title and text: they must be text")
    said = Said.model_validate(raw["metadata"]) if isinstance(raw.get("metadata"), dict) else Said()
    return _record(str(key), title, (Part(text.strip()),), said)


def _record(key: str, title: str, parts: tuple[Part, ...], said: Said | None = None) -> Draft:
    said = said or Said()
    parts = tuple(part for part in parts if part.text.strip())
    title = " ".join((title or said.title or "").split())
    if not parts and not title:
        raise ValueError("it has neither title nor text")
    return Draft(
        key=key,
        title=title[:MAX_TITLE] or key,
        parts=parts or (Part(title),),
        layer=said.layer or Layer.PRIMARY,
        depth=Depth.ABSTRACT if parts else Depth.TITLE,
        source=said.source,
        year=said.year,
        jurisdiction=said.jurisdiction,
        population=said.population,
        url=said.url,
        notes=tuple(notes_of(said)),
    )


def _scifact(proven: Proven, told: Told | None) -> Reading:
    csv.field_size_limit(MAX_LINE)
    with opened(proven, told) as data:
        rows = csv.DictReader(io.TextIOWrapper(data, encoding="utf-8-sig", newline=""))
        try:
            for row in rows:
                try:
                    text = " ".join(strings_of(row["abstract"] or ""))
                    yield _record(str(row["doc_id"] or ""), row["title"] or "", (Part(text),))
                except ValueError as error:
                    yield Unread(f"line {rows.line_num}", str(error))
        except UnicodeDecodeError as error:
            raise BrokenError(not_utf8(proven, "CSV")) from error
        except csv.Error as error:
            raise BrokenError(f"line {rows.line_num}: it is no CSV ({error}): fetch it again") from error


def not_utf8(proven: Proven, kind: str) -> str:
    """Where a file leaves UTF-8: the line, its column where a CSV's head names it, and what to do."""
    with opened(proven) as data:
        head = data.readline(MAX_LINE).decode("utf-8", "replace").lstrip("\ufeff").strip().split(",")
        data.seek(0)
        for n, line in enumerate(data, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                before = next(csv.reader([line[: error.start].decode("utf-8", "replace")]), [""])
                column = head[min(len(before), len(head)) - 1] if n > 1 else "the head"
                byte = line[error.start : error.start + 1].hex()
                return f"line {n}, {column}: byte {byte} is not UTF-8 (Latin-1 perhaps): save the {kind} as UTF-8"
    return f"it is not UTF-8: save the {kind} as UTF-8"


def _nfcorpus(proven: Proven, told: Told | None) -> Reading:
    for n, line in _lines(proven, told):
        try:
            key, tab, text = line.decode().partition("\t")
            if not tab:
                raise ValueError("it has no tab after its id")
            parted = _NF_TITLE.split(text.strip(), maxsplit=1)
            title, rest = (
                (parted[0], parted[1]) if len(parted) == 2 else (text.strip()[:80].rpartition(" ")[0], text)
            )
            yield _record(key, title, (Part(rest.strip()),))
        except ValueError as error:
            yield Unread(f"line {n}", str(error))


def _pubmedqa(proven: Proven, told: Told | None) -> Reading:
    with opened(proven, told) as data:
        content = data.read(MAX_JSON + 1)
    if len(content) > MAX_JSON:
        raise BrokenError(f"it has more than {MAX_JSON} bytes: split it")
    try:
        raw = orjson.loads(content)
    except ValueError as error:
        raise BrokenError(f"it is no JSON ({error}): fetch it again") from error
    for key, one in raw.items():
        try:
            yield _pubmedqa_draft(key, one)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield Unread(f"record {key}", f"it has not the fields of PubMedQA ({error!r:.80})")


def _pubmedqa_draft(key: str, raw: dict[str, Any]) -> Draft:
    """The abstract: its labelled parts, and the answer in words, which was its conclusion."""
    labels = [*raw.get("LABELS", ()), *[None] * len(raw["CONTEXTS"])]
    parts = [Part(text, label) for text, label in zip(raw["CONTEXTS"], labels, strict=False)]
    parts.append(Part(raw.get("LONG_ANSWER") or "", "CONCLUSIONS"))
    headings = [str(one) for one in raw.get("MESHES", ())]
    year = str(raw.get("YEAR") or "")
    said = Said(
        year=int(year) if year.isascii() and year.isdigit() else None,
        population=population_of(headings),
        jurisdiction=place_of_headings(headings),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{key}/",
    )
    return _record(key, raw["QUESTION"], tuple(parts), said)


READERS: Final[dict[str, Callable[[Proven, Told | None], Reading]]] = {
    "beir": _beir,
    "scifact": _scifact,
    "nfcorpus": _nfcorpus,
    "pubmedqa": _pubmedqa,
}
