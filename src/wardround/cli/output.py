"""How commands speak: one JSON object on standard output with --json, rich text otherwise; errors in one line on stderr.

What comes from outside (names, answers, records, models) passes through `safe` or `words` before it reaches a terminal:
no escape sequence and no markup in it is ever executed.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, is_dataclass
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal is."""
MAX_ERROR = 1_000

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_PICTURES = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)}
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_UNSAFE = {
    **_PICTURES,
    0x7F: "␡",
    **dict.fromkeys(range(128, 160), "�"),
    **dict.fromkeys(range(55296, 57344), "�"),
    **dict.fromkeys(_TURNING),
}


def safe(text: object) -> str:
    """Text from outside as a terminal may show it: control characters become visible, none of them acts."""
    return str(text).translate(_UNSAFE)


def one_line(text: object) -> str:
    """The same, on one line."""
    return safe(re.sub(r"\s+", " ", str(text))).strip()


def words(text: object, style: str = "") -> Text:
    """Text from outside, ready to print: brackets in it are brackets."""
    return Text(safe(text), style=style)


def width_of(console: Console) -> int:
    """How wide to write."""
    return min(console.width, WIDEST)


def print_json(value: Any) -> None:
    """Exactly one JSON object on standard output."""
    data = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    try:
        import orjson
    except ImportError:  # the doctor must speak even then
        typer.echo(json.dumps(data, indent=2, default=str))
        return
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    typer.echo(orjson.dumps(data, option=options, default=str).decode())


def say_error(kind: str, message: object, as_json: bool) -> None:
    """One line on stderr; with --json the same as one object on stdout."""
    line = one_line(message)
    line = line if len(line) <= MAX_ERROR else f"{line[:MAX_ERROR]}…"
    if as_json:
        print_json({"error": line, "kind": kind})
    err.print(Text.assemble(("error", "bold red"), ": ", line), soft_wrap=True)
