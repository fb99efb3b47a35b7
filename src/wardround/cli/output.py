"""How commands speak: one JSON object on standard output with --json, rich text otherwise; errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

import orjson
import typer
from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Exactly one JSON object on standard output."""
    data = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    typer.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str).decode())


@contextmanager
def errors_in_one_line(as_json: bool) -> Iterator[None]:
    """What users can mend is said in one line that ends in the next step; defects keep their traceback."""
    from wardround.clinical import RecordError
    from wardround.harness import HarnessError
    from wardround.knowledge import KnowledgeInvalidError
    from wardround.memory import RememberingError
    from wardround.models import ModelError
    from wardround.simulation import ScriptError

    known = (HarnessError, RecordError, KnowledgeInvalidError, RememberingError, ModelError, ScriptError)
    try:
        yield
    except known as error:
        if as_json:
            print_json({"error": str(error), "kind": type(error).__name__})
        err.print(f"[bold red]error[/]: {_plain(str(error))}")
        raise typer.Exit(1) from None


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
