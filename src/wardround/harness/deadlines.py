"""A deadline that costs nothing to what answers at once: the timer is set only where something has to be waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. Where that takes longer, it is cancelled, and TimeoutError is raised."""
    try:
        awaited = work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    async with asyncio.timeout(seconds):
        return await _Begun(work, awaited)


class _Begun(Generic[T]):
    """A coroutine that has come to its first wait, for `awaited`, and is driven on from there as `await` would."""

    def __init__(self, work: Coroutine[Any, Any, T], awaited: Any) -> None:
        self._work, self._awaited = work, awaited

    def __await__(self) -> Generator[Any, Any, T]:
        work, awaited = self._work, self._awaited
        while True:
            try:
                sent = yield awaited
            except GeneratorExit:
                work.close()
                raise
            except BaseException as error:  # noqa: BLE001 - a cancellation, say: the work hears of it
                go_on = partial(work.throw, error)
            else:
                go_on = partial(work.send, sent)
            try:
                awaited = go_on()
            except StopIteration as done:
                given: T = done.value
                return given
