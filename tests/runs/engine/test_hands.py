"""Threads that do one piece of work after another, each in the context of who asked for it."""

from __future__ import annotations

import contextvars
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial

from laneshift.runs.engine.hands import Hands


class Thing:
    """What a piece of work is about."""


def done(hands: Hands, name: str, work: Callable[[], object] = threading.current_thread) -> threading.Thread:
    """The thread that did some work, once it rests."""
    found: list[threading.Thread] = []

    def noted() -> None:
        work()
        found.append(threading.current_thread())

    hands.begin(name, noted)
    while not (found and found[0] in hands._idle):
        time.sleep(0)
    return found[0]


def test_a_thread_is_used_again_under_another_name() -> None:
    hands = Hands()
    first = done(hands, "one")
    assert first.daemon
    assert done(hands, "two") is first
    assert first.name == "two"
    hands.close()
    assert not first.is_alive()


def test_work_at_once_has_threads_of_its_own_and_none_is_kept_by_work_that_does_not_end() -> None:
    hands, free, begun = Hands(), threading.Event(), threading.Event()
    held: list[threading.Thread] = []

    def hold() -> None:
        held.append(threading.current_thread())
        begun.set()
        free.wait(60)

    hands.begin("held", hold)
    assert begun.wait(60)
    other = done(hands, "other")
    assert other is not held[0]
    hands.close()
    assert not other.is_alive()
    assert held[0].is_alive()
    free.set()
    held[0].join(60)
    assert not held[0].is_alive(), "closed while it worked, it ends with its work"


def test_a_thread_that_rests_keeps_nothing_of_what_it_did_nor_of_its_context() -> None:
    hands, held = Hands(), contextvars.ContextVar[Thing | None]("held", default=None)

    def given() -> weakref.ref[Thing]:
        thing = Thing()
        done(hands, "first", partial(contextvars.copy_context().run, held.set, thing))
        return weakref.ref(thing)

    seen, found = given(), list[Thing | None]()
    thread = done(hands, "second", lambda: found.append(held.get()))
    assert found == [None]
    assert seen() is None
    hands.close()
    assert not thread.is_alive()
