"""Reading a line that somebody types: ends at once on Ctrl-C, and says where the line ended on Ctrl-D."""

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
    with _interruptible():
        try:
            return safe(input()[:MAX_TYPED]).strip()
        except EOFError:
            console.print()
            raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C raises here and now; inside a running event loop it would wait for the end of the line."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
