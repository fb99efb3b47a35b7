"""What the server asks of a model beyond `LanguageModel`: its tokens, and an answer of a given shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wardround.models import Completion, Grammar, LanguageModel, LocalModel, Request
from wardround.server.grammars import FREE, Shape, shaped

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Shaped(Request):
    """A request whose answer has a shape of its own, instead of its tools'."""

    shape: Shape = FREE


class TokenModel(LanguageModel, Protocol):
    """A local model: it takes token ids and shapes, and shows what it sampled."""

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own."""
        ...

    @property
    def tokenizer_version(self) -> str:
        """Equal tokenizers, equal versions."""
        ...

    @property
    def context(self) -> int | None:
        """How many tokens a prompt and its answer may have; None is unknown."""
        ...

    def prompt_ids(self, request: Request) -> tuple[int, ...]:
        """The request as this model's prompt."""
        ...

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion, with its ids and log-probabilities."""
        ...


class ShapingModel(LocalModel):
    """The local engine; a `Shaped` request is held to its shape."""

    def grammar(self, request: Request, *, opened: bool = False) -> Grammar | None:
        """The grammar of its shape, else of its tools."""
        if not isinstance(request, Shaped) or request.shape.free:
            return super().grammar(request, opened=opened)
        return shaped(request.shape, self.tokenizer, opened)


def open_tokens(folder: Path, dtype: str = "auto") -> TokenModel:
    """The model in `folder`, ready to be served."""
    model = ShapingModel.load(folder, dtype=dtype)
    assert isinstance(model, ShapingModel)
    return model
