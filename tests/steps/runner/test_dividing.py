"""How files are divided among shards: each to exactly one, evenly, and the same way wherever it is asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.steps.runner.pytest_shard import divided, file_of
from laneshift.steps.runner.shards import worth

FILES = st.dictionaries(st.text("abc/", min_size=1, max_size=6), st.integers(1, 50), max_size=30)
TIMES = st.dictionaries(st.text("abc/", min_size=1, max_size=6), st.integers(0, 10**9), max_size=30)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FILES, TIMES, st.integers(1, 9))
def test_every_file_has_one_shard_whatever_the_order(tests: dict[str, int], took: dict[str, int], shards: int) -> None:
    found = divided(tests, took, shards)
    assert found.keys() == tests.keys()
    assert set(found.values()) <= set(range(shards))
    backwards = dict(reversed(tests.items())), dict(reversed(took.items()))
    assert divided(*backwards, shards) == found


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FILES, TIMES, st.integers(2, 9))
def test_no_shard_has_more_than_another_by_more_than_one_file(
    tests: dict[str, int], took: dict[str, int], shards: int
) -> None:
    known = {file: took.get(file, 0) for file in tests}
    found = divided(tests, known, shards)
    cost = {file: known[file] + 1000 * count for file, count in tests.items()}
    loads = [sum(cost[file] for file in tests if found[file] == shard) for shard in range(shards)]
    assert max(loads) - min(loads) <= max(cost.values(), default=0)


def test_files_are_balanced_by_what_they_took() -> None:
    tests = {"slow": 1, "a": 30, "b": 30, "c": 30}
    assert divided(tests, {"slow": 90_000_000, "a": 1_000_000, "b": 1_000_000, "c": 1_000_000}, 2) == {
        "slow": 0,
        "a": 1,
        "b": 1,
        "c": 1,
    }


def test_without_any_times_files_are_balanced_by_their_tests() -> None:
    found = divided({"big": 4, "a": 2, "b": 1, "c": 1}, {}, 2)
    assert found == {"big": 0, "a": 1, "b": 1, "c": 1}


def test_a_file_that_never_ran_counts_as_one_like_the_others() -> None:
    # Ten tests that nobody timed are taken for ten usual ones of a second, not for ten of no time at all.
    found = divided({"new": 10, "a": 1, "b": 1, "c": 1}, {"a": 1_000_000, "b": 1_000_000, "c": 1_000_000}, 2)
    assert found == {"new": 0, "a": 1, "b": 1, "c": 1}


def test_the_file_of_a_test_and_of_what_is_no_python_test() -> None:
    assert file_of("tests/test_a.py::TestA::test_b[c::d]") == "tests/test_a.py"
    assert file_of("README.rst") == "README.rst"


@pytest.mark.parametrize(("seconds", "sessions"), [(0.2, 1), (0.9, 1), (1.5, 2), (4, 3), (60, 8)])
def test_a_suite_that_is_known_to_be_short_has_fewer_sessions(seconds: float, sessions: int) -> None:
    took = {f"test_{number}.py": round(seconds * 100_000) for number in range(10)}
    assert worth(8, took) == sessions
    assert worth(1, took) == 1


def test_a_suite_that_nobody_timed_has_all_sessions() -> None:
    assert worth(4, {}) == 4
