"""Threads that do one piece of work after another, each in the context of who asked for it."""

from __future__ import annotations

import contextvars
import threading
import weakref
from functools import partial

from laneshift.runs.engine.hands import Hands


class Thing:
    """What a piece of work is about."""


def done(hands: Hands, name: str) -> threading.Thread:
    """The thread that did some work, once it rests or is gone."""
    found: list[threading.Thread] = []
    ended = threading.Event()

    def work() -> None:
        found.append(threading.current_thread())
        ended.set()

    hands.begin(name, work)
    assert ended.wait(60)
    while not hands._idle and found[0].is_alive():
        assert found[0].name == name
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
        hands.begin("first", partial(contextvars.copy_context().run, held.set, thing))
        return weakref.ref(thing)

    seen = given()
    found: list[Thing | None] = []
    thread = done(hands, "second")
    hands.begin("third", lambda: found.append(held.get()))
    done(hands, "fourth")
    hands.close()
    assert not thread.is_alive()
    assert found == [None]
    assert seen() is None
