"""What a model was taught to read, as its folder says it: one small file beside the weights."""

from __future__ import annotations

import json
from pathlib import Path

from wardround.models.errors import ModelRefused

TAUGHT = "wardround.json"
_LONGEST = 4_096


def taught(folder: Path) -> str:
    """The renderer's version in `wardround.json`; empty without that file. Raises ModelRefused for one that cannot be read."""
    path = folder / TAUGHT
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(_LONGEST))
        renderer = told["renderer"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(
            f"{path} cannot be read ({type(error).__name__}).",
            'Write {"renderer": "shorthand-1"}, or remove it.',
        ) from error
    if not isinstance(renderer, str):
        raise ModelRefused(
            f"{path}: renderer is no text.", 'Write {"renderer": "shorthand-1"}, or remove it.'
        )
    return renderer
