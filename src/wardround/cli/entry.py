"""The one way in: whatever a command raises leaves here as one line that ends in the next step, and an exit code.

0 done, or on hold until somebody signs · 1 it could not be done · 2 the command line makes no sense ·
3 a defect of ours, with its traceback · 4 a log of other versions, which cannot be derived again here · 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from wardround.cli.output import say_error


class Entry(TyperGroup):
    """The application's command group."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and leave with its exit code."""
        given = list(sys.argv[1:] if args is None else args)
        _write_anything()
        try:
            code = super().main(given, prog_name, complete_var, False, windows_expand_args, **extra)
        except (typer.Abort, KeyboardInterrupt):
            code = 130
        except BrokenPipeError:
            code = 1
            sys.stderr.close()
        except Exception as error:  # noqa: BLE001 - the boundary to the user: every error leaves here as a line
            code = _said(error, "--json" in given)
        if code == 130:
            say_error("Interrupted", _interrupted(), "--json" in given)
        sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception, as_json: bool) -> int:
    """Say the error, and which exit code it means."""
    format_message = getattr(error, "format_message", None)
    if format_message is not None:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(format_message())
            return 0
        context = getattr(error, "ctx", None)
        fix = f"See `{context.command_path} --help`." if context is not None else "See `wardround --help`."
        say_error("UsageError", f"{str(format_message()).rstrip('.')}. {fix}", as_json)
        return int(getattr(error, "exit_code", 2))
    if isinstance(error, ModuleNotFoundError):
        say_error(
            "ModuleNotFoundError",
            f"{error.name} is not installed. `wardround doctor` says how to get it.",
            as_json,
        )
        return 1
    if isinstance(error, _known()):
        say_error(type(error).__name__, error, as_json)
        return 1
    traceback.print_exception(error, file=sys.stderr)
    say_error(
        type(error).__name__,
        f"{error}: this is a defect of wardround. Please report it with the lines above.",
        as_json,
    )
    return 3


def _known() -> tuple[type[Exception], ...]:
    """What users can mend. Looked up only once something went wrong: the rooms are heavy."""
    from wardround.calculators import CalculatorError
    from wardround.clinical import RecordError
    from wardround.evidence import EvidenceError
    from wardround.harness import HarnessError
    from wardround.knowledge import KnowledgeInvalidError, UnknownEntityError
    from wardround.memory import RememberingError
    from wardround.models import ModelError
    from wardround.search import SearchError
    from wardround.server import ServerError
    from wardround.simulation import ScriptError

    return (
        CalculatorError,
        HarnessError,
        RecordError,
        EvidenceError,
        KnowledgeInvalidError,
        UnknownEntityError,
        RememberingError,
        SearchError,
        ServerError,
        ModelError,
        ScriptError,
    )


def _interrupted() -> str:
    """What is written is written: the visit goes on from its log."""
    return "interrupted. What was written is kept: `wardround visit --resume ID` goes on with a visit."


def _write_anything() -> None:
    """A terminal that cannot show a character shows another one; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
