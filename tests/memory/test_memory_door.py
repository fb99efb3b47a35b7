"""What the room of memory shows to the others."""

from __future__ import annotations

import wardround.memory


def test_the_door_is_what_it_says() -> None:
    assert sorted(wardround.memory.__all__) == [
        "Brief", "Memory", "RememberingError", "brief_of", "fact_from_json", "fact_to_json", "known_on",
    ]  # fmt: skip
    assert all(hasattr(wardround.memory, name) for name in wardround.memory.__all__)
