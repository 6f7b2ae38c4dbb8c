"""Errands are done once, one at a time, whatever one of them raises, and no thread is left."""

from __future__ import annotations

import threading

from laneshift.matriz.errands import Errands

_LONG = 60.0


def test_an_errand_that_is_asked_for_twice_is_done_once_and_waited_for() -> None:
    errands, go_on, done = Errands(), threading.Event(), []

    def work() -> None:
        go_on.wait(_LONG)
        done.append(threading.current_thread().name)

    assert errands.begin(("a",), work)
    assert errands.begin(("a",), work)
    assert errands.begin(("b",), work)
    assert not errands.wait(("a",), 0)
    assert not errands.wait(("b",), 0)
    go_on.set()
    assert errands.wait(("a",), _LONG)
    assert errands.wait(("b",), _LONG)
    assert done == ["matriz-errands"] * 2


def test_one_that_raises_ends_no_other() -> None:
    errands, done = Errands(), threading.Event()
    errands.begin(("bad",), lambda: 1 // 0)
    errands.begin(("good",), done.set)
    assert done.wait(_LONG)
    assert errands.wait(("bad",), 0)


def test_of_too_many_the_last_are_not_taken() -> None:
    errands, begun, go_on = Errands(most=1), threading.Event(), threading.Event()
    errands.begin(("a",), lambda: (begun.set(), go_on.wait(_LONG)))
    assert begun.wait(_LONG)
    assert errands.begin(("b",), lambda: None)
    assert not errands.begin(("c",), lambda: None)
    assert errands.begin(("b",), lambda: None)
    go_on.set()
    assert errands.wait(("b",), _LONG)


def test_its_thread_ends_when_there_is_nothing_to_do_and_begins_again() -> None:
    errands, threads = Errands(), []
    for name in ("a", "b"):
        errands.begin((name,), lambda: threads.append(threading.current_thread()))
        assert errands.wait((name,), _LONG)
        threads[-1].join(_LONG)
        assert not threads[-1].is_alive()
    assert threads[0] is not threads[1]
