"""Which tokens may come next: llguidance masks under a grammar, and an end that is forced before the token limit.

With `left` tokens to go, a token may be taken only if the shortest way to a whole output still fits behind it. That is
a function of grammar, prefix and limit alone, so a learner finds the sampler's masks again, bit for bit.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wardround.models.errors import ModelRefused, ModelUnavailable
from wardround.models.masks.grammars import Grammar
from wardround.models.masks.vocabulary import Vocabulary
from wardround.models.masks.walking import Library, Place, Walker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

    Bitset = NDArray[np.uint32]

_NODES = 1_000_000
"""A library of more nodes makes room for a new one."""


class Masks:
    """The masks of one tokenizer, for a model with `vocabulary` logits. `ends` are the tokens that end an answer.

    Grammars are compiled once each; the `most` last used are kept. Any thread may begin.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        vocabulary: int,
        ends: Sequence[int] = (),
        *,
        most: int = 256,
    ) -> None:
        import numpy as np

        self.ends = tuple(sorted(set(ends))) or _ends(tokenizer)
        self.vocabulary = vocabulary
        self.words = (vocabulary + 31) // 32
        self._engine, self._matcher = _engine(tokenizer, vocabulary, self.ends)
        self._real = min(len(tokenizer), vocabulary)
        self._library = Library(_spelled(self._engine, self._real, vocabulary))
        self._exists = _bits(np.ones(self._real, bool), self.words)
        self._compiled: OrderedDict[tuple[str, bool], tuple[Any, Walker | None]] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def begin(self, grammar: Grammar, limit: int) -> Masking:
        """A masking of at most `limit` tokens, the end token among them."""
        matcher, walker = self._of(grammar)
        shortest = walker.start.left if walker is not None else 1
        if limit < shortest:
            raise ModelRefused(
                f"max_tokens is {limit}: the shortest answer that the grammar allows has {shortest} tokens.",
                f"Set max_tokens to {shortest} or more.",
            )
        return Masking(self, matcher.deep_copy(), walker, limit)

    def shortest(self, grammar: Grammar) -> int:
        """The fewest tokens that an answer under `grammar` takes, the end token among them; 1 where that is unknown."""
        walker = self._of(grammar)[1]
        return walker.start.left if walker is not None else 1

    def _of(self, grammar: Grammar) -> tuple[Any, Walker | None]:
        with self._lock:
            key = grammar.id, grammar.start is None
            found = self._compiled.pop(key, None) or self._compile(grammar)
            self._compiled[key] = found
            while len(self._compiled) > self._most:
                self._compiled.popitem(last=False)
            return found

    def _compile(self, grammar: Grammar) -> tuple[Any, Walker | None]:
        matcher = self._matcher(self._engine, grammar.text, log_level=0)
        if matcher.is_error():
            raise ModelRefused(
                f"The grammar does not compile: {' '.join(matcher.get_error().split())[:200]}",
                "Simplify the schemas, or set constrained=False.",
            )
        if self._library.size > _NODES:
            self._library = Library(self._library.words)
        return matcher, None if grammar.start is None else self._walker(grammar)

    def _walker(self, grammar: Grammar) -> Walker:
        try:
            return self._library.walker(grammar)
        except (ModelRefused, RecursionError, KeyError) as error:
            self._library = Library(self._library.words)  # half of it may stand there
            if isinstance(error, ModelRefused):
                raise
            raise ModelRefused("The grammar cannot be masked.", "Simplify the schemas.") from error


class Masking:
    """One answer in the making: `allowed()` before each token, `take()` with it, until `done`."""

    __slots__ = ("_bits", "_left", "_masks", "_matcher", "_place", "_walker", "done")

    def __init__(self, masks: Masks, matcher: Any, walker: Walker | None, limit: int) -> None:
        self._masks, self._matcher, self._walker = masks, matcher, walker
        self._place: Place | None = walker.start if walker is not None else None
        self._left = limit
        self._bits: Bitset | None = None
        self.done = False

    def allowed(self) -> Bitset:
        """The tokens that may come now, a bit each; none after the end."""
        if self._bits is None:
            import numpy as np

            bits = np.zeros(self._masks.words, np.uint32)
            if not self.done:
                self._matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes)
                if self._matcher.is_error():
                    raise _given_up(self._matcher)
                bits &= self._masks._exists
                if self._walker is not None and self._place is not None and self._hurried:
                    bits = self._timely(bits, self._walker.after(self._place))
            bits.flags.writeable = False
            self._bits = bits
        return self._bits

    def take(self, token: int) -> None:
        """`token` is next. One that is not allowed is refused by name, and changes nothing."""
        if self.done or (self._hurried and not _holds(self.allowed(), token)) or not self._consumed(token):
            raise ModelRefused(
                f"Token {token} is not allowed here.", "Sample under the mask that allowed() gives."
            )
        self._left -= 1
        self._bits = None
        if token in self._masks.ends:
            self.done = True
        elif self._walker is not None and self._place is not None:
            self._place = self._walker.take(self._place, token)

    @property
    def _hurried(self) -> bool:
        """Whether some token could lead to where no way to the end fits any more."""
        if self._walker is None or self._place is None:
            return False
        return self._left - 1 < self._walker.most_after(self._place)

    def _consumed(self, token: int) -> bool:
        if token in self._masks.ends:
            return bool(self._matcher.is_accepting())
        return bool(0 <= token < self._masks._real and self._matcher.try_consume_tokens([token]) == 1)

    def _timely(self, bits: Bitset, after: NDArray[np.int32]) -> Bitset:
        """Of `bits`, the tokens behind which the shortest way to the end still fits; an end itself always does."""
        masks = self._masks
        fits = after <= self._left - 1
        fits[[end for end in masks.ends if end < len(fits)]] = True
        timely: Bitset = bits & _bits(fits, masks.words)
        return timely if timely.any() else bits


def bitsets(masks: Masks, grammar: Grammar, completion_ids: Sequence[int], limit: int) -> Bitset:
    """[n, words]: the mask that stood before each token of a completion, bit for bit what the sampler had."""
    import numpy as np

    masking = masks.begin(grammar, limit)
    rows = np.zeros((len(completion_ids), masks.words), np.uint32)
    for at, token in enumerate(completion_ids):
        rows[at] = masking.allowed()
        masking.take(token)
    return rows


def as_bool(bits: Bitset, vocabulary: int) -> NDArray[np.bool_]:
    """Bitsets [..., words] as booleans [..., vocabulary]."""
    import numpy as np

    octets = np.ascontiguousarray(bits.astype("<u4", copy=False)).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=vocabulary, bitorder="little").astype(bool)


def _bits(flags: NDArray[np.bool_], words: int) -> Bitset:
    import numpy as np

    padded = np.zeros(words * 32, bool)
    padded[: len(flags)] = flags
    return np.packbits(padded, bitorder="little").view("<u4").astype(np.uint32)


def _given_up(matcher: Any) -> ModelRefused:
    said = " ".join(str(matcher.get_error()).split())[:200]
    return ModelRefused(f"The mask engine gave up on this grammar: {said}", "Simplify the tools' schemas.")


def _holds(bits: Bitset, token: int) -> bool:
    return 0 <= token < bits.size * 32 and bool(int(bits[token >> 5]) >> (token & 31) & 1)


def _ends(tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    end = tokenizer.eos_token_id
    if not isinstance(end, int):
        raise ModelRefused(
            "This model's tokenizer has no end token.", "Give the tokens that end an answer as ends."
        )
    return (end,)


def _engine(tokenizer: PreTrainedTokenizerBase, vocabulary: int, ends: tuple[int, ...]) -> tuple[Any, Any]:
    try:
        import llguidance
        from llguidance.hf import from_tokenizer
    except ImportError as error:
        raise ModelUnavailable(
            f"Masks need a package that is not installed: {error.name}.",
            "Run: pip install 'wardround[agents]'",
        ) from error
    fast: Any = tokenizer
    try:
        return from_tokenizer(fast, n_vocab=vocabulary, eos_token=list(ends)), llguidance.LLMatcher
    except (ValueError, TypeError) as error:
        raise ModelRefused(
            f"Masks cannot be made for this tokenizer: {error}.",
            "Use a fast tokenizer, or set constrained=False.",
        ) from error


def _spelled(engine: Any, real: int, vocabulary: int) -> Vocabulary:
    words = [None if engine.is_special_token(n) else engine.decode_bytes([n]) or None for n in range(real)]
    return Vocabulary([*words, *[None] * (vocabulary - real)])
