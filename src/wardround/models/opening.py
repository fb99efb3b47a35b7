"""Opens a model from one word: `openai:NAME` (any OpenAI-compatible endpoint) or `hf:PATH` (a local folder)."""

from __future__ import annotations

from wardround.models.errors import ModelError
from wardround.models.protocol import LanguageModel


def open_model(spec: str) -> LanguageModel:
    """The model that `spec` names; the endpoint and its key come from OPENAI_BASE_URL and OPENAI_API_KEY."""
    kind, colon, rest = spec.partition(":")
    rest = rest.strip()
    if colon and rest and kind == "openai":
        from wardround.models.openai_compatible import OpenAICompatibleModel

        return OpenAICompatibleModel(rest)
    if colon and rest and kind == "hf":
        from wardround.models.hugging_face import HuggingFaceModel

        return HuggingFaceModel.load(rest)
    raise ModelError(
        f"{spec!r} names no model.",
        "Write openai:NAME for an OpenAI-compatible endpoint, or hf:PATH for a folder with a Hugging Face model.",
    )
