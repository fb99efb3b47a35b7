"""Search among texts: by words, by meaning where the extra `embed` is installed, by who said it and when; fused, explained.

Knows no other room: who owns the texts, and who may see them, is the caller's affair.
"""

from wardround.search.embedding import Embedder, Reading, Vectors
from wardround.search.errors import SearchError
from wardround.search.finder import Finder, fused
from wardround.search.full_text import BIGGEST_NUMBER, Entry, FullText, Wanted
from wardround.search.kept_vectors import KeptVectors
from wardround.search.meanings import Meanings, starts_of
from wardround.search.minilm import embedder, swift_embedder
from wardround.search.ranking import Hit, Passage, Ranker
from wardround.search.retriever import SHIPPED, Retriever, retriever
from wardround.search.sentences import sentences
from wardround.search.weights import BY_WORDS, FUSED, Weights
from wardround.search.word_index import WordIndex
from wardround.search.words import placed_words, words

__all__ = [
    "BIGGEST_NUMBER",
    "BY_WORDS",
    "FUSED",
    "SHIPPED",
    "Embedder",
    "Entry",
    "Finder",
    "FullText",
    "Hit",
    "KeptVectors",
    "Meanings",
    "Passage",
    "Ranker",
    "Reading",
    "Retriever",
    "SearchError",
    "Vectors",
    "Wanted",
    "Weights",
    "WordIndex",
    "embedder",
    "fused",
    "placed_words",
    "retriever",
    "sentences",
    "starts_of",
    "swift_embedder",
    "words",
]
