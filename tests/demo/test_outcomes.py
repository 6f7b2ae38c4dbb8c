"""Comparing two test runs through renames: nothing may be lost unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.outcomes import Moved, compare, passed

BEFORE = {"a/tests/test_x.py::test_one", "a/tests/test_x.py::T::test_two[a/b::c]", "b/test_y.py::test_three"}
MOVES = [Moved("a", "c/a"), Moved("b/y.py", "c/y.py")]
AFTER = {"c/a/tests/test_x.py::test_one", "c/a/tests/test_x.py::T::test_two[a/b::c]", "b/test_y.py::test_three"}

paths = st.lists(st.sampled_from(["a", "b", "ab", "test_x.py"]), min_size=1, max_size=4).map("/".join)
ids = st.builds(lambda path, inner: f"{path}::{inner}", paths, st.sampled_from(["test_1", "test_2[a/b]", "T::test_3"]))


def test_ids_that_only_moved_are_the_same() -> None:
    found = compare(BEFORE, AFTER, MOVES)
    assert (len(found.same), found.lost, found.new, found.renamed) == (3, (), (), 2)


def test_a_test_that_is_gone_is_lost() -> None:
    found = compare(BEFORE, AFTER - {"b/test_y.py::test_three"}, MOVES)
    assert found.lost == ("b/test_y.py::test_three",)


def test_a_test_that_turned_red_is_lost_although_another_one_is_new() -> None:
    red = "c/a/tests/test_x.py::test_one"
    found = compare(BEFORE, (AFTER - {red}) | {"c/tests/test_new.py::test_it"}, MOVES)
    assert found.lost == (red,)
    assert found.new == ("c/tests/test_new.py::test_it",)
    assert f"1 lost: {red}" in str(found)


def test_a_test_that_stayed_at_a_moved_path_is_lost() -> None:
    assert compare(BEFORE, BEFORE, MOVES).lost == (
        "c/a/tests/test_x.py::T::test_two[a/b::c]",
        "c/a/tests/test_x.py::test_one",
    )


def test_a_similar_prefix_is_no_rename() -> None:
    assert Moved("a/b", "c").renamed("a/b2/test_x.py") is None
    assert Moved("a/b.py", "c.py").renamed("a/b.pyi") is None
    assert Moved("a/b", "c").renamed("a/b/d.py") == "c/d.py"


@given(st.sets(ids), st.sets(ids), paths)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_every_id_is_counted_once(before: set[str], after: set[str], src: str) -> None:
    found = compare(before, after, [Moved(src, "elsewhere/entirely")])
    assert len(found.same) + len(found.lost) == len(before)
    assert found.same | set(found.new) == after
    assert not set(found.lost) & after


LISTED = """\
..s.                                                                     [100%]
=========================== short test summary info ============================
PASSED a/test_x.py::test_one
PASSED a/test_x.py::test_two[x - y]
"""


def test_the_ids_that_pytest_lists_are_read() -> None:
    output = f"{LISTED}2 passed, 1 skipped, 1 xfailed in 0.19s\n"
    assert passed(output) == {"a/test_x.py::test_one", "a/test_x.py::test_two[x - y]"}
    assert passed(output.replace("2 passed, 1 skipped", "3 failed, 2 passed")) == passed(output)


@pytest.mark.parametrize("last", ["3 passed in 0.2s", "1 failed in 0.2s", "", "12 passed in 0.2s"])
def test_a_list_that_is_not_what_pytest_counted_is_not_believed(last: str) -> None:
    with pytest.raises(ValueError, match="lists 2 passed tests"):
        passed(f"{LISTED}{last}\n")
