"""Conversations to learn from, out of JSON lines: messages as chat APIs take them, or the log of a visit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from wardround.care import Clinic, lesson
from wardround.harness import Called, Decided, Event, HarnessError, load_lines
from wardround.training.encoding import turns_of
from wardround.training.errors import TrainingError

Turns = list[dict[str, Any]]
ROLES: Final = frozenset(("system", "user", "assistant", "tool"))


def conversations(
    path: Path, clinic: Clinic, think: str = "short"
) -> Iterator[tuple[Turns, list[dict[str, Any]]]]:
    """Each conversation of a file with its tools. Raises TrainingError, which names line and field.

    A log gives what its agents' models were asked and said; one that no model played gives the attending's visit in
    shorthand, thinking so much.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(
            f"{path}: it cannot be read ({error.strerror}).", fix="Give a file of JSON lines."
        ) from error
    first = data.split(b"\n", 1)[0]
    if b'"encounter"' in first and b'"hash"' in first:
        yield from ((turns, []) for turns in _of_log(path, data, clinic, think))
        return
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            yield _checked(f"{path.name}, line {number}", line)


def _of_log(path: Path, data: bytes, clinic: Clinic, think: str) -> Iterator[Turns]:
    try:
        events = load_lines(data)
        asked = list(asked_and_said(events))
        if not asked:
            asked = [turns_of(lesson(clinic, events, think))]  # type: ignore[arg-type]
    except (HarnessError, ValueError) as error:
        raise TrainingError(
            f"{path}: nothing can be learnt from this log: {error}", fix="Give another."
        ) from error
    yield from asked


def asked_and_said(events: Sequence[Event]) -> Iterator[Turns]:
    """What each agent's model was asked and answered, from a log whose calls hold their messages."""
    under_way: dict[tuple[str, str], Turns] = {}
    for event in events:
        body = event.body
        if not isinstance(body, Decided) or body.call is None or not body.call.added:
            continue
        line, call = (event.branch, body.agent), body.call
        if call.rebuilt and line in under_way:
            yield under_way.pop(line)
        told = [_turn(dict(message)) for message in call.added]
        before = under_way.setdefault(line, [])
        if before and told and told[0].get("role") == "assistant":
            told = told[1:]  # the answer as it is read again: it stands there as it was written
        before += [*told, _answer(call)]
    yield from under_way.values()


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    calls = message.pop("tool_calls", None)
    thought = message.pop("thought", None)
    turn = {"content": "", **message}
    if thought:
        turn["reasoning_content"] = thought
    if calls:
        turn["tool_calls"] = [_call(str(c["id"]), str(c["name"]), str(c["arguments"])) for c in calls]
    return turn


def _answer(call: Called) -> dict[str, Any]:
    turn: dict[str, Any] = {"role": "assistant", "content": call.text}
    if call.thought:
        turn["reasoning_content"] = call.thought
    if call.tool_calls:
        turn["tool_calls"] = [
            _call(str(c["id"]), str(c["name"]), str(c["arguments"])) for c in call.tool_calls
        ]
    return turn


def _call(name: str, tool: str, arguments: str) -> dict[str, Any]:
    try:
        given = json.loads(arguments)
    except ValueError:
        given = arguments
    return {"id": name, "type": "function", "function": {"name": tool, "arguments": given}}


def _checked(where: str, line: bytes) -> tuple[Turns, list[dict[str, Any]]]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TrainingError(f"{where}: it is no JSON ({error}).", fix="Write one object a line.") from error
    turns = said.get("messages") if isinstance(said, dict) else None
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        raise TrainingError(
            f"{where}: `messages` is no list of turns.", fix='Write {"messages": [...]} a line.'
        )
    for at, turn in enumerate(turns):
        if turn.get("role") not in ROLES:
            raise TrainingError(
                f"{where}: messages[{at}].role is {turn.get('role')!r}.",
                fix=f"Use {', '.join(sorted(ROLES))}.",
            )
        if not isinstance(turn.get("content", ""), str | None):
            raise TrainingError(f"{where}: messages[{at}].content is no text.", fix="Give a string.")
    tools = said.get("tools") or []
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise TrainingError(f"{where}: `tools` is no list of tools.", fix="Leave it out, or give schemas.")
    return turns, tools
