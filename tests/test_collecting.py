"""A process that lives long leaves what is loaded out of every later collection."""

import gc

from wardround.collecting import YOUNG, collect_seldom


def test_what_is_loaded_is_frozen_and_new_objects_are_looked_at_seldom() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == YOUNG
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
