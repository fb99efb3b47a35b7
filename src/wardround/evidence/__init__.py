"""Evidence that can be shown: documents and passages, search, citations, and claims that are checked against them."""

from wardround.evidence.builtin import builtin_passages
from wardround.evidence.cache import Cached, VerdictCache
from wardround.evidence.claims import Claim, Judged, Kind, Verdict
from wardround.evidence.contradicting import Contradiction, contradictions
from wardround.evidence.documents import Depth, Document, Found, Layer, Passage
from wardround.evidence.errors import EvidenceError
from wardround.evidence.ingest import Ingested, Settings, place, read_corpus, take_in
from wardround.evidence.library import Library, keeps_vectors
from wardround.evidence.reading.medicine import holds_medicine, holds_quantity, is_unspaced
from wardround.evidence.reading.sentences import asks
from wardround.evidence.searching.needs import Need
from wardround.evidence.searching.pico import Part, Pico
from wardround.evidence.searching.wanting import searched_for
from wardround.evidence.sourcing import judge_with_sources
from wardround.evidence.splitting import sentences
from wardround.evidence.splitting_claims import Read, Unread, claims, read_claims
from wardround.evidence.store import Changes, EvidenceStore, Kept, Mark
from wardround.evidence.verifying import (
    ClaimReader,
    Opinion,
    PairModel,
    Rate,
    Verifier,
    Weighed,
    hallucination_rate,
    pair_model,
    rate_of,
)

__all__ = [
    "Cached",
    "Changes",
    "Claim",
    "ClaimReader",
    "Contradiction",
    "Depth",
    "Document",
    "EvidenceError",
    "EvidenceStore",
    "Found",
    "Ingested",
    "Judged",
    "Kept",
    "Kind",
    "Layer",
    "Library",
    "Mark",
    "Need",
    "Opinion",
    "PairModel",
    "Part",
    "Passage",
    "Pico",
    "Rate",
    "Read",
    "Settings",
    "Unread",
    "Verdict",
    "VerdictCache",
    "Verifier",
    "Weighed",
    "asks",
    "builtin_passages",
    "claims",
    "contradictions",
    "hallucination_rate",
    "holds_medicine",
    "holds_quantity",
    "is_unspaced",
    "judge_with_sources",
    "keeps_vectors",
    "pair_model",
    "place",
    "rate_of",
    "read_claims",
    "read_corpus",
    "searched_for",
    "sentences",
    "take_in",
]
