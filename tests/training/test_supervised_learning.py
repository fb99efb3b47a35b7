"""Supervised learning: marked tokens alone, lessons that never see each other, runs that go on to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from training_lessons import made_up, tiny

from wardround.training.batches import Packing, rows_of, steps_of
from wardround.training.checkpoints import NAME
from wardround.training.errors import TrainingError
from wardround.training.measuring import kinds_of, mean_loss
from wardround.training.shards import Encoded
from wardround.training.supervised import Supervised, learn, loss_of

PACKING = Packing(tokens=120, at_once=60, longest=64)
CONFIG = Supervised(
    4, rate=5e-3, warmup=2, packing=PACKING, budget=60, bf16=False, device="cpu", save_every=1
)
PARTS = [lambda: made_up(12, 1), lambda: made_up(9, 2)]


@pytest.mark.parametrize("muon", [None, 1e-2])
def test_two_steps_and_two_more_are_four_steps_bit_for_bit(tmp_path: Path, muon: float | None) -> None:
    config = replace(CONFIG, muon=muon)
    whole, parted = tiny(), tiny()
    learn(whole, PARTS, config)
    learn(parted, PARTS, config, folder=tmp_path, until=2)
    again = tiny(seed=5)  # what it began with does not matter: the checkpoint holds everything
    assert learn(again, PARTS, config, folder=tmp_path)["steps"] == 4
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name
        assert muon is not None or not torch.equal(weight, parted.state_dict()[name]) or "norm" in name


def test_while_the_rate_stays_a_run_may_be_given_another_end(tmp_path: Path) -> None:
    config = replace(CONFIG, steps=5, cooldown=2)
    planned, ended = tiny(), tiny()
    learn(planned, PARTS, config)
    learn(ended, PARTS, replace(config, steps=100), folder=tmp_path, until=3)
    report = learn(ended, PARTS, config, folder=tmp_path)
    assert all(torch.equal(w, ended.state_dict()[name]) for name, w in planned.state_dict().items())
    assert report["lessons_seen"] == learn(tiny(), PARTS, config)["lessons_seen"]
    with pytest.raises(TrainingError, match="cooldown, steps differ"):
        learn(tiny(), PARTS, replace(config, steps=9), folder=tmp_path)


def test_the_loss_falls_and_is_told() -> None:
    model = tiny()
    told: list[Mapping[str, Any]] = []
    before = mean_loss(model, made_up(20, 9), CONFIG)
    learn(model, PARTS, replace(CONFIG, steps=60, tell_every=30), tell=told.append)
    after = mean_loss(model, made_up(20, 9), CONFIG)
    assert before is not None
    assert after is not None
    assert after < 0.7 * before
    assert [figures["step"] for figures in told] == [30, 60]
    assert told[1]["loss"] < told[0]["loss"]


@pytest.mark.parametrize("kind", ["qwen3", "gpt2"])
def test_a_lesson_costs_the_same_alone_and_among_others(kind: str) -> None:
    model, lessons = tiny(kind=kind), made_up(5, 3)
    model.train(mode=False)
    together, right, marked = loss_of(model, lessons, torch.device("cpu"))
    alone = [loss_of(model, [lesson], torch.device("cpu")) for lesson in lessons]
    assert float(together) == pytest.approx(sum(float(one[0]) for one in alone), rel=1e-5)
    assert right == sum(one[1] for one in alone)
    assert marked == sum(int(lesson.learnt_T[1:].sum()) for lesson in lessons)


def test_tokens_that_are_not_marked_are_not_learnt() -> None:
    model, (lesson,) = tiny(), made_up(1, 3)
    unmarked = Encoded(lesson.ids_T, lesson.learnt_T & False)
    loss, right, marked = loss_of(model, [unmarked], torch.device("cpu"))
    assert (float(loss), right, marked) == (0.0, 0, 0)


@given(st.lists(st.integers(1, 90), max_size=40), st.integers(0, 2**31))
def test_every_lesson_that_fits_is_learnt_from_once_a_pass_within_the_budget(
    lengths: list[int], seed: int
) -> None:
    steps = list(steps_of(lengths, PACKING, seed))
    seen = sorted(at for step in steps for group in step for at in group)
    assert seen == [at for at, length in enumerate(lengths) if length <= PACKING.longest]
    for step in steps:
        costs = [max(lengths[at] for at in group) * len(group) for group in step]
        assert len(costs) == 1 or sum(costs) <= PACKING.tokens
        assert all(
            cost <= PACKING.at_once or len(group) == 1 for cost, group in zip(costs, step, strict=True)
        )
    assert rows_of(lengths, PACKING, seed) == rows_of(lengths, PACKING, seed)


def test_a_checkpoint_of_another_run_or_model_is_refused(tmp_path: Path) -> None:
    learn(tiny(), PARTS, CONFIG, folder=tmp_path, until=1)
    with pytest.raises(TrainingError, match="rate differ"):
        learn(tiny(), PARTS, replace(CONFIG, rate=1e-3), folder=tmp_path)
    with pytest.raises(TrainingError, match="another model"):
        learn(tiny(kind="gpt2"), PARTS, CONFIG, folder=tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a checkpoint", b"\x80\x04c__builtin__\nexit\n."],
    ids=["empty", "words", "hostile"],
)
def test_a_broken_checkpoint_is_named_and_runs_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(TrainingError, match=NAME):
        learn(tiny(), PARTS, CONFIG, folder=tmp_path)


@pytest.mark.parametrize("setting", [{"steps": 0}, {"budget": 0}, {"rate": 0.0}])
def test_a_setting_that_cannot_be_is_named(setting: dict[str, float]) -> None:
    with pytest.raises(TrainingError, match=next(iter(setting))):
        replace(CONFIG, **setting)  # type: ignore[arg-type]


def test_lessons_that_are_all_too_long_are_told() -> None:
    with pytest.raises(TrainingError, match="longest"):
        learn(tiny(), PARTS, replace(CONFIG, packing=Packing(60, 60, 2)))


def test_tokens_are_told_apart_by_what_they_say() -> None:
    opening = '{"name":"ask","arguments":{"about":"'
    said = [
        "<think>",
        "J",
        "1",
        "</think>",
        "<tool_call>",
        opening,
        "finding.cough",
        '"}}',
        "</tool_call>",
        "<|im_end|>",
    ]
    assert list(kinds_of(said)) == [("think", 0, 4), ("call", 4, 9), ("tool", 5, 6), ("ask", 6, 9)]
