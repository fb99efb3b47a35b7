"""Opens a model from one word: `mini` (our own), `openai:NAME` (any OpenAI-compatible endpoint), `hf:PATH` (a local folder)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wardround.models.errors import ModelError, ModelRefused
from wardround.models.protocol import LanguageModel

MINI: Final = Path(__file__).parent / "data" / "wardround-mini"
"""Where our own model lies in an installation that has it."""


def open_model(spec: str) -> LanguageModel:
    """The model that `spec` names; the endpoint and its key come from OPENAI_BASE_URL and OPENAI_API_KEY."""
    if spec == "mini":
        from wardround.models.local.model import LocalModel

        if not (MINI / "config.json").is_file():
            raise ModelRefused(
                "wardround-mini's weights are not in this installation.",
                "Train it: python -m recipes.train_mini --out FOLDER; then use hf:FOLDER.",
            )
        return LocalModel.load(MINI)
    kind, colon, rest = spec.partition(":")
    rest = rest.strip()
    if colon and rest and kind == "openai":
        from wardround.models.openai_compatible import OpenAICompatibleModel

        return OpenAICompatibleModel(rest)
    if colon and rest and kind == "hf":
        from wardround.models.local.model import LocalModel

        return LocalModel.load(rest)
    raise ModelError(
        f"{spec!r} names no model.",
        "Write mini, openai:NAME for an OpenAI-compatible endpoint, or hf:PATH for a folder with a Hugging Face model.",
    )
