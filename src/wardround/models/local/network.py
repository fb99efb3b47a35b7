"""What the engine asks of a network: pieces of sequences in, the logits after each piece out; it owns their memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that come after the first `start` ones of the sequence in `slot`."""

    slot: int
    start: int
    ids: Sequence[int]


class Network(Protocol):
    """A causal language model with memory for sequences, one a slot; slots are numbered from 0."""

    @property
    def shares(self) -> bool:
        """Whether the beginning of a sequence can be copied to another slot."""
        ...

    def fit(self, count: int, length: int, live: Mapping[int, int]) -> bool:
        """Room for so many slots of that length, keeping the tokens of `live` slots; False where there is none."""
        ...

    def copy(self, source: int, target: int, tokens: int) -> None:
        """The first tokens of `source` are those of `target` now."""
        ...

    def wipe(self, slot: int) -> None:
        """Forgets what is in a slot."""
        ...

    def changed(self) -> bool:
        """Whether the weights are others than when it was last asked, as far as can be seen."""
        ...

    def forward(self, pieces: Sequence[Piece]) -> torch.Tensor:
        """`[piece, vocabulary]`: the logits after each piece's last token. Pieces of one token come first, by slot."""
        ...
