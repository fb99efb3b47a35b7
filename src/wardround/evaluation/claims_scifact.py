"""SciFact (Wadden et al. 2020) as this distribution writes it: claims, the abstracts they cite, verdicts and rationales.

`abstract` is a printed array: its string literals are the sentences. Claim rows repeat for every set of evidence. A pair is a
claim and one abstract that it cites; an abstract that was cited and holds no evidence is Uncertain.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wardround.evidence import Verdict
from wardround.harness import ConfigurationError

_FIX: Final = "Give a folder with corpus.csv(.gz) and one claims_*.csv as SciFact's are."
_LITERAL: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.S)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
_WHITE: Final = {"n": " ", "t": " ", "r": " "}
_LABELS: Final = {
    "SUPPORT": Verdict.SUPPORTED,
    "SUPPORTS": Verdict.SUPPORTED,
    "CONTRADICT": Verdict.REFUTED,
    "REFUTE": Verdict.REFUTED,
}
_COLUMNS: Final = ("id", "claim", "evidence_doc_id", "evidence_label", "evidence_sentences", "cited_doc_ids")
_LARGEST: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Abstract:
    """A document: its title and its sentences."""

    id: int
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim beside an abstract that it cites. `rationales`: places of the sentences that decide."""

    claim_id: int
    claim: str
    document: int
    verdict: Verdict
    rationales: tuple[tuple[int, ...], ...]
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SciFact:
    """Both files."""

    abstracts: Mapping[int, Abstract]
    pairs: tuple[Pair, ...]


def read_scifact(folder: Path) -> SciFact:
    """Raises ConfigurationError that names what cannot be read."""
    corpus = next((p for p in (folder / "corpus.csv.gz", folder / "corpus.csv") if p.is_file()), None)
    claims = sorted(folder.glob("claims*.csv*")) if folder.is_dir() else []
    if corpus is None or len(claims) != 1:
        raise ConfigurationError(
            f"--data: {folder} holds {len(claims)} files of claims and {'a' if corpus else 'no'} corpus.",
            fix=_FIX,
        )
    abstracts = {a.id: a for a in _abstracts(corpus)}
    pairs = tuple(_pairs(claims[0], abstracts))
    if not pairs:
        raise ConfigurationError(
            f"--data: {claims[0]} names no claim whose abstract is in {corpus.name}.", fix=_FIX
        )
    return SciFact(abstracts, pairs)


def _rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    csv.field_size_limit(_LARGEST)
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
            file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
            reader = csv.DictReader(file)
            lacking = [c for c in columns if c not in (reader.fieldnames or ())]
            if lacking:
                raise ConfigurationError(f"--data: {path} has no column {lacking[0]}.", fix=_FIX)
            yield from reader
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"--data: {path} cannot be read: {error}.", fix=_FIX) from error


def _abstracts(path: Path) -> Iterator[Abstract]:
    for row in _rows(path, ("doc_id", "title", "abstract")):
        yield Abstract(_whole(row["doc_id"], path), row["title"], literals(row["abstract"]))


def literals(printed: str) -> tuple[str, ...]:
    """The strings of a printed array, escapes undone."""
    found = (m[1] if m[1] is not None else m[2] for m in _LITERAL.finditer(printed))
    return tuple(" ".join(_ESCAPE.sub(_sign, one).split()) for one in found)


def _sign(m: re.Match[str]) -> str:
    code = m[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _WHITE.get(code, code)


def _pairs(path: Path, abstracts: Mapping[int, Abstract]) -> Iterator[Pair]:
    """A pair for each cited abstract, in the file's order."""
    rows: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(path, _COLUMNS):
        rows[_whole(row["id"], path)].append(row)
    for id_, own in rows.items():
        cited = tuple(dict.fromkeys(int(n) for row in own for n in re.findall(r"\d+", row["cited_doc_ids"])))
        evidence: dict[int, list[tuple[Verdict, tuple[int, ...]]]] = defaultdict(list)
        for row in own:
            label = _LABELS.get(row["evidence_label"].strip().upper())
            if label is not None and row["evidence_doc_id"].strip():
                sentences = tuple(int(n) for n in re.findall(r"\d+", row["evidence_sentences"]))
                evidence[_whole(row["evidence_doc_id"], path)].append((label, sentences))
        for document in dict.fromkeys((*cited, *evidence)):
            if document in abstracts:
                found = evidence.get(document, [])
                verdict = found[0][0] if found else Verdict.UNCERTAIN
                yield Pair(id_, own[0]["claim"], document, verdict, tuple(s for _, s in found), cited)


def _whole(written: str, path: Path) -> int:
    try:
        return int(float(written))
    except ValueError:
        raise ConfigurationError(f"--data: {path}: '{written:.40}' is no number.", fix=_FIX) from None


def folds(pairs: Sequence[Pair], count: int) -> list[list[int]]:
    """Places of pairs in `count` parts of like size; claims that share an abstract, however far, stand in one part."""
    parent: dict[int, int] = {}

    def root(document: int) -> int:
        while parent.setdefault(document, document) != document:
            document = parent[document]
        return document

    for pair in pairs:
        first, *rest = {pair.document, *pair.cited}
        for other in rest:
            parent[root(other)] = root(first)
    groups: dict[int, list[int]] = defaultdict(list)
    for place, pair in enumerate(pairs):
        groups[root(pair.document)].append(place)
    parts: list[list[int]] = [[] for _ in range(count)]
    for group in sorted(groups.values(), key=lambda g: (-len(g), g[0])):
        min(parts, key=len).extend(group)
    return [sorted(part) for part in parts]
