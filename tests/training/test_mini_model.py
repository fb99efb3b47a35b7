"""wardround-mini as a folder: within its size, the same from the same seed, loaded by transformers unchanged."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from wardround.care import ShorthandRenderer
from wardround.models import MINI, taught
from wardround.training import Shape, TrainingError, card, new_mini, save_folder, train_tokenizer
from wardround.training.mini import MOST_BYTES, MOST_PARAMETERS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SMALL = Shape(hidden=32, layers=1, heads=2, kv_heads=1, head=16, inner=48, positions=256)


@cache
def tokenizer() -> PreTrainedTokenizerFast:
    torch.set_num_threads(1)
    return train_tokenizer(["I have a cough."] * 3, ["finding.cough"], paired=300)


def test_the_same_seed_gives_the_same_weights() -> None:
    one, same, other = (new_mini(tokenizer(), SMALL, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_transformers_loads_the_folder_unchanged(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen3ForCausalLM

    made = new_mini(tokenizer(), SMALL, seed=0)
    folder = save_folder(made, tokenizer(), tmp_path / "mini", "# A card\n", renderer="shorthand-1")
    assert next(made.parameters()).dtype == torch.float32  # what was learnt stays as it was
    both: Any = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    loaded, report = both
    assert isinstance(loaded, Qwen3ForCausalLM)
    assert not any(report[name] for name in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert next(loaded.parameters()).dtype == torch.bfloat16
    words = AutoTokenizer.from_pretrained(folder)
    assert len(words) == loaded.config.vocab_size
    assert loaded.generation_config.eos_token_id == words.convert_tokens_to_ids("<|im_end|>")
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "chat_template.jinja",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "wardround.json",
    ]
    assert taught(folder) == "shorthand-1"
    assert [path.name for path in tmp_path.iterdir()] == ["mini"]


def test_a_folder_is_replaced_whole_and_what_is_no_model_is_left_alone(tmp_path: Path) -> None:
    made = new_mini(tokenizer(), SMALL, seed=0)
    save_folder(made, tokenizer(), tmp_path / "mini", "first\n")
    save_folder(made, tokenizer(), tmp_path / "mini", "second\n")
    assert (tmp_path / "mini" / "README.md").read_text(encoding="utf-8") == "second\n"
    (tmp_path / "notes").mkdir()
    with pytest.raises(TrainingError, match="notes"):
        save_folder(made, tokenizer(), tmp_path / "notes", "")


def test_a_model_that_is_too_large_is_refused() -> None:
    with pytest.raises(TrainingError, match="parameters"):
        new_mini(tokenizer(), Shape(hidden=512, layers=8, inner=1536), seed=0)


def test_the_card_says_what_it_learnt_from_and_what_it_is_not_for() -> None:
    made = new_mini(tokenizer(), SMALL, seed=0)
    told = card(made, tokenizer(), {"lessons_seen": 7, "steps": 3}, real=True)
    assert "Not for patients" in told
    assert "7 lessons" in told
    assert "CC BY 4.0" in told
    assert "condition.gout" in told
    assert "not measured" in told
    assert "CC BY" not in card(made, tokenizer(), {}, real=False)


def test_what_ships_is_within_its_size() -> None:
    from safetensors import safe_open

    with safe_open(MINI / "model.safetensors", "pt") as weights:
        size = sum(weights.get_tensor(name).numel() for name in weights.keys())  # noqa: SIM118 - no mapping
    assert size <= MOST_PARAMETERS
    assert sum(path.stat().st_size for path in MINI.iterdir()) <= MOST_BYTES
    assert taught(MINI) == ShorthandRenderer.version
