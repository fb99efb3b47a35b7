"""One model as the server serves it: its name, its card, its limits, and the conversations that it has answered."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from wardround.models import Completion, ToolSpec
from wardround.server.limits import ServingLimits
from wardround.server.past import Past
from wardround.server.refusals import Refusal, wrong
from wardround.server.seam import TokenModel
from wardround.server.spelling import spelled
from wardround.server.wanted import tools_digest

CARD = "wardround.json"
MAX_CARD = 65_536
THINK = "<think>"


@dataclass(frozen=True)
class Served:
    """`card` is what `/v1/models` tells under `wardround`; None is unknown."""

    model: TokenModel
    name: str
    card: Mapping[str, str | None]
    limits: ServingLimits = field(default_factory=ServingLimits)
    past: Past = field(default_factory=Past)
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def fingerprint(self) -> str:
        """What OpenAI calls `system_fingerprint`: equal names and tokenizers, equal fingerprints."""
        return "wr-" + sha256(f"{self.name} {self.card.get('tokenizer')}".encode()).hexdigest()[:12]

    def named(self, name: str) -> None:
        """Refuses another model's name."""
        if name != self.name:
            message = f"There is no model {name[:100]!r} here; this server has {self.name!r}."
            raise Refusal(404, message, param="model", code="model_not_found")

    def fits(self, ids: Sequence[int], field: str = "messages") -> None:
        """Refuses a prompt that leaves no room for an answer, before anything is sent."""
        context = self.model.context
        if context is not None and len(ids) >= context:
            message = f"The prompt has {len(ids)} tokens; {self.name} reads fewer than {context}."
            raise wrong(field, message, "context_length_exceeded")

    def can_tell(self, top: int, field: str) -> None:
        """Refuses to tell more log-probabilities than the model gives: those of the sampled tokens."""
        if top:
            message = f"{field} can only be 0 here: the sampled token's log-probability is told, no others'."
            raise wrong(field, message, "unsupported_parameter")

    def told_tools(self, shown: tuple[ToolSpec, ...]) -> bytes:
        """What the prompt says of the tools: nothing where the chat template does not mention them."""
        template = str(getattr(self.model.tokenizer, "chat_template", "") or "")
        return tools_digest(shown) if "tools" in template else b""

    def ids_of(self, text: str) -> tuple[int, ...]:
        """A text's tokens, as the tokenizer itself begins a sequence."""
        return tuple([int(token) for token in self.model.tokenizer.encode(text)])

    def text_of(self, done: Completion, stops: Sequence[str]) -> str:
        """All that was written, thoughts and calls included, without the model's marks, up to a stop."""
        ids = list(done.completion_ids or ())
        text = self.model.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        text = text if isinstance(text, str) else "".join(text)
        return text[: min((at for stop in stops if (at := text.find(stop)) >= 0), default=len(text))]

    @cached_property
    def thinks(self) -> bool:
        """Whether the model has a mark for thoughts."""
        return THINK in self.model.tokenizer.get_vocab()

    def spell(self, token: int) -> tuple[str, bytes]:
        """A token as text, and as the bytes that it stands for."""
        return spelled(self.model.tokenizer, token)

    def entry(self) -> dict[str, object]:
        """The model as `/v1/models` lists it."""
        members: dict[str, object] = {
            "id": self.name,
            "object": "model",
            "created": self.created,
            "owned_by": "wardround",
        }
        if self.model.context is not None:
            members["max_model_len"] = self.model.context
        return {**members, "wardround": dict(self.card)}


def serve_as(
    model: TokenModel, name: str, folder: Path | None = None, limits: ServingLimits | None = None
) -> Served:
    """`model` under `name`; its folder's card is read where there is one."""
    limits = limits or ServingLimits()
    card = {"renderer": renderer_of(folder), "tokenizer": model.tokenizer_version}
    return Served(model, name, card, limits, Past(limits.past_tokens))


def renderer_of(folder: Path | None) -> str | None:
    """Which renderer the model was trained with, by `wardround.json` in its folder; None where nothing says so."""
    try:
        raw = (folder / CARD).read_bytes()[: MAX_CARD + 1] if folder is not None else b""
        value = json.loads(raw) if raw and len(raw) <= MAX_CARD else None
    except (OSError, ValueError, RecursionError):
        return None
    renderer = value.get("renderer") if isinstance(value, dict) else None
    return renderer if isinstance(renderer, str) and 0 < len(renderer) <= 100 else None
