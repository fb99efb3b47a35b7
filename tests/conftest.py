"""What all tests share: where the shared data lie, if they are there at all, and that no example is timed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a loaded machine is no defect
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The shared data folder: WARDROUND_DATA, else ../shared/data beside the repository. Skips where it is absent."""
    stated = os.environ.get("WARDROUND_DATA")
    folder = Path(stated) if stated else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {folder}: set WARDROUND_DATA")
    return folder
