"""The door of the room: its names, and that opening it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

import wardround.server as server


def test_the_door_is_explicit() -> None:
    assert server.__all__ == [
        "Served",
        "ServerError",
        "ServingLimits",
        "address_of",
        "bound",
        "create_app",
        "loopback",
        "open_served",
        "serve",
        "serve_as",
    ]
    assert all(hasattr(server, name) for name in server.__all__)


def test_opening_the_door_loads_nothing_heavy() -> None:
    heavy = {"torch", "transformers", "fastapi", "uvicorn", "starlette", "llguidance", "openai"}
    code = f"import sys, wardround.server; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastapi", None)
    with pytest.raises(server.ServerError, match=r"pip install 'wardround\[serve\]'"):
        server.create_app(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("x.org", False),
    ],
)
def test_loopback_is_told_from_the_world(host: str, alone: bool) -> None:
    assert server.loopback(host) is alone
