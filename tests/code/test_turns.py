"""Items that two processes share are each done once, whoever dies."""

from __future__ import annotations

import os
import signal

import pytest

from laneshift.code.beside import Beside
from laneshift.code.turns import Turns


def nothing(told: object) -> None:
    """What a copy goes on with, where a test does not care."""


@pytest.mark.parametrize("count", [0, 1, 7, 2_000, 4_999])
def test_each_item_is_given_once_to_one_of_two_processes(count: int) -> None:
    items = [f"item {number}" for number in range(count)]
    with Turns(items) as turns, Beside(lambda: (list(turns), turns.taken), nothing) as other:
        mine = list(turns)
        theirs, taken = other.first()
        assert turns.forgotten(taken) == []
        assert sorted([*mine, *turns.others()]) == sorted(items)
    assert sorted([*mine, *theirs]) == sorted(items)


def test_one_process_is_given_all_in_order() -> None:
    with Turns("abcde") as turns:
        assert list(turns) == list("abcde")
        assert list(turns) == []
        assert turns.taken == [0, 1, 2, 3, 4]
        assert turns.forgotten([]) == []


@pytest.mark.parametrize("count", [0, 7, 4_999])
def test_the_items_may_be_said_by_each_process_when_it_knows_them(count: int) -> None:
    items = list(range(count))
    with Turns[int]() as turns:

        def take() -> tuple[list[int], list[int]]:
            turns.begin(items)
            return list(turns), turns.taken

        with Beside(take, nothing) as other:
            turns.begin(items)
            turns.begin(items)
            mine = list(turns)
            theirs, taken = other.first()
        lost = turns.forgotten(taken)
    assert sorted([*mine, *theirs]) == items
    assert lost == []


def test_what_a_process_took_and_never_answered_for_is_not_forgotten() -> None:
    here = os.getpid()
    with Turns(range(10)) as turns:
        first = next(iter(turns))

        def takes_and_dies() -> tuple[list[int], list[int]]:
            if os.getpid() != here:
                next(iter(turns))
                next(iter(turns))
                os.kill(os.getpid(), signal.SIGKILL)
            return list(turns), turns.taken

        with Beside(takes_and_dies, nothing) as other:
            rest, taken = other.first()
        lost = turns.forgotten(taken)
    assert len(lost) in (0, 2)  # none where no copy could be made
    assert sorted([first, *rest, *lost]) == list(range(10))


def test_nothing_stays_open() -> None:
    def lowest_free() -> int:
        free = os.open(os.devnull, os.O_RDONLY)
        os.close(free)
        return free

    before = lowest_free()
    for _ in range(20):
        with Turns("ab") as turns:
            next(iter(turns))
        with Turns[str]():
            pass
        with Beside(os.getpid, nothing) as other:
            other.first()
            other.tell(1)
    assert lowest_free() == before
