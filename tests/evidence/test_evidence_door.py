"""The room's door: what is in it, and nothing else, can be relied on."""

import wardround.evidence


def test_the_door_is_what_it_says() -> None:
    assert wardround.evidence.__all__ == sorted(wardround.evidence.__all__)
    assert all(hasattr(wardround.evidence, name) for name in wardround.evidence.__all__)
