"""One tiny model for all of the room's tests, made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="needs the extra [ml]")
    from tiny_hugging_face import save_tiny

    return save_tiny(tmp_path_factory.mktemp("tiny"), positions=2048)
