"""Recipes stand beside the package, tiny models among the models' tests: both are found from here."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parents[2], Path(__file__).parents[1] / "models"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
