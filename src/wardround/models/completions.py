"""A model behind HTTP, token for token: prompts go out as ids, and ids and log-probabilities come back.

For `wardround serve-model` and servers that speak vLLM's dialect of `/v1/completions`. The prompt is made here, with the
model's own tokenizer and chat template, and so is the grammar; what comes back is the completion that the same model
gives in this process. Retries and errors are those of `OpenAICompatibleModel`. `on_text` hears the text once it is whole.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from wardround.models.chat_prompt import prompt_ids
from wardround.models.errors import ModelGarbage, ModelRefused, ModelTimeout, ModelUnavailable
from wardround.models.local.hearing import Hearing
from wardround.models.openai_compatible import Limits, OpenAICompatibleModel
from wardround.models.preview import Preview
from wardround.models.protocol import Completion, Request
from wardround.models.refusals import fault_in_answer
from wardround.models.retry import Backoff
from wardround.models.wire import as_list, as_object, finish_of, garbage, logprobs_of, parse
from wardround.models.written import THINK, clean, completed, thinking, thought_marks

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from wardround.models.masks import Grammar

_ERROR_BYTES = 65_536


@dataclass(frozen=True)
class _Prepared(Request):
    """A request as it is sent: `prompt_ids` are there. `opened`: the prompt ends inside a thought."""

    mask: Grammar | None = None
    opened: bool = False


class CompletionsModel(OpenAICompatibleModel):
    """`model` at `base_url`, read with the `tokenizer` of its folder; `name` is what logs call it."""

    def __init__(
        self,
        base_url: str,
        model: str,
        tokenizer: PreTrainedTokenizerBase | str | Path,
        *,
        name: str | None = None,
        api_key: str | None = None,
        limits: Limits | None = None,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        draw: random.Random | None = None,
    ) -> None:
        super().__init__(
            model, base_url=base_url, api_key=api_key, limits=limits, backoff=backoff, sleep=sleep, draw=draw
        )
        self.name = name or f"completions:{model}"
        self._tokenizer = _opened(Path(tokenizer)) if isinstance(tokenizer, str | Path) else tokenizer
        self._marks = thought_marks(self._tokenizer.get_vocab())
        self._reading = threading.Lock()

    def __repr__(self) -> str:
        return f"CompletionsModel({self._where!r}, {self._model!r})"

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion. The prompt is made first: what cannot be read here is not sent."""
        if self._closed:
            raise ModelUnavailable(f"{self.name} is closed.", "Open a new one.")
        prepared = await asyncio.to_thread(self._prepared, request)
        try:
            async with asyncio.timeout(self._limits.total) as scope:
                done = await self._with_retries(prepared, Preview(None), False)
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise ModelTimeout(
                f"{self._where} did not finish within {self._limits.total:g} s.",
                "Allow more time, or fewer tokens.",
            ) from error
        if on_text is not None and done.text:
            on_text(done.text)
        return done

    @property
    def tokenizer_version(self) -> str:
        """A digest of the vocabulary: equal tokenizers, equal versions."""
        words = json.dumps(sorted(self._tokenizer.get_vocab().items()))
        return sha256(words.encode("utf-8", "replace")).hexdigest()[:16]

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer, without added marks."""
        with self._reading:
            return len(self._tokenizer.encode(clean(text), add_special_tokens=False))

    def _prepared(self, request: Request) -> _Prepared:
        """The request as ids, with the grammar of its tools."""
        with self._reading:
            prompt = tuple(prompt_ids(self._tokenizer, request))
            if not prompt:
                raise ModelRefused("The prompt is empty.", "Give messages or prompt_ids.")
            opened = self._text(list(prompt[-8:]), False).rstrip().endswith(THINK)
            given = {name: getattr(request, name) for name in Request.__dataclass_fields__}
            mask = self._mask(request, opened) if request.constrained else None
            return _Prepared(**{**given, "prompt_ids": prompt}, mask=mask, opened=opened)

    def _mask(self, request: Request, opened: bool) -> Grammar | None:
        from wardround.models.masks import call_grammar, schema_grammar, style_of

        if not request.tools and request.schema is None:
            return None
        style = style_of(self._tokenizer)
        if style is not None and style.think is not None:
            style = replace(style, opened=opened)
        if not request.tools:
            return schema_grammar(request.schema, style=style)
        if style is None:
            return None
        return call_grammar(request.tools, must_call=request.must_call, style=style)

    async def _attempt(self, request: Request, preview: Preview, stream: bool) -> Completion:
        assert isinstance(request, _Prepared)
        async with self._posted("/completions", self._members(request)) as answer:
            return self._told(await self._read(answer, self._limits.max_bytes), request)

    def _members(self, request: _Prepared) -> dict[str, object]:
        """The request in vLLM's dialect; nothing is left out for a server that does not take it."""
        members: dict[str, object] = {
            "model": self._model,
            "prompt": list(request.prompt_ids or ()),
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "logprobs": 0,
            "return_token_ids": True,
        }
        if request.seed is not None:
            members["seed"] = request.seed
        if request.stop:
            members["stop"] = list(request.stop)
        if request.mask is not None:
            members["structured_outputs"] = {"grammar": request.mask.lark}
        return members

    def _told(self, text: bytes, request: _Prepared) -> Completion:
        """The answer's ids, read as the local engine reads what it sampled."""
        answer = parse(text)
        if answer.get("error") and not answer.get("choices"):
            raise fault_in_answer(answer["error"], where=self._where, secret=self._key)
        choices = as_list(answer.get("choices"), "choices")
        if not choices:
            raise garbage("it holds no choices")
        choice = as_object(choices[0], "choices[0]")
        ids = _ids(choice.get("token_ids"), "token_ids")
        if _ids(choice.get("prompt_token_ids"), "prompt_token_ids") != request.prompt_ids:
            raise garbage("prompt_token_ids are not the prompt that was sent")
        logprobs = _logprobs(choice.get("logprobs"), len(ids))
        cut = finish_of(choice.get("finish_reason")) == "length"
        with self._reading:
            return replace(
                self._written(ids, request, cut),
                prompt_tokens=len(request.prompt_ids or ()),
                completion_tokens=len(ids),
                prompt_ids=request.prompt_ids,
                completion_ids=ids,
                logprobs=logprobs,
                model=self.name,
                grammar=request.mask.id if request.mask is not None else None,
                think_tokens=thinking(self._marks, ids, request.opened),
            )

    def _written(self, ids: tuple[int, ...], request: _Prepared, cut: bool) -> Completion:
        ends = frozenset((self._tokenizer.eos_token_id, *self._tokenizer.all_special_ids))
        hearing = Hearing(self._text, request, None, request.opened)
        if request.stop:
            for token in ids[:-1] if ids and ids[-1] in ends else ids:
                hearing.add(token)
        text, _ = hearing.text(ids, ends)
        names = {tool.name for tool in request.tools}
        return completed(text, (), "", "length" if cut else "stop", names, opened=request.opened)

    def _text(self, ids: list[int], plain: bool) -> str:
        text = self._tokenizer.decode(ids, skip_special_tokens=plain, clean_up_tokenization_spaces=False)
        return text if isinstance(text, str) else "".join(text)


def _ids(value: object, what: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ModelGarbage(
            f"The endpoint's answer holds no {what}.",
            "Use a server that takes return_token_ids on /v1/completions: wardround serve-model, or vLLM.",
        )
    if any(type(token) is not int or token < 0 for token in value):
        raise garbage(f"{what} hold something that is no token id")
    return tuple(value)


def _logprobs(value: object, count: int) -> tuple[float, ...]:
    told = as_object(value, "logprobs").get("token_logprobs")
    read = logprobs_of({"content": [{"logprob": one} for one in told]}) if isinstance(told, list) else None
    if read is None or len(read) != count:
        raise garbage("logprobs.token_logprobs are not one number for each token")
    return tuple(read)


def _opened(folder: Path) -> PreTrainedTokenizerBase:
    try:
        import transformers
    except ImportError as error:
        raise ModelUnavailable(
            f"A tokenizer needs a package that is not installed: {error.name}.",
            "Run: pip install 'wardround[ml]'",
        ) from error
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ModelRefused(f"{folder} is no folder with a tokenizer.", "Name the model's own folder.")
    try:
        return transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, LookupError, RuntimeError, ImportError, TypeError, AttributeError) as error:
        raise ModelRefused(
            f"The tokenizer in {folder} cannot be loaded: {str(error)[:500]}.",
            "Check that the copy is whole.",
        ) from error
