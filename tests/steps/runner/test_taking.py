"""Sessions that take files from one place: each file goes to exactly one of them, whoever asks when."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.steps.runner.pytest_shard import Following, in_order, in_turn, ticket_of

FILES = [[f"{file}::{test}" for test in range(1 + file % 3)] for file in range(12)]


def session(tickets: int) -> Iterator[str]:
    """The tests that one session runs, one at a time, in the order in which the loop asks for what follows."""
    following = Following(FILES, lambda: ticket_of(tickets))
    while group := following.items():
        following = following.then()
        yield from group
        assert bool(following) == bool(following.items())


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(1, 5), st.lists(st.integers(0, 4), max_size=60))
def test_every_file_is_run_exactly_once_whatever_the_interleaving(sessions: int, turns: list[int]) -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        going = [session(file.fileno()) for _ in range(sessions)]
        ran = [next(going[turn % sessions], None) for turn in turns]
        ran += [test for one in going for test in one]
    assert Counter(test for test in ran if test) == Counter(test for group in FILES for test in group)


def _take(tickets: int, answer: int) -> None:
    os.write(answer, b"".join(ticket_of(tickets).to_bytes(4, "big") for _ in range(2000)))


def test_processes_that_take_at_the_same_time_never_get_the_same() -> None:
    fork = get_context("fork")
    answer_read, answer_write = os.pipe()
    with tempfile.TemporaryFile(buffering=0) as file, os.fdopen(answer_read, "rb") as answers:
        processes = [fork.Process(target=_take, args=(file.fileno(), answer_write)) for _ in range(4)]
        for process in processes:
            process.start()
        os.close(answer_write)
        told = answers.read()
        for process in processes:
            process.join()
    numbers = [int.from_bytes(told[start : start + 4], "big") for start in range(0, len(told), 4)]
    assert sorted(numbers) == list(range(8000))


def test_what_follows_stands_for_its_first_test_and_for_nothing_at_the_end() -> None:
    numbers = iter((1, 7))
    following = Following([["first"], ["second", "third"]], lambda: next(numbers))
    assert following.upper() == "SECOND"
    assert following
    assert following.items() == ["second", "third"]
    end = following.then()
    assert not end
    assert end.items() == []
    assert getattr(end, "upper", None) is None


def test_a_place_that_somebody_moved_gives_nothing() -> None:
    assert not Following([["first"]], lambda: -1).items()


def test_the_longest_file_is_taken_first() -> None:
    assert in_order({"b": 1, "a": 1, "many": 9}, {}) == ["many", "a", "b"]
    assert in_order({"b": 1, "a": 1, "many": 9}, {"b": 90_000_000, "a": 5_000_000}) == ["many", "b", "a"]
    assert in_order({"b": 1, "a": 1, "many": 9}, {"b": 90_000_000, "a": 1, "many": 2}) == ["b", "many", "a"]


def test_where_no_time_is_known_files_of_many_and_of_few_tests_take_turns() -> None:
    assert in_turn({"a": 3, "b": 3, "c": 3, "x": 1, "y": 1}, {}) == ["a", "y", "b", "x", "c"]
    assert in_turn({"a": 3, "x": 1, "y": 1}, {"gone": 9_000}) == ["a", "y", "x"]
    assert in_turn({"only": 1}, {}) == ["only"]
    assert in_turn({}, {}) == []


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.dictionaries(st.text("abcdef", max_size=3), st.integers(1, 9)), st.randoms(use_true_random=False))
def test_every_session_has_the_same_order_with_every_file_once(tests: dict[str, int], random: Random) -> None:
    shuffled = list(tests.items())
    random.shuffle(shuffled)
    assert in_turn(dict(shuffled), {}) == in_turn(tests, {})
    assert sorted(in_turn(tests, {})) == sorted(tests)


def test_where_a_time_is_known_the_longest_file_is_taken_first() -> None:
    tests = {"a": 3, "b": 3, "x": 1, "y": 1}
    took = {"y": 90_000_000, "b": 5_000_000}
    assert in_turn(tests, took) == in_order(tests, took)
    assert in_turn(tests, took)[0] == "y"
