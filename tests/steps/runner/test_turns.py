"""When the sessions of a divided suite start, by how many files the others have taken."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from laneshift.steps.runner.turns import Turns, processors
from tests.steps.runner.conftest import GOOD, Projects

NEVER = 600.0


def started(turns: Turns, number: int, taken: list[int]) -> Event:
    """An event that is set when the session has its turn."""
    has_started = Event()

    def session() -> None:
        turns.wait(number, lambda: taken[-1])
        has_started.set()

    Thread(target=session, daemon=True).start()
    return has_started


@pytest.mark.parametrize("number", [0, 1])
def test_as_many_as_there_are_processors_start_at_once(number: int) -> None:
    Turns(2, NEVER).wait(number, lambda: 0)


def test_the_others_start_one_for_each_that_has_begun_with_its_tests() -> None:
    turns, taken = Turns(2, NEVER), [0]
    third, fourth = started(turns, 2, taken), started(turns, 3, taken)
    taken.append(1)
    assert third.wait(60)
    assert not fourth.is_set()
    taken.append(2)
    assert fourth.wait(60)


def preparing(turns: Turns, number: int) -> Event:
    """An event that is set when the session may make its place ready."""
    may_prepare = Event()

    def session() -> None:
        turns.wait_to_prepare(number)
        may_prepare.set()

    Thread(target=session, daemon=True).start()
    return may_prepare


def test_places_of_later_sessions_are_made_ready_when_the_first_have_begun() -> None:
    turns = Turns(2, NEVER)
    assert all(preparing(turns, number).wait(60) for number in (0, 1))
    later = [preparing(turns, number) for number in (2, 3)]
    turns.has_begun()
    assert not any(each.is_set() for each in later)
    turns.has_begun()
    assert all(each.wait(60) for each in later)


def test_nobody_waits_to_prepare_for_a_session_that_could_not_be_prepared() -> None:
    turns = Turns(2, NEVER)
    later = preparing(turns, 2)
    with pytest.raises(ValueError, match="broken"), turns.ending():
        raise ValueError("broken")
    assert later.wait(60)


def test_nobody_waits_to_prepare_for_ever() -> None:
    Turns(1, 0.05).wait_to_prepare(3)


def test_nobody_waits_for_a_session_that_ended_without_taking_a_file() -> None:
    turns = Turns(1, NEVER)
    waiting = [started(turns, number, [0]) for number in (1, 2, 3)]
    with pytest.raises(ValueError, match="broken"), turns.ending():
        raise ValueError("broken")
    assert all(each.wait(60) for each in waiting)


def test_a_file_that_is_never_taken_is_not_waited_for_for_ever() -> None:
    began = time.monotonic()
    Turns(1, 0.05).wait(3, lambda: 0)
    assert time.monotonic() - began >= 0.05


def test_there_is_a_processor() -> None:
    assert processors() >= 1


def test_more_sessions_than_processors_run_every_test_once(fallback: Projects) -> None:
    files = {f"tests/test_{number}.py": GOOD for number in range(8)}
    whole = fallback(files, shards=processors() + 2).whole()
    assert (whole.trouble, whole.result.passed) == ("", 8), whole.result.run.output
