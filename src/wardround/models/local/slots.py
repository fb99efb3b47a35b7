"""Memory for keys and values: rows of one size, one row a sequence, in one block a layer that grows within a limit.

A row is written from its left end and never moves while the block stays; when the block grows, what is live is copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_LENGTH, _FIRST = 512, 4
"""Rows grow in steps of so many tokens; the first block has so many rows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One layer's keys and values: heads, and the width of a key and of a value."""

    heads: int
    key: int
    value: int


class Slots:
    """`keys[layer]` and `values[layer]` are `[slot, head, token, width]`; tokens not yet written are finite numbers."""

    def __init__(self, layers: Sequence[Shape], dtype: torch.dtype, device: torch.device, limit: int) -> None:
        self.shapes = tuple(layers)
        self.count = self.length = 0
        self.limit = limit
        self._dtype, self._device = dtype, device
        self._token = sum(shape.heads * (shape.key + shape.value) for shape in layers) * dtype.itemsize
        self.keys: list[torch.Tensor] = []
        self.values: list[torch.Tensor] = []

    @property
    def bytes(self) -> int:
        """Bytes set aside."""
        return self.count * self.length * self._token

    def fit(self, count: int, length: int, live: Mapping[int, int]) -> bool:
        """Room for `count` rows of `length` tokens. `live`: how many tokens of which rows must be kept.

        False, and nothing changes, where that is over the limit; a single row is always given.
        """
        if count <= self.count and length <= self.length:
            return True
        length = max(self.length, -(-length // _LENGTH) * _LENGTH)
        most = self.limit // (length * self._token)
        if count > max(most, 1):
            return False
        count = max(count, min(most, max(_FIRST, self.count, 2 * count if count > self.count else 0)))
        self._rebuild(count, length, live)
        return True

    def copy(self, source: int, target: int, tokens: int) -> None:
        """The first tokens of one row become those of another."""
        for block in (*self.keys, *self.values):
            block[target, :, :tokens] = block[source, :, :tokens]

    def wipe(self, slot: int) -> None:
        """Zeros: for a row in which numbers went wrong."""
        for block in (*self.keys, *self.values):
            block[slot] = 0

    def _rebuild(self, count: int, length: int, live: Mapping[int, int]) -> None:
        import torch

        for blocks, widths in (
            (self.keys, [shape.key for shape in self.shapes]),
            (self.values, [shape.value for shape in self.shapes]),
        ):
            for layer, (shape, width) in enumerate(zip(self.shapes, widths, strict=True)):
                block = torch.zeros(
                    (count, shape.heads, length, width), dtype=self._dtype, device=self._device
                )
                if layer == len(blocks):
                    blocks.append(block)
                    continue
                for slot, tokens in live.items():
                    block[slot, :, :tokens] = blocks[layer][slot, :, :tokens]
                blocks[layer] = block
        self.count, self.length = count, length
