"""A door before what a thread changes: nothing late goes through, and nothing is cut in two."""

from __future__ import annotations

import contextvars
import os
import threading

import pytest

from laneshift.repo.doors import Door, Shut, behind, effect, until_shut


def test_without_a_door_everything_happens() -> None:
    with effect(), effect():
        pass
    door = Door()
    door.shut()
    with effect():
        pass


def test_nothing_goes_through_a_door_that_is_shut() -> None:
    door, done = Door(), []
    with behind(door):
        with effect():
            done.append("before")
        door.shut()
        with pytest.raises(Shut), effect():
            done.append("after")
    with effect():
        done.append("elsewhere")
    assert done == ["before", "elsewhere"]


def test_what_is_on_its_way_through_ends_first() -> None:
    door, inside, go, done = Door(), threading.Event(), threading.Event(), list[str]()

    def change() -> None:
        with behind(door), effect():
            inside.set()
            go.wait()
            with effect():
                done.append("whole")

    def shut() -> None:
        door.shut()
        done.append("shut")

    changing, shutting = threading.Thread(target=change), threading.Thread(target=shut)
    changing.start()
    inside.wait()
    shutting.start()
    shutting.join(0.2)
    assert done == []
    go.set()
    changing.join()
    shutting.join()
    assert done == ["whole", "shut"]


def test_no_handler_takes_it_for_a_failure_of_the_work() -> None:
    assert not issubclass(Shut, Exception)


def test_threads_with_a_copy_of_the_context_are_behind_the_same_door() -> None:
    door, seen = Door(), list[BaseException]()

    def change() -> None:
        try:
            with effect():
                pass
        except Shut as error:
            seen.append(error)

    with behind(door):
        context = contextvars.copy_context()
    door.shut()
    thread = threading.Thread(target=context.run, args=(change,))
    thread.start()
    thread.join()
    assert len(seen) == 1


def test_what_runs_is_told_when_the_door_is_shut() -> None:
    with until_shut() as never:
        assert never is None
    door, running, told = Door(), threading.Event(), list[object]()

    def run() -> None:
        try:
            with behind(door), until_shut() as shut:
                assert shut is not None
                running.set()
                told.append(os.read(shut, 1))
        except Shut as error:
            told.append(type(error))

    for start in (running.wait, lambda: None):
        thread = threading.Thread(target=run)
        thread.start()
        start()
        door.shut()
        thread.join()
    assert told == [b"", Shut, b"", Shut]
