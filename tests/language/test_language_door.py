"""The door of the room."""

from __future__ import annotations

import wardround.language


def test_the_door_holds_what_it_promises() -> None:
    assert wardround.language.__all__ == ["MAX_CHARACTERS", "Lexicon", "Reader", "common_words"]
    assert all(hasattr(wardround.language, name) for name in wardround.language.__all__)
