"""What comes into the log from policies, models and reviewers: made storable, with every failure as data."""

from __future__ import annotations

import asyncio

import orjson

from wardround.harness.canonical import clean, written
from wardround.harness.errors import HarnessError
from wardround.harness.events import Action, Failed
from wardround.harness.tools import MAX_ARGUMENT_BYTES
from wardround.models import ModelError


def storable(action: Action) -> tuple[Action | None, str | None]:
    """The action as the log will give it back, if it is no larger than any honest call; else what is wrong with it."""
    try:
        data = written([action.arguments, action.tool, action.because])
    except (TypeError, ValueError, RecursionError) as error:
        return None, f"the arguments cannot be written down: {one_line(error)}"
    if len(data) > MAX_ARGUMENT_BYTES:
        return None, f"the call is {len(data)} bytes; at most {MAX_ARGUMENT_BYTES} are read"
    arguments = orjson.loads(data)[0]
    if not isinstance(arguments, dict):
        return None, "the arguments are no JSON object"
    return Action(action.tool, arguments, tuple(action.because)), None


def failure(policy: str, error: Exception) -> Failed:
    """A policy's error as an event; a model's is told apart."""
    return Failed("model" if isinstance(error, ModelError) else "policy", policy, one_line(error))


def one_line(error: BaseException) -> str:
    """An error in one line, fit for the log."""
    text = error.message if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
    return clean(" ".join(text.split()), 500)


async def together(branches: list[asyncio.Future[None]]) -> None:
    """All at once. Where one breaks, the others stop too, and none plays on unseen."""
    try:
        await asyncio.gather(*branches)
    except BaseException:
        for branch in branches:
            branch.cancel()
        await asyncio.gather(*branches, return_exceptions=True)
        raise
