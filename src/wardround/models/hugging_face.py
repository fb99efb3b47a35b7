"""A local Hugging Face causal language model, one sequence at a time: simple and exact; returns its tokens.

Needs the extra [ml]. Nothing is downloaded, no code from the model's folder runs, only safetensors weights are read.
`must_call` is a wish here: nothing forces the call.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wardround.models.chat_prompt import prompt_ids
from wardround.models.errors import ModelContextTooLong, ModelRefused, ModelUnavailable
from wardround.models.preview import Preview
from wardround.models.protocol import Completion, Finish, Request
from wardround.models.sampling import Sample, Spelling, sample
from wardround.models.written import THINK, clean, completed

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class HuggingFaceModel:
    """`model` and `tokenizer` behind the protocol. Calls wait for each other; a cancelled one stops at its next token."""

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, *, name: str = "hf"
    ) -> None:
        self.name = name
        self._model: PreTrainedModel | None = model
        self._tokenizer = tokenizer
        self._ends = _ends(model, tokenizer)
        self._context = _context(model)
        self._vocabulary = len(cast("torch.Tensor", model.get_input_embeddings().weight))
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wardround-model")

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        device: str | None = None,
        dtype: str = "auto",
        chat_template: str | None = None,
    ) -> HuggingFaceModel:
        """The model in the folder `path`, on the GPU if there is one."""
        folder = Path(path).expanduser()
        try:
            import torch
            import transformers
            from safetensors import SafetensorError
        except ImportError as error:
            raise ModelUnavailable(
                f"Hugging Face models need a package that is not installed: {error.name}.",
                "Run: pip install 'wardround[ml]'",
            ) from error
        if not (folder / "config.json").is_file():
            raise ModelRefused(
                f"{folder} is no folder with a Hugging Face model.", "Download the model first."
            )
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            loaded = transformers.AutoModelForCausalLM.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype=dtype, output_loading_info=True
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
            raise ModelRefused(
                f"{folder} cannot be loaded: {error}.", "Check that the download is whole."
            ) from error
        model, report = cast("tuple[PreTrainedModel, Mapping[str, Collection[str]]]", loaded)
        if report["missing_keys"]:
            missing = ", ".join(sorted(report["missing_keys"])[:3])
            raise ModelRefused(
                f"{folder} lacks weights, such as {missing}.", "Check that the download is whole."
            )
        if chat_template is not None:
            tokenizer.chat_template = chat_template
        cast("torch.nn.Module", model).to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        return cls(model, tokenizer, name=f"hf:{folder.name}")

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion, computed in the model's own thread; `on_text` is called in the caller's."""
        if self._model is None:
            raise ModelUnavailable(f"{self.name} is closed.", "Open it again.")
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[str | None] = asyncio.Queue()
        cancelled = threading.Event()

        def tell(piece: str) -> None:
            loop.call_soon_threadsafe(heard.put_nowait, piece)

        preview = Preview(tell if on_text is not None else None)
        work = loop.run_in_executor(self._worker, self._complete, request, preview, cancelled)
        work.add_done_callback(lambda _: heard.put_nowait(None))
        try:
            while (piece := await heard.get()) is not None:
                if on_text is not None:
                    on_text(piece)
            return await work
        finally:
            cancelled.set()
            work.cancel()

    @property
    def tokenizer_version(self) -> str:
        """A digest of the vocabulary: equal tokenizers, equal versions."""
        words = json.dumps(sorted(self._tokenizer.get_vocab().items()))
        return sha256(words.encode("utf-8", "replace")).hexdigest()[:16]

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by this model's tokenizer, without added marks."""
        return len(self._tokenizer.encode(clean(text), add_special_tokens=False))

    async def close(self) -> None:
        """Lets go of the weights once the call that runs has ended."""
        self._model = None
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _complete(self, request: Request, preview: Preview, cancelled: threading.Event) -> Completion:
        model = self._model
        if model is None:
            raise ModelUnavailable(f"{self.name} is closed.", "Open it again.")
        prompt = prompt_ids(self._tokenizer, request)
        most = self._room(prompt, request)
        opened = self._text(prompt[-8:], False).rstrip().endswith(THINK)
        preview.restart(opened=opened)
        spelling, pieces = Spelling(lambda ids: self._text(ids, True), request.stop), list[str]()

        def say(piece: str) -> None:
            pieces.append(piece)
            preview.hear(piece)

        def hear(token: int) -> bool:
            say(spelling.add(token))
            return not (spelling.stopped or cancelled.is_set())

        drawn = self._sampled(model, prompt, request, most, hear)
        say(spelling.end())
        preview.end()
        finish: Finish = "stop" if drawn.ended or spelling.stopped else "length"
        names = {tool.name for tool in request.tools}
        return replace(
            completed("".join(pieces), (), "", finish, names, opened=opened),
            prompt_tokens=len(prompt),
            completion_tokens=len(drawn.ids),
            prompt_ids=tuple(prompt),
            completion_ids=drawn.ids,
            logprobs=drawn.logprobs,
            model=self.name,
        )

    def _sampled(
        self,
        model: PreTrainedModel,
        prompt: list[int],
        request: Request,
        most: int,
        hear: Callable[[int], bool],
    ) -> Sample:
        import torch

        try:
            return sample(
                model,
                prompt,
                most=most,
                temperature=request.temperature,
                seed=request.seed,
                ends=self._ends,
                hear=hear,
            )
        except torch.OutOfMemoryError as error:
            raise ModelUnavailable(
                f"{self.name} ran out of memory.", "Shorten the prompt, or free memory."
            ) from error

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
        if len(prompt) >= self._context:
            raise ModelContextTooLong(
                f"The prompt has {len(prompt)} tokens; {self.name} reads fewer than {self._context}.",
                "Send a shorter prompt.",
            )
        return min(request.max_tokens, self._context - len(prompt))

    def _text(self, ids: list[int], plain: bool) -> str:
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
