"""A frozen sequence that grows in constant time: appending gives a new sequence and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Growing(Sequence[T], Generic[T]):
    """A prefix of a shared list. Appending at the tip shares it; appending to an older prefix copies."""

    __slots__ = ("_length", "_shared")

    def __init__(self, values: Sequence[T] = ()) -> None:
        self._shared = list(values)
        self._length = len(self._shared)

    def append(self, value: T) -> Growing[T]:
        """A sequence one longer. Amortised constant time along one line of history."""
        grown: Growing[T] = Growing.__new__(Growing)
        grown._shared = self._shared if len(self._shared) == self._length else self._shared[: self._length]
        grown._shared.append(value)
        grown._length = self._length + 1
        return grown

    def extend(self, values: Sequence[T]) -> Growing[T]:
        """A sequence longer by these. Costs what it adds, along one line of history."""
        grown: Growing[T] = Growing.__new__(Growing)
        grown._shared = self._shared if len(self._shared) == self._length else self._shared[: self._length]
        grown._shared.extend(values)
        grown._length = self._length + len(values)
        return grown

    def since(self, start: int) -> list[T]:
        """The elements from `start` on: costs what it returns."""
        return self._shared[start : self._length]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return iter(self._shared[: self._length])

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return self._shared[: self._length][index]
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self._shared[index if index >= 0 else self._length + index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Growing) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Growing({list(self)!r})"
