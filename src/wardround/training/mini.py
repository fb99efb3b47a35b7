"""wardround-mini: a small model of Qwen3's architecture, made from a seed, kept as a Hugging Face folder like any other."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final, cast

from wardround.models import TAUGHT
from wardround.training.errors import TrainingError, needing

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MOST_PARAMETERS: Final = 15_000_000
MOST_BYTES: Final = 32_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is."""

    hidden: int = 256
    layers: int = 8
    heads: int = 8
    kv_heads: int = 4
    head: int = 32
    inner: int = 768
    positions: int = 4_096


def new_mini(tokenizer: PreTrainedTokenizerBase, shape: Shape, *, seed: int) -> PreTrainedModel:
    """A model that has learnt nothing. The same shape, tokenizer and seed give the same weights."""
    with needing("ml"):
        import torch
        from transformers import Qwen3Config, Qwen3ForCausalLM
    end = tokenizer.eos_token_id
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head,
        max_position_embeddings=shape.positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Qwen3ForCausalLM(config)
    model.generation_config.eos_token_id = end
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    size = sum(parameter.numel() for parameter in model.parameters())
    if size > MOST_PARAMETERS:
        raise TrainingError(
            f"shape: {size:,} parameters are more than {MOST_PARAMETERS:,}.",
            fix="Take fewer layers or a smaller one.",
        )
    return cast("PreTrainedModel", model)


def save_folder(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    folder: Path,
    card: str,
    *,
    renderer: str = "",
) -> Path:
    """Weights in bf16, tokenizer, template, card, and which `renderer` it was taught, as a Hugging Face folder: all of it, or
    nothing."""
    import torch

    if folder.exists() and not (folder / "config.json").is_file():
        raise TrainingError(f"out: {folder} is there and is no model's folder.", fix="Give another.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        narrow = copy.deepcopy(model).to(torch.bfloat16)  # type: ignore[arg-type]
        narrow.save_pretrained(half)
        tokenizer.save_pretrained(half)
        (half / "README.md").write_text(card, encoding="utf-8")
        if renderer:
            (half / TAUGHT).write_text(json.dumps({"renderer": renderer}) + "\n", encoding="utf-8")
        half.chmod(0o755)
        for path in half.iterdir():
            path.chmod(0o644)
        if folder.exists():
            shutil.rmtree(folder)
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder
