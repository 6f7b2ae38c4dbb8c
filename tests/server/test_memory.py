"""The collector is set for a server and set back, and still finds what only it can find."""

from __future__ import annotations

import gc
import weakref

from laneshift.server.memory import settled


class Loop:
    """Refers to itself: nothing but the collector frees it."""

    def __init__(self) -> None:
        self.own = self


def test_what_is_there_at_the_start_is_left_alone_until_it_is_set_back() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    undo = settled()
    try:
        assert gc.get_freeze_count() > frozen + 1000
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
        gone = weakref.ref(Loop())
        gc.collect()
        assert gone() is None, "what comes later is collected as ever"
    finally:
        undo()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
