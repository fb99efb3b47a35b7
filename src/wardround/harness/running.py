"""Running a tool: with a deadline, a key under which it runs once, and every failure as data."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import BaseModel

from wardround.harness.canonical import JSON, clean, written
from wardround.harness.deadlines import within
from wardround.harness.errors import HarnessError
from wardround.harness.events import EventRef, Failed, Returned
from wardround.harness.ports import Ports
from wardround.harness.state import State
from wardround.harness.tools import Call, Tool

MAX_OUTPUT_BYTES = 262_144


async def run_tool(
    tool: Tool, arguments: BaseModel, state: State[Any], ports: Ports, agent: str, key: str
) -> tuple[Returned | Failed, tuple[EventRef, ...]]:
    """What the tool returned, or how it failed; and the events that it says it used."""
    if tool.run is None:
        return Failed("tool", tool.name, "is run by the encounter"), ()
    try:
        result = await within(tool.deadline, tool.run(Call(state, ports, agent, key), arguments))
        output = (
            result.output.model_dump(mode="json") if isinstance(result.output, BaseModel) else result.output
        )
        return _bounded(tool, output), result.used
    except TimeoutError:
        return Failed("tool", tool.name, f"gave no answer within {tool.deadline:g} seconds"), ()
    except HarnessError as error:
        return Failed("tool", tool.name, clean(f"{error.message} {error.fix}".strip(), 1_000)), ()
    except Exception as error:  # noqa: BLE001 - the boundary to tools: plain Python errors are classified here
        return Failed("tool", tool.name, clean(f"{type(error).__name__}: {error}", 1_000)), ()


def _bounded(tool: Tool, output: JSON) -> Returned | Failed:
    """The output as the log will give it back, so that a resumed encounter sees the very same."""
    data = written(output)
    if len(data) > MAX_OUTPUT_BYTES:
        return Failed("tool", tool.name, f"returned {len(data)} bytes; at most {MAX_OUTPUT_BYTES} are read")
    output = orjson.loads(data)
    if not isinstance(output, dict):
        return Failed("tool", tool.name, f"returned {type(output).__name__}, and no JSON object")
    return Returned(tool.name, output, tool.shared)
