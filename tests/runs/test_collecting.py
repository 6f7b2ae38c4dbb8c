"""The collector comes less often while steps run, still finds what only it can find, and is set back."""

from __future__ import annotations

import gc
import weakref

import pytest

from laneshift.runs.collecting import seldom_collected


class Loop:
    """Refers to itself: nothing but the collector frees it."""

    def __init__(self) -> None:
        self.own = self


def test_what_comes_later_is_collected_as_ever() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_freeze_count() > 1000
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
        gone = weakref.ref(Loop())
        gc.collect()
        assert gone() is None
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_the_last_that_leaves_sets_it_back() -> None:
    before = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() != before
    second.__exit__(None, None, None)
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.parametrize("bounds", [(50_000, 30, 30), (0, 10, 10)])
def test_bounds_that_somebody_else_has_set_stay(bounds: tuple[int, int, int]) -> None:
    before = gc.get_threshold()
    gc.set_threshold(*bounds)
    try:
        with seldom_collected():
            assert gc.get_threshold() == bounds
            assert gc.get_freeze_count() == 0
        assert gc.get_threshold() == bounds
    finally:
        gc.set_threshold(*before)
