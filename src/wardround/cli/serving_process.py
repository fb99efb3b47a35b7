"""A model server in a process of its own, for as long as it is needed: started, waited for, and ended again."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wardround.harness import ConfigurationError

PATIENCE_S = 120.0
"""How long a model may take to load."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where it listens, and what the model is called there."""

    url: str
    model: str


@asynccontextmanager
async def served(model: str, *, dtype: str) -> AsyncIterator[Address]:
    """`wardround serve-model MODEL` on a free port of this machine. Raises ConfigurationError where it does not start."""
    command = ("-m", "wardround", "serve-model", model, "--port", "0", "--dtype", dtype, "--json")
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, stderr=PIPE)
    try:
        yield await _address(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _address(process: Process) -> Address:
    """What it prints once it listens."""
    if process.stdout is None or process.stderr is None:
        raise ConfigurationError("serve-model: it has no output.", fix="Start it by hand to see why.")
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
        told = json.loads(line)
        return Address(str(told["address"]), str(told["model"]))
    except (TimeoutError, ValueError, KeyError) as error:
        if process.returncode is None:
            process.terminate()
        said = (await process.stderr.read()).decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else type(error).__name__
        raise ConfigurationError(
            f"serve-model did not start: {why}", fix="Start it by hand to see why."
        ) from error
