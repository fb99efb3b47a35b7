"""What a figure was measured on: git revision, package versions, interpreter, day. Written with every result."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which
from typing import Any, Final

PACKAGES: Final = ("wardround", "pydantic", "numpy", "orjson", "rapidfuzz")
_HERE: Final = Path(__file__).resolve().parent
_ROOT: Final = _HERE.parents[2]


def surroundings() -> dict[str, Any]:
    """As plain JSON."""
    return {
        "revision": revision(),
        "versions": {name: _version(name) for name in PACKAGES},
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "date": datetime.now(UTC).date().isoformat(),
    }


@cache
def revision() -> str | None:
    """The git revision of the source tree, `+` where it was changed since; None where this is an installed package."""
    if not (_ROOT / ".git").exists() or not (_ROOT / "src" / "wardround").is_dir():
        return None
    name = _git("rev-parse", "--short", "HEAD")
    return f"{name}+" if name and _git("status", "--porcelain", "--untracked-files=no") else name


def _git(*words: str) -> str | None:
    """What git says, being asked fixed words; None where there is none."""
    git = which("git")
    if git is None:
        return None
    try:
        done = subprocess.run([git, *words], cwd=_ROOT, capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() or None if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
