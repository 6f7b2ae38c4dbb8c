"""Several sessions come to one run of the suite only when they agree: each way not to is caught."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.gates.sandbox import COMMAND, RunResult
from laneshift.steps.runner.events import Session
from laneshift.steps.runner.shards import Part, combined

ALL = ("t/a.py::test_1", "t/a.py::test_2", "t/b.py::test_3")


def part(ran: Iterable[str], status: int = 0, collection: Iterable[str] = ALL, **told: object) -> Part:
    """A session that saw `collection` and ran `ran`, all of which passed."""
    ran = tuple(ran)
    session = Session(
        outcomes=dict.fromkeys(ran, "passed"),
        collected=frozenset(ran),
        unstarted=(),
        deselected=(),
        collection_errors=(),
        skipped_files=frozenset(),
        foreign=(),
        finished=True,
        unreadable=0,
        collection=frozenset(collection),
        microseconds={test.partition("::")[0]: 5 for test in ran},
    )
    return Part(RunResult(status, "told", 1.0, protections=("network", f"only {ran}")), replace(session, **told))


def test_parts_of_one_collection_are_one_green_run() -> None:
    whole = combined([part(ALL[:2]), part(ALL[2:])], 3.5)
    assert (whole.trouble, whole.result.green, whole.result.passed) == ("", True, 3)
    assert set(whole.result.outcomes) == set(ALL)
    assert [(shard.tests, shard.files, shard.milliseconds) for shard in whole.shards] == [(2, 1, 1000), (1, 1, 1000)]
    assert whole.microseconds == {"t/a.py": 5, "t/b.py": 5}
    assert (whole.result.run.seconds, whole.result.run.protections) == (3.5, ("network",))


def test_a_shard_without_tests_is_fine_when_the_others_have_all() -> None:
    whole = combined([part(ALL), part((), status=5)], 1)
    assert (whole.trouble, whole.result.green) == ("", True)


def test_a_red_test_is_red_and_no_trouble() -> None:
    red = part(ALL[2:], status=1, outcomes={ALL[2]: "failed"})
    whole = combined([part(ALL[:2]), red], 1)
    assert (whole.trouble, whole.result.failing, whole.result.run.exit_code) == ("", (ALL[2],), 1)


def test_a_shard_that_failed_without_a_red_test_makes_the_command_red() -> None:
    whole = combined([part(ALL[:2]), part(ALL[2:], status=1)], 1)
    assert (whole.trouble, whole.result.failing) == ("", (COMMAND,))


TROUBLE = {
    "a test ran in no shard": ([part(ALL[:1]), part(ALL[2:])], "ran in no shard: 1 (t/a.py::test_2)"),
    "no shard ran anything": ([part((), status=5), part((), status=5)], "ran in no shard: 3"),
    "a test ran twice": ([part(ALL[:2]), part(ALL[1:])], "more than one shard: 1 (t/a.py::test_2)"),
    "a test came from nowhere": ([part(ALL), part(["x::y"])], "were not collected: 1 (x::y)"),
    "another collection": (
        [part(ALL[:2]), part(ALL[2:], collection=[*ALL, "t/c.py::new"])],
        "1 (t/c.py::new) in shard 2 only, none in shard 1 only",
    ),
    "a smaller collection": ([part(ALL[:2]), part((), collection=ALL[:2], status=5)], "1 (t/b.py::test_3) in shard 1"),
    "a file that one could not import": (
        [part(ALL[:2]), part(ALL[2:], status=1, collection_errors=("t/d.py",))],
        "1 (error in t/d.py) in shard 2 only",
    ),
    "a session that never ended": ([part(ALL[:2]), part(ALL[2:], finished=False)], "shard 2 of 2 ended before"),
    "a shard that was killed": ([part(ALL[:2], status=-9, finished=False), part(ALL[2:])], "shard 1 of 2 ended before"),
    "an internal error": ([part(ALL[:2]), part(ALL[2:], status=3)], "shard 2 of 2 ended with status 3"),
    "nothing to run, and yet a test": ([part(ALL[:2]), part(ALL[2:], status=5)], "shard 2 of 2 ended with status 5"),
    "an events file that cannot be read": ([part(ALL[:2]), part(ALL[2:], unreadable=1)], "shard 2 of 2 ended"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_what_is_not_one_run_of_the_suite_is_never_green(name: str) -> None:
    parts, why = TROUBLE[name]
    whole = combined(parts, 1)
    assert why in whole.trouble
    assert not whole.result.green
    assert COMMAND in whole.result.failing


def test_a_shard_that_was_stopped_is_told_as_stopped() -> None:
    slow = part(ALL[2:], finished=False)
    whole = combined([part(ALL[:2]), replace(slow, run=replace(slow.run, timed_out=True))], 1)
    assert whole.result.run.timed_out
    assert "shard 2 of 2 was stopped" in whole.trouble
    assert not whole.result.green


def test_a_conftest_that_nobody_can_import_is_red_and_not_a_disagreement() -> None:
    broken = part((), status=4, collection=(), finished=False, collection_errors=("t",))
    whole = combined([broken, broken], 1)
    assert (whole.trouble, whole.result.failing, whole.result.green) == ("", ("t",), False)
    one = combined([broken, part(ALL)], 1)
    assert "shard 1 of 2 ended before" in one.trouble


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.sets(st.sampled_from(ALL)), min_size=1, max_size=4))
def test_green_means_that_every_test_ran_exactly_once(ran: list[set[str]]) -> None:
    whole = combined([part(sorted(tests), status=0 if tests else 5) for tests in ran], 1)
    once = sorted(test for tests in ran for test in tests) == sorted(ALL)
    assert whole.result.green == once
    assert bool(whole.trouble) != once
