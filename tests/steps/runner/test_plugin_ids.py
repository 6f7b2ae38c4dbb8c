"""How the plugin reads ids: what lies around a test, and what xdist adds to one."""

from __future__ import annotations

import pytest

from laneshift.steps.runner.pytest_plugin import within, without_group


@pytest.mark.parametrize(
    ("inner", "plain"),
    [
        ("test_a", "test_a"),
        ("test_a@g", "test_a"),
        ("TestC::test_a@g_h", "TestC::test_a"),
        ("test_a[x@y]", "test_a[x@y]"),
        ("test_a[x@y]@g", "test_a[x@y]"),
        ("test_a[[x]@[y]]@g", "test_a[[x]@[y]]"),
    ],
)
def test_the_group_of_xdist_is_no_part_of_an_id(inner: str, plain: str) -> None:
    assert without_group(inner) == plain


def test_what_lies_around_a_test() -> None:
    assert list(within("a/b.py::C::t[x::y[1]/z]")) == [
        "a/b.py::C::t[x::y[1]/z]",
        "a/b.py::C::t",
        "a/b.py::C",
        "a/b.py",
        "a",
    ]
    assert list(within("a [1]/b.py::t")) == ["a [1]/b.py::t", "a [1]/b.py::t", "a [1]/b.py", "a [1]"]
