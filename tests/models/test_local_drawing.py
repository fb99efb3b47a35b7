"""Drawing: by seed and place alone, under mask and temperature, each token as often as its probability says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs the extra [ml]")

import torch

from wardround.models.local.drawing import draw, log_probabilities, uniform

torch.set_num_threads(1)


@given(seed=st.integers(), position=st.integers(0, 10**6))
def test_a_number_is_in_range_and_the_same_each_time(seed: int, position: int) -> None:
    assert 0.0 <= uniform(seed, position) < 1.0
    assert uniform(seed, position) == uniform(seed, position)


def test_numbers_are_those_of_every_machine() -> None:
    assert [round(uniform(7, position), 6) for position in range(3)] == [0.000773, 0.919769, 0.33266]


def test_numbers_spread_evenly() -> None:
    drawn = sorted(uniform(seed, position) for seed in range(40) for position in range(50))
    assert max(abs(value - place / 2_000) for place, value in enumerate(drawn)) < 0.04


@settings(max_examples=60)
@given(
    data=st.data(), temperature=st.sampled_from([0.0, 1e-300, 0.3, 1.0, 5.0]), number=st.floats(0, 1 - 2**-52)
)
def test_what_is_not_allowed_is_never_drawn(data: st.DataObject, temperature: float, number: float) -> None:
    words = data.draw(st.integers(1, 70))
    allowed = data.draw(st.lists(st.booleans(), min_size=words, max_size=words).filter(any))
    logits = data.draw(
        st.lists(st.floats(-1e4, 1e4, width=32), min_size=words, max_size=words).map(torch.tensor)
    )
    tokens, logprobs = draw(logits[None], torch.tensor([allowed]), [temperature], [number])
    assert allowed[tokens[0]]
    assert -math.inf < logprobs[0] <= 0.0


def test_tokens_come_as_often_as_their_probability_says() -> None:
    logits = torch.tensor([[2.0, 0.0, 1.0, -torch.inf, 3.0]])
    allowed = torch.tensor([[True, True, True, True, False]])
    expected = log_probabilities(logits, allowed, [0.5])[0].exp().tolist()
    drawn = [draw(logits, allowed, [0.5], [uniform(1, place)])[0][0] for place in range(2_000)]
    for token, probability in enumerate(expected):
        assert drawn.count(token) / 2_000 == pytest.approx(probability, abs=0.03)


def test_a_row_draws_alike_alone_and_in_a_batch() -> None:
    draws = torch.Generator().manual_seed(1)
    logits = torch.randn(5, 40, generator=draws)
    temperatures, numbers = [0.0, 1.0, 0.7, 0.0, 2.0], [0.5, 0.1, 0.9, 0.2, 0.99]
    tokens, logprobs = draw(logits, None, temperatures, numbers)
    for row in range(5):
        alone = draw(logits[row : row + 1], None, temperatures[row : row + 1], numbers[row : row + 1])
        assert alone == ([tokens[row]], [logprobs[row]])


def test_greedy_is_the_likeliest_and_told_at_temperature_one() -> None:
    logits = torch.tensor([[1.0, 3.0, 2.0]])
    tokens, logprobs = draw(logits, None, [0.0], [0.0])
    assert tokens == [1]
    assert logprobs == pytest.approx([float(logits.log_softmax(-1)[0, 1])])
