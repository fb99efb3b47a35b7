"""Reading a line that somebody types: it ends at once on Ctrl-C, and nobody is there on Ctrl-D."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

from wardround.cli.output import safe

MAX_TYPED = 20_000


def typed(console: Console, label: str, style: str = "bold green") -> str:
    """One line, without what surrounds it. Raises EOFError where nobody types any more.

    It blocks on purpose: a person may take as long as she likes, and a tool's deadline does not run meanwhile.
    """
    console.print(Text(label, style=style), end=" ", soft_wrap=True)
    try:
        return safe(input()[:MAX_TYPED]).strip()
    except EOFError:
        console.print()
        raise


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C raises here and now. An event loop's own handler would wait for the end of the line that is typed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
