"""What the server asks of a model beyond `LanguageModel`: its tokens, and an answer of a given shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wardround.models import Completion, LanguageModel, LocalModel, Masks, Request
from wardround.models.chat_prompt import prompt_ids
from wardround.models.local.model import _Prepared
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

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own."""
        return self._tokenizer

    @property
    def context(self) -> int | None:
        """Positions that the model knows."""
        return self._context

    def prompt_ids(self, request: Request) -> tuple[int, ...]:
        """The request as this model's prompt."""
        with self._reading:
            return tuple(prompt_ids(self._tokenizer, request))

    def _prepare(self, request: Request) -> _Prepared:
        prepared = super()._prepare(request)
        if not isinstance(request, Shaped) or request.shape.free:
            return prepared
        with self._reading:
            grammar = shaped(request.shape, self._tokenizer, prepared.opened)
            masking = self._made().begin(grammar, prepared.most)
            return replace(prepared, masking=masking, grammar=grammar.id)

    def _made(self) -> Masks:
        if self._masks is None:
            self._masks = Masks(self._tokenizer, self._vocabulary, sorted(self._ends))
        return self._masks


def open_tokens(folder: Path, dtype: str = "auto") -> TokenModel:
    """The model in `folder`, ready to be served."""
    model = ShapingModel.load(folder, dtype=dtype)
    assert isinstance(model, ShapingModel)
    return model
