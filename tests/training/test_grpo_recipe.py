"""The readable loop: it plays, learns from its own log under its masks, measures, and goes on where it was cut off."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("llguidance", reason="needs the extra [ml]")

import torch

from recipes.grpo import Config, train
from wardround.models import MINI


def test_a_step_is_taken_on_what_was_played_and_a_run_goes_on(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    config = Config(str(MINI), str(tmp_path / "run"), steps=1, groups=1, group=3, every=1, held_out=1)
    first = asyncio.run(train(config))
    assert [row["step"] for row in first["curve"]] == [0, 1]
    step = first["curve"][1]
    assert 0.0 <= step["score"] <= 1.0
    assert step["alike"] == 1 or step["gradient"] > 0
    assert step["mismatch_max"] < 1e-4, "the learner finds the sampler's log-probabilities again"
    assert step["left_out"] == 0
    assert first["after"]["n"] == 1

    more = asyncio.run(train(Config(**{**first["config"], "steps": 2})))
    assert more["curve"][:2] == first["curve"]
    assert [row["step"] for row in more["curve"]] == [0, 1, 2]
    assert (tmp_path / "run" / "wardround.json").is_file()
