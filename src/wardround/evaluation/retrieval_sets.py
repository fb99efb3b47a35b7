"""Retrieval sets as they are published, read with their traps: SciFact, NFCorpus, PubMedQA, and any BEIR folder.

SciFact: what is relevant is `cited_doc_ids`; abstracts are printed arrays of string literals. NFCorpus: its own documents,
2-1-0 judgements. PubMedQA: each question's own abstract among all of them.
"""

from __future__ import annotations

import ast
import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from wardround.harness import ConfigurationError

_LITERAL: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_TITLE_ENDS: Final = re.compile(r"\s+(?:pubmed ncbi(?: abstract)?|abstract)\s+")
"""NFCorpus: what stands between title and abstract, where a page had both."""
_LONGEST_TITLE: Final = 40
_LONGEST_FIELD: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Text:
    """A document: its title, and its sentences where the set gives them; else its parts."""

    id: str
    title: str
    parts: tuple[str, ...]

    @property
    def whole(self) -> str:
        """Title and text in one."""
        return " ".join((self.title, *self.parts)).strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and how relevant which documents are to it; nothing else is."""

    id: str
    text: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """One set: every document, every query with judgements."""

    name: str
    texts: tuple[Text, ...]
    asked: tuple[Asked, ...]
    unscored: int = 0
    """Queries without a judgement of any of the documents."""

    def limited(self, limit: int | None) -> RetrievalSet:
        """The first queries; every document stays."""
        return replace(self, asked=self.asked[:limit])


def read_sets(folder: Path) -> tuple[RetrievalSet, ...]:
    """The sets in a folder: itself one, or holding several. Raises ConfigurationError naming what is wrong."""
    if not folder.is_dir():
        raise ConfigurationError(f"--data: {folder} is no folder.", fix="Name the folder of a retrieval set.")
    own = _read(folder)
    found = (
        [own]
        if own
        else [s for sub in sorted(p for p in folder.iterdir() if p.is_dir()) if (s := _read(sub))]
    )
    if not found:
        raise ConfigurationError(
            f"--data: {folder} holds no retrieval set.",
            fix="Name a folder of SciFact (corpus.csv.gz, claims*.csv), NFCorpus (*.docs.gz), PubMedQA (pqal*.json) or BEIR"
            " (corpus.jsonl), or one that holds such folders.",
        )
    return tuple(found)


def _read(folder: Path) -> RetrievalSet | None:
    try:
        if any(folder.glob("claims*.csv*")) and any(folder.glob("corpus.csv*")):
            return _judged("scifact", _scifact_texts(folder), _scifact_claims(folder))
        if any(folder.glob("*.docs*")) and any(folder.glob("*.2-1-0.qrel*")):
            return _nfcorpus(folder)
        if files := sorted(folder.glob("pqal*.json")):
            return _pubmedqa(files)
        if (folder / "corpus.jsonl").is_file() and (folder / "queries.jsonl").is_file():
            return _beir(folder)
    except (
        OSError,
        UnicodeDecodeError,
        csv.Error,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        SyntaxError,
        EOFError,
    ) as error:
        raise ConfigurationError(
            f"--data: {folder} cannot be read: {type(error).__name__}: {error}",
            fix="Give the set as it is published.",
        ) from error
    return None


def _judged(name: str, texts: Iterator[Text], asked: Iterator[Asked]) -> RetrievalSet:
    """Judgements of documents that are not there do not count; a query without any is unscored."""
    have = {text.id: text for text in texts}
    kept, every = [], 0
    for one in asked:
        every += 1
        relevant = {doc: how for doc, how in one.relevant.items() if doc in have and how > 0}
        if relevant:
            kept.append(replace(one, relevant=relevant))
    return RetrievalSet(name, tuple(have.values()), tuple(kept), every - len(kept))


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with _opened(path) as file:
        yield from csv.DictReader(file)


def sentences_of(printed: str) -> tuple[str, ...]:
    """The strings of a printed array, one by one: written side by side they would be read as one."""
    found = (ast.literal_eval(match.group().replace("\n", "\\n")) for match in _LITERAL.finditer(printed))
    return tuple(sentence for one in found if (sentence := " ".join(str(one).split())))


def _scifact_texts(folder: Path) -> Iterator[Text]:
    for row in _rows(sorted(folder.glob("corpus.csv*"))[0]):
        yield Text(row["doc_id"], row["title"], sentences_of(row["abstract"]))


def _scifact_claims(folder: Path) -> Iterator[Asked]:
    """Every claim once, whichever file and however many rows it stands in."""
    for path in sorted(folder.glob("claims*.csv*")):
        claims: dict[str, tuple[str, dict[str, int]]] = {}
        for row in _rows(path):
            cited = re.findall(r"\d+", row["cited_doc_ids"] or "")
            claims.setdefault(row["id"], (row["claim"], {}))[1].update(dict.fromkeys(cited, 1))
        yield from (Asked(f"{path.name}:{key}", text, relevant) for key, (text, relevant) in claims.items())


def _nfcorpus(folder: Path) -> RetrievalSet:
    """Every split that is there, with its own documents; with several, the splits' queries over all their documents."""
    texts: dict[str, Text] = {}
    asked: dict[str, Asked] = {}
    for path in sorted(folder.glob("*.docs*")):
        split = path.name.split(".")[0]
        texts |= {key: _titled(key, said) for key, said in _tabbed(path)}
        relevant: dict[str, dict[str, int]] = {}
        with _opened(sorted(folder.glob(f"{split}.2-1-0.qrel*"))[0]) as file:
            for line in file:
                query, _, document, how = line.split()
                relevant.setdefault(query, {})[document] = int(how)
        queries = sorted(folder.glob(f"{split}.titles.queries*"))[0]
        asked |= {key: Asked(key, said, relevant.get(key, {})) for key, said in _tabbed(queries)}
    return _judged("nfcorpus", iter(texts.values()), iter(asked.values()))


def _titled(key: str, said: str) -> Text:
    title, *rest = _TITLE_ENDS.split(said, maxsplit=1)
    return (
        Text(key, title, tuple(rest))
        if rest and len(title.split()) <= _LONGEST_TITLE
        else Text(key, "", (said,))
    )


def _tabbed(path: Path) -> Iterator[tuple[str, str]]:
    with _opened(path) as file:
        for line in file:
            key, _, said = line.rstrip("\n").partition("\t")
            if key:
                yield key, said


def _pubmedqa(files: list[Path]) -> RetrievalSet:
    items: dict[str, Any] = {}
    for path in files:
        items |= json.loads(path.read_text(encoding="utf-8"))
    texts = (
        Text(key, "", tuple(" ".join(part.split()) for part in item["CONTEXTS"]))
        for key, item in items.items()
    )
    asked = (Asked(key, item["QUESTION"], {key: 1}) for key, item in items.items())
    return _judged("pubmedqa", texts, asked)


def _beir(folder: Path) -> RetrievalSet:
    relevant: dict[str, dict[str, int]] = {}
    for path in sorted((folder / "qrels").glob("*.tsv")):
        with path.open(encoding="utf-8") as file:
            next(file, None)
            for line in file:
                query, document, how = line.split("\t")[:3]
                relevant.setdefault(query, {})[document] = int(how)
    texts = (
        Text(str(row["_id"]), row.get("title") or "", (row["text"],))
        for row in _lines(folder / "corpus.jsonl")
    )
    asked = (
        Asked(str(row["_id"]), row["text"], relevant.get(str(row["_id"]), {}))
        for row in _lines(folder / "queries.jsonl")
    )
    return _judged(folder.name, texts, (one for one in asked if one.relevant))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
