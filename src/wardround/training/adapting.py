"""Models to learn with: opened from a folder without running its code, with LoRA beside the weights where it is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from wardround.training.errors import TrainingError, needing

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def open_folder(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A causal model in fp32, and its tokenizer. Nothing is downloaded; only safetensors weights are read."""
    with needing("ml"):
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM, AutoTokenizer
    if not (folder / "config.json").is_file():
        raise TrainingError(f"model: {folder} is no folder with a Hugging Face model.", fix="Give one.")
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise TrainingError(
            f"model: {folder} cannot be loaded ({error}).", fix="Check that it is whole."
        ) from error
    if not getattr(tokenizer, "chat_template", None):
        raise TrainingError(f"model: {folder} has no chat template.", fix="Use an instruction-tuned model.")
    return cast("PreTrainedModel", model), tokenizer


def with_lora(model: PreTrainedModel, *, rank: int, seed: int) -> PreTrainedModel:
    """The model with LoRA (Hu et al. 2021) beside every linear layer; its own weights stay as they are."""
    with needing("rl"):
        import peft
    import torch

    if rank < 1:
        raise TrainingError(f"lora: a rank of {rank} is none.", fix="Give 1 or more.")
    settings = peft.LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return cast("PreTrainedModel", peft.get_peft_model(model, settings))


def merged(model: PreTrainedModel) -> PreTrainedModel:
    """The model with what LoRA learnt in its own weights; any other as it is."""
    merge = getattr(model, "merge_and_unload", None)
    return cast("PreTrainedModel", merge()) if merge is not None else model
