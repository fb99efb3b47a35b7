"""Parts for cross-validation: queries that share a cited document, however far round, are never on both sides."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wardround.evaluation.retrieval_folds import folds

CITED = st.lists(
    st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True).map(tuple), min_size=1, max_size=30
)


@given(CITED, st.integers(0, 5))
def test_no_document_is_on_both_sides(cited: list[tuple[int, ...]], seed: int) -> None:
    fold = folds(tuple(cited), 3, seed)
    assert np.array_equal(fold, folds(tuple(cited), 3, seed))
    for part in range(3):
        inside = {doc for docs, where in zip(cited, fold, strict=True) if where == part for doc in docs}
        outside = {doc for docs, where in zip(cited, fold, strict=True) if where != part for doc in docs}
        assert not inside & outside


def test_parts_are_of_like_size() -> None:
    fold = folds(tuple((document,) for document in range(100)), 5, 0)
    assert np.bincount(fold).tolist() == [20] * 5
