"""Attention of many sequences over their slots: one call for rows that lie side by side, one for each that does not.

A row's result does not depend on who is beside it, nor on how much of its prompt was read at once: queries and keys come
in blocks that matrix products add up in one order, and what is not yet written is masked. So a prompt gets the same
numbers alone as in a full batch, and from a copied beginning as from none (single precision, one kind of processor).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardround.models.local.network import Piece
from wardround.models.local.slots import Slots

if TYPE_CHECKING:
    import torch

_BLOCK = 16
_CALL = 12_000
"""What a call costs, in numbers read from a slot's keys: measured on one core as about nine microseconds."""


def up(length: int) -> int:
    """`length` in whole blocks."""
    return -(-length // _BLOCK) * _BLOCK


def extent(length: int) -> int:
    """Keys that a stretch reads: products over 193 to 383 keys (after whole 512s) are added up in another order."""
    rest = up(length % 512)
    return length - length % 512 + (384 if 192 < rest < 384 else rest)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows `first` to `last` of a step, each one token, in slots `low` to `high`; `places` where there are gaps."""

    first: int
    last: int
    low: int
    high: int
    length: int
    seen: torch.Tensor
    places: torch.Tensor | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `first` to `last` of a step, all of one sequence, which has `length` tokens with them."""

    first: int
    last: int
    slot: int
    length: int
    seen: torch.Tensor


class Step:
    """One pass through the network: which tokens at which positions, where their keys go, who reads what.

    `least` rows are computed in any case: from so many on a matrix product adds up each row alike.
    """

    def __init__(self, pieces: Sequence[Piece], slots: Slots, least: int) -> None:
        import torch

        self.slots = slots
        self.device = slots.keys[0].device
        ids = [token for piece in pieces for token in piece.ids]
        at = [(piece.slot, piece.start + n) for piece in pieces for n in range(len(piece.ids))]
        self.rows = len(ids)
        ids += [0] * (least - len(ids))
        self.ids = torch.tensor(ids, device=self.device)
        positions = [position for _, position in at]
        self.positions = torch.tensor(positions + [0] * (len(ids) - self.rows), device=self.device)
        heads, length = slots.shapes[0].heads, slots.length
        starts = torch.tensor([slot * heads * length + position for slot, position in at], device=self.device)
        self.written = (starts[:, None] + torch.arange(0, heads * length, length, device=self.device)).view(
            -1
        )
        ends, row = [], 0
        for piece in pieces:
            row += len(piece.ids)
            ends.append(row - 1)
        alone = len(ends) == self.rows
        ends += [0] * (least - len(ends))
        self.ends = None if alone else torch.tensor(ends, device=self.device)
        single = sum(1 for piece in pieces if len(piece.ids) == 1)
        self.groups = _groups(pieces[:single], slots, self.device)
        self.stretches = _stretches(pieces[single:], single, self.device)

    def write(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Keys and values `[row, head, width]` into their slots."""
        for block, new in ((self.slots.keys[layer], keys), (self.slots.values[layer], values)):
            width = new.shape[-1]
            block.view(-1, width).index_copy_(0, self.written, new[: self.rows].reshape(-1, width))

    def read(self, layer: int, queries: torch.Tensor) -> torch.Tensor:
        """`[row, heads * width]`: what each row's query `[row, head, width]` finds."""
        rows, _, width = queries.shape
        keys, values = self.slots.keys[layer], self.slots.values[layer]
        shared = queries.view(rows, keys.shape[1], -1, width)
        if (
            len(self.groups) == 1
            and not self.stretches
            and rows == self.rows
            and self.groups[0].places is None
        ):
            return _group(self.groups[0], shared, keys, values).reshape(rows, -1)
        found = queries.new_zeros((rows, keys.shape[1], shared.shape[2], values.shape[-1]))
        for group in self.groups:
            found[group.first : group.last] = _group(group, shared, keys, values)
        for stretch in self.stretches:
            found[stretch.first : stretch.last] = _stretch(stretch, shared, keys, values)
        return found.view(rows, -1)


def _group(group: Group, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    from torch.nn.functional import scaled_dot_product_attention

    asked = queries[group.first : group.last]
    if group.places is not None:
        spread = asked.new_zeros((group.high - group.low, *asked.shape[1:]))
        asked = spread.index_copy_(0, group.places, asked)
    found = scaled_dot_product_attention(
        asked,
        keys[group.low : group.high, :, : group.length],
        values[group.low : group.high, :, : group.length],
        attn_mask=group.seen,
    )
    return found if group.places is None else found.index_select(0, group.places)


def _stretch(
    stretch: Stretch, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
) -> torch.Tensor:
    from torch.nn.functional import pad, scaled_dot_product_attention

    asked = queries[stretch.first : stretch.last].permute(1, 2, 0, 3)
    sharing, size = asked.shape[1:3]
    found = scaled_dot_product_attention(
        pad(asked, (0, 0, 0, up(size) - size)),
        keys[stretch.slot, :, None, : stretch.length].expand(-1, sharing, -1, -1),
        values[stretch.slot, :, None, : stretch.length].expand(-1, sharing, -1, -1),
        attn_mask=stretch.seen,
    )
    return found[:, :, :size].permute(2, 0, 1, 3)


def _groups(pieces: Sequence[Piece], slots: Slots, device: torch.device) -> list[Group]:
    """Neighbours are read together where that is cheaper than a call for each: padding against calls."""
    import torch

    if not pieces:
        return []
    shape = slots.shapes[0]
    token = shape.heads * shape.key
    bounds: list[tuple[int, int, int]] = []
    cost = 0
    for row, piece in enumerate(pieces):
        length = up(piece.start + 1)
        own = length * token + _CALL
        if bounds:
            first, last, longest = bounds[-1]
            longest = max(longest, length)
            together = (piece.slot + 1 - pieces[first].slot) * longest * token + _CALL
            if together <= cost + own:
                bounds[-1], cost = (first, row + 1, longest), together
                continue
        bounds.append((row, row + 1, length))
        cost = own
    counting = torch.arange(max(longest for _, _, longest in bounds), device=device)
    groups = []
    for first, last, length in bounds:
        low, high = pieces[first].slot, pieces[last - 1].slot + 1
        lengths = [1] * (high - low)
        for piece in pieces[first:last]:
            lengths[piece.slot - low] = piece.start + 1
        seen = counting[:length] < torch.tensor(lengths, device=device)[:, None]
        gaps = high - low > last - first
        places = torch.tensor([p.slot - low for p in pieces[first:last]], device=device) if gaps else None
        groups.append(Group(first, last, low, high, length, seen[:, None, None], places))
    return groups


def _stretches(pieces: Sequence[Piece], row: int, device: torch.device) -> list[Stretch]:
    import torch

    stretches = []
    for piece in pieces:
        size, length = len(piece.ids), extent(piece.start + len(piece.ids))
        seen = torch.ones((up(size), length), dtype=torch.bool, device=device).tril_(piece.start)
        stretches.append(Stretch(row, row + size, piece.slot, length, seen))
        row += size
    return stretches
