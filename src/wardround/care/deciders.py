"""Who decides, from one word: planner, random, ask-all, mini, openai:MODEL or hf:PATH. One place for every command."""

from __future__ import annotations

from typing import Final

from wardround.care.baselines import baseline_policy
from wardround.care.clinic import Clinic
from wardround.care.planner import Planner
from wardround.care.prose import VERSION as PROSE
from wardround.care.prose import prose_renderer
from wardround.care.shorthand import ShorthandRenderer
from wardround.harness import ConfigurationError, LanguageModelPolicy, Policy, Renderer
from wardround.models import LanguageModel

MODELS: Final = ("openai:", "hf:")
MINI: Final = "mini"
DECIDERS: Final = ("planner", "random", "ask-all", MINI)
RENDERERS: Final = frozenset((PROSE, ShorthandRenderer.version))
"""In which words a log of today may have been played: no view, mask or verdict depends on them."""
OURS: Final = "wardround-mini"
"""How models that read shorthand are called, wherever they are served."""


def policy_named(word: str, clinic: Clinic, *, masked: bool = True) -> Policy:
    """Raises ConfigurationError for an unknown word; a model's own errors for a model that cannot be opened. `masked`: whether
    a model can say only what is permitted."""
    if word == "planner":
        return Planner(clinic.projection)
    if word in ("random", "ask-all"):
        return baseline_policy(word, clinic)
    if asks_a_model(word):
        from wardround.models import open_model

        model = open_model(word)
        return LanguageModelPolicy(
            model, renderer_for(model, clinic), max_tokens=tokens_for(model), constrained=masked
        )
    raise ConfigurationError(
        f"--policy: {word!r} is unknown.", fix=f"Use {', '.join(DECIDERS)}, openai:MODEL or hf:PATH."
    )


def asks_a_model(word: str) -> bool:
    """Whether a model stands behind this word: its calls wait, so that many visits can be played at once."""
    return word == MINI or (word.startswith(MODELS) and word.partition(":")[2].strip() != "")


def renderer_for(model: LanguageModel, clinic: Clinic) -> Renderer:
    """Shorthand for models that were taught it, prose for all others."""
    return ShorthandRenderer(clinic) if _reads_shorthand(model) else prose_renderer(clinic.base)


def tokens_for(model: LanguageModel) -> int:
    """How many tokens one decision may take."""
    return 256 if _reads_shorthand(model) else 1_024


def _reads_shorthand(model: LanguageModel) -> bool:
    """A local model's folder says what it reads; of one behind an endpoint the name alone is known."""
    return str(getattr(model, "reads", "")).startswith("shorthand") or OURS in model.name
