"""Opens a folder with a Hugging Face model: nothing is downloaded, none of its code runs, weights are safetensors only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wardround.models.errors import ModelRefused, ModelUnavailable

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_PRECISIONS = {
    "fp32": "float32",
    "float32": "float32",
    "bf16": "bfloat16",
    "bfloat16": "bfloat16",
    "fp16": "float16",
    "float16": "float16",
}
_LARGE = 200_000_000
"""Parameters from which on bf16 is worth its rounding on a processor."""


def load(
    folder: Path, *, device: str | None, dtype: str, chat_template: str | None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Model and tokenizer, on `device` (the GPU if there is one), or the error that says what is wrong."""
    try:
        import torch
        import transformers
        from huggingface_hub.errors import StrictDataclassError
        from safetensors import SafetensorError
    except ImportError as error:
        raise ModelUnavailable(
            f"Hugging Face models need a package that is not installed: {error.name}.",
            "Run: pip install 'wardround[ml]'",
        ) from error
    if dtype != "auto" and dtype not in _PRECISIONS:
        raise ModelRefused(f"dtype is {dtype!r}.", "Give auto, fp32, bf16 or fp16.")
    if not (folder / "config.json").is_file():
        raise ModelRefused(f"{folder} is no folder with a Hugging Face model.", "Download the model first.")
    try:
        place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        loaded = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=_PRECISIONS.get(dtype, "auto"),
            output_loading_info=True,
        )
        model, report = cast("tuple[PreTrainedModel, Mapping[str, Collection[str]]]", loaded)
        precision = _quicker(model, place) if dtype == "auto" else model.dtype
        cast("torch.nn.Module", model).to(place, precision)
    except (
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
        ImportError,
        TypeError,
        AttributeError,
        ArithmeticError,
        MemoryError,
        SafetensorError,
        StrictDataclassError,
    ) as error:
        raise ModelRefused(
            f"{folder} cannot be loaded: {str(error)[:500]}.", "Check that the download is whole."
        ) from error
    if report["missing_keys"]:
        missing = ", ".join(sorted(report["missing_keys"])[:3])
        raise ModelRefused(f"{folder} lacks weights, such as {missing}.", "Check that the download is whole.")
    if chat_template is not None:
        tokenizer.chat_template = chat_template
    return model, tokenizer


def _quicker(model: PreTrainedModel, device: torch.device) -> torch.dtype:
    """The checkpoint's own precision on a GPU. On a processor with bf16 instructions a large bf16 model stays in bf16:
    twice as quick in a batch, as quick alone. A small one is cheap in fp32, and gets the same tokens in any batch.
    """
    import torch

    if device.type != "cpu":
        return model.dtype
    size = sum(parameter.numel() for parameter in model.parameters())
    able = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return torch.bfloat16 if model.dtype == torch.bfloat16 and size >= _LARGE and able else torch.float32
