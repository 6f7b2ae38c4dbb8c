"""Items that two processes share are each done once, whoever dies."""

from __future__ import annotations

import os
import signal

import pytest

from laneshift.code.beside import Beside
from laneshift.code.turns import Turns


@pytest.mark.parametrize("count", [0, 1, 7, 2_000, 4_999])
def test_each_item_is_given_once_to_one_of_two_processes(count: int) -> None:
    items = [f"item {number}" for number in range(count)]
    with Turns(items) as turns, Beside(lambda: (list(turns), turns.taken)) as other:
        mine = list(turns)
        theirs, taken = other.result()
        assert turns.forgotten(taken) == []
    assert sorted([*mine, *theirs]) == sorted(items)


def test_one_process_is_given_all_in_order() -> None:
    with Turns("abcde") as turns:
        assert list(turns) == list("abcde")
        assert list(turns) == []
        assert turns.taken == [0, 1, 2, 3, 4]
        assert turns.forgotten([]) == []


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

        with Beside(takes_and_dies) as other:
            rest, taken = other.result()
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
    assert lowest_free() == before
