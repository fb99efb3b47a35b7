"""A local Hugging Face causal language model: many calls at once in one batch, masked, seeded, told token by token.

Needs the extra [ml]. Nothing is downloaded, no code from the model's folder runs, only safetensors weights are read.
A turn of a conversation costs its new tokens: what was read before is kept within `cache_bytes`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wardround.models.chat_prompt import prompt_ids
from wardround.models.errors import ModelContextTooLong, ModelRefused, ModelUnavailable
from wardround.models.local.hearing import Hearing
from wardround.models.local.jobs import Counts, Job, Written
from wardround.models.local.taught import TAUGHT, taught
from wardround.models.protocol import Completion, Finish, Request
from wardround.models.written import THINK, clean, completed, thinking, thought_marks

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from wardround.models.masks import CallStyle, Grammar, Masking, Masks

_CACHE = 2 * 2**30
"""Bytes for keys and values on a processor; on a GPU it is half of what is free."""
_BATCH = 256
ROOM = 16
"""An answer has this share of the context at least, where it asks for as much: one that is cut says nothing."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A request as tokens: the prompt, how many may follow, whether it ends inside a thought, the mask in force."""

    prompt: list[int]
    most: int
    opened: bool
    masking: Masking | None
    grammar: str | None


class LocalModel:
    """`model` and `tokenizer` behind the protocol. Calls in flight share steps, up to `batch`; a cancelled one stops
    at its next token. The same request gets the same tokens at one batch size; its seed alone decides its draws.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str = "hf",
        reads: str = "",
        batch: int = _BATCH,
        cache_bytes: int | None = None,
    ) -> None:
        from wardround.models.local.engine import Engine
        from wardround.models.local.general import network

        if batch < 1:
            raise ValueError(f"batch is {batch}: give at least 1")
        self.name = name
        self.reads = reads
        """The renderer that it was taught with; empty where it reads prose like any other."""
        self.network = model
        """The weights. Whoever changes them calls `forget`."""
        self._tokenizer = tokenizer
        self._marks = thought_marks(self._tokenizer.get_vocab())
        self._ends = _ends(model, tokenizer)
        self._context = _context(model)
        self._vocabulary = len(cast("Any", model.get_input_embeddings()).weight)
        self._reading = threading.Lock()
        self._styled: tuple[str, CallStyle | None] | None = None
        cast("Any", model).eval()
        self.precision = str(model.dtype).removeprefix("torch.")
        limit = _free(model) if cache_bytes is None else cache_bytes
        self._engine: Engine | None = Engine(network(model, limit), ends=self._ends, batch=batch, name=name)
        self._preparing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wardround-prompt")
        weakref.finalize(self, self._engine.stop)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        device: str | None = None,
        dtype: str = "auto",
        chat_template: str | None = None,
        batch: int = _BATCH,
        cache_bytes: int | None = None,
    ) -> LocalModel:
        """The model in the folder `path`, on the GPU if there is one. `dtype`: auto, fp32, bf16 or fp16."""
        from wardround.models.local.loading import load

        folder = Path(path).expanduser()
        model, tokenizer = load(folder, device=device, dtype=dtype, chat_template=chat_template)
        name, reads = f"hf:{folder.name}", taught(folder)
        return cls(model, tokenizer, name=name, reads=reads, batch=batch, cache_bytes=cache_bytes)

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion, computed in the engine's thread; `on_text` is called in the caller's."""
        engine = self._engine
        if engine is None:
            raise ModelUnavailable(f"{self.name} is closed.", "Open it again.")
        loop = asyncio.get_running_loop()
        prepared = await loop.run_in_executor(self._preparing, self._prepare, request)
        heard: asyncio.Queue[str | Written | Exception] = asyncio.Queue()

        def tell(what: str | Written | Exception) -> None:
            if not job.cancelled and not loop.is_closed():
                loop.call_soon_threadsafe(heard.put_nowait, what)

        hearing = Hearing(self._text, request, tell if on_text is not None else None, prepared.opened)
        job = Job(
            prepared.prompt,
            prepared.most,
            request.temperature,
            secrets.randbits(63) if request.seed is None else request.seed,
            prepared.masking,
            hearing.add if request.stop or on_text is not None else None,
            tell,
        )
        try:
            engine.submit(job)
            while isinstance(said := await heard.get(), str):
                if on_text is not None:
                    on_text(said)
        finally:
            job.cancelled = True
        if isinstance(said, Exception):
            raise said
        text, rest = hearing.text(said.ids, self._ends)
        if on_text is not None and rest:
            on_text(rest)
        return self._completed(request, prepared, said, text, hearing.stopped)

    @property
    def tokenizer_version(self) -> str:
        """A digest of the vocabulary: equal tokenizers, equal versions."""
        words = json.dumps(sorted(self._tokenizer.get_vocab().items()))
        return sha256(words.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def counts(self) -> Counts:
        """What the engine did so far, in tokens and steps."""
        if self._engine is None:
            raise ModelUnavailable(f"{self.name} is closed.", "Open it again.")
        return replace(self._engine.counts)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by this model's tokenizer, without added marks."""
        with self._reading:
            return len(self._tokenizer.encode(clean(text), add_special_tokens=False))

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own."""
        return self._tokenizer

    @property
    def context(self) -> int | None:
        """How many tokens a prompt and its answer may have; None is unknown."""
        return self._context

    @cached_property
    def masks(self) -> Masks:
        """What can be sampled under a grammar: the sampler's own, for a learner too."""
        from wardround.models.masks import Masks

        return Masks(self._tokenizer, self._vocabulary, sorted(self._ends))

    def prompt_ids(self, request: Request) -> tuple[int, ...]:
        """The request as this model's prompt."""
        with self._reading:
            return tuple(prompt_ids(self._tokenizer, request))

    def grammar(self, request: Request, *, opened: bool = False) -> Grammar | None:
        """What the request's answer is held to; None where nothing is masked. `opened`: the prompt ends inside a thought.

        Tools go unmasked where the template writes calls in a way that is not known.
        """
        if not request.constrained or not self._ends:
            return None
        from wardround.models.masks import call_grammar, schema_grammar

        style = self.style(opened=opened)
        if request.tools:
            return call_grammar(request.tools, must_call=request.must_call, style=style) if style else None
        return schema_grammar(request.schema, style=style) if request.schema is not None else None

    def save(self, folder: Path) -> None:
        """Weights, tokenizer and what it reads, as a Hugging Face folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.network.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)
        if self.reads:
            (folder / TAUGHT).write_text(json.dumps({"renderer": self.reads}) + "\n", "utf-8")

    def forget(self) -> None:
        """Call it when the weights have changed: no turn goes on from what the old ones read."""
        if self._engine is not None:
            self._engine.forget()

    async def close(self) -> None:
        """Lets go of the weights once the calls under way have ended; those that wait are refused."""
        if self._engine is not None:
            self._engine.close()
        self._engine = None
        self._preparing.shutdown(wait=False)

    def _prepare(self, request: Request) -> _Prepared:
        with self._reading:
            prompt = prompt_ids(self._tokenizer, request)
            most = self._room(prompt, request)
            opened = self._decoded(prompt[-8:], False).rstrip().endswith(THINK)
            return self._masked(_Prepared(prompt, most, opened, None, None), request)

    def _masked(self, prepared: _Prepared, request: Request) -> _Prepared:
        grammar = self.grammar(request, opened=prepared.opened)
        if grammar is None:
            return prepared
        return replace(prepared, masking=self.masks.begin(grammar, prepared.most), grammar=grammar.id)

    def style(self, *, opened: bool = False) -> CallStyle | None:
        """How the template writes calls and thoughts; `opened`: the prompt at hand ends inside a thought."""
        from wardround.models.masks import style_of

        template = str(getattr(self._tokenizer, "chat_template", None))
        if self._styled is None or self._styled[0] != template:
            self._styled = template, style_of(self._tokenizer)
        style = self._styled[1]
        if style is not None and style.think is not None and style.opened != opened:
            style = replace(style, opened=opened)
        return style

    def _completed(
        self, request: Request, prepared: _Prepared, written: Written, text: str, stopped: bool
    ) -> Completion:
        finish: Finish = "stop" if written.ended or stopped else "length"
        names = {tool.name for tool in request.tools}
        return replace(
            completed(text, (), "", finish, names, opened=prepared.opened),
            prompt_tokens=len(prepared.prompt),
            completion_tokens=len(written.ids),
            prompt_ids=tuple(prepared.prompt),
            completion_ids=written.ids,
            logprobs=written.logprobs,
            model=self.name,
            grammar=prepared.grammar,
            limit=prepared.most if prepared.most < request.max_tokens else None,
            think_tokens=thinking(self._marks, written.ids, prepared.opened),
        )

    def _room(self, prompt: list[int], request: Request) -> int:
        """How many tokens may be generated: the request's limit, or what the context leaves."""
        if not prompt:
            raise ModelRefused("The prompt is empty.", "Give messages or prompt_ids.")
        if not 0 <= min(prompt) <= max(prompt) < self._vocabulary:
            raise ModelRefused(
                f"prompt_ids hold a token outside 0 to {self._vocabulary - 1}.",
                "Tokenize with this model's tokenizer.",
            )
        if self._context is None:
            return request.max_tokens
        left = self._context - len(prompt)
        if left < min(request.max_tokens, self._context // ROOM):
            raise ModelContextTooLong(
                f"The prompt has {len(prompt)} tokens; {self.name} reads {self._context} with the answer.",
                "Send a shorter prompt.",
            )
        return min(request.max_tokens, left)

    def _text(self, ids: list[int], plain: bool) -> str:
        with self._reading:
            return self._decoded(ids, plain)

    def _decoded(self, ids: list[int], plain: bool) -> str:
        text = self._tokenizer.decode(ids, skip_special_tokens=plain, clean_up_tokenization_spaces=False)
        return text if isinstance(text, str) else "".join(text)


def _ends(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Every token that ends an answer, by the model's generation settings and by its tokenizer."""
    settings = getattr(model, "generation_config", None)
    ends: set[int] = set()
    for value in (getattr(settings, "eos_token_id", None), getattr(tokenizer, "eos_token_id", None)):
        ends.update(value if isinstance(value, list | tuple) else () if value is None else (value,))
    return frozenset(int(token) for token in ends)


def _context(model: PreTrainedModel) -> int | None:
    """Positions that the model knows; None where its configuration does not say."""
    length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return length if isinstance(length, int) and length > 0 else None


def _free(model: PreTrainedModel) -> int:
    """Bytes for keys and values."""
    import torch

    return torch.cuda.mem_get_info(model.device)[0] // 2 if model.device.type == "cuda" else _CACHE
