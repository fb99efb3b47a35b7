"""From sentences to a verdict: whether a text decides a claim, then which way."""

from __future__ import annotations

import numpy as np
import pytest

from wardround.evidence.verifying.evidence_head import Head, Regression, SentencesRead, leant, told
from wardround.evidence.verifying.features import rows, whole

CLAIM = "Aspirin reduces fever."
TEXT = ["Aspirin in children.", "Aspirin was given.", "Fever fell."]


def read(sentences: list[str]) -> SentencesRead:
    n = len(sentences)
    rng = np.random.default_rng(n)
    return SentencesRead(
        rng.normal(size=(n, 3)),
        rng.normal(size=(n, 4)),
        np.array(rows(CLAIM, sentences, title=True)),
        rng.uniform(size=n),
        np.array(whole(CLAIM, sentences)),
    )


def flat(of: int, share: float) -> Regression:
    """Says the same whatever it sees."""
    return Regression(np.zeros(of), np.ones(of), np.zeros((of, 2)), np.log([1.0 - share, share]))


def test_a_text_as_a_whole_is_its_sentences_together() -> None:
    behind, _, everywhere, _, words = whole(CLAIM, TEXT)
    assert (behind, everywhere, words) == pytest.approx((2 / 3, 2 / 3, 3))
    first_only, *_ = whole(CLAIM, TEXT[:1])
    assert first_only == pytest.approx(1 / 3)


def test_what_is_in_any_sentence_is_in_the_whole_whatever_their_order() -> None:
    assert whole(CLAIM, TEXT) == whole(CLAIM, [TEXT[0], TEXT[2], TEXT[1]])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_of_sentences_gives_as_many_inputs(count: int) -> None:
    one, all_ = read(TEXT[:count]), read(TEXT)
    assert told(one).shape == told(all_).shape
    assert leant(one).shape == leant(all_).shape
    assert np.isfinite(told(one)).all()


def test_evidence_is_shared_out_by_the_leaning() -> None:
    one = read(TEXT)
    head = Head(flat(len(told(one)), 0.8), flat(len(leant(one)), 0.25))
    weighed = head.weigh(one)
    assert (weighed.refuted, weighed.uncertain, weighed.supported) == pytest.approx((0.6, 0.2, 0.2))
