"""Search among texts: by words, by meaning where the extra `embed` is installed, by who said it and when; fused, explained.

Knows no other room: who owns the texts, and who may see them, is the caller's affair.
"""

from wardround.search.embedding import Embedder, Reading, Vectors
from wardround.search.errors import SearchError
from wardround.search.minilm import embedder
from wardround.search.ranking import Hit, Passage, Ranker
from wardround.search.weights import BY_WORDS, FUSED, Weights
from wardround.search.word_index import WordIndex
from wardround.search.words import words

__all__ = [
    "BY_WORDS",
    "FUSED",
    "Embedder",
    "Hit",
    "Passage",
    "Ranker",
    "Reading",
    "SearchError",
    "Vectors",
    "Weights",
    "WordIndex",
    "embedder",
    "words",
]
