"""Red ids are blamed on a train only when they are its doing."""

from __future__ import annotations

from laneshift.landing.verdict import judge, renamed_ids


def test_sorts_red_ids_into_three() -> None:
    found = judge(["a", "b", "c"], on_base=["a"], again=["a", "c"])
    assert (found.on_base, found.flaky, found.blamed) == (("a",), ("b",), ("c",))


def test_what_is_red_on_the_base_is_never_blamed() -> None:
    assert judge(["a"], on_base=["a"], again=["a"]).blamed == ()


def test_an_id_follows_its_file() -> None:
    names = renamed_ids(["new/t.py::test[a::b]", "other.py::x"], {"new/t.py": "old/t.py"})
    assert names == {"new/t.py::test[a::b]": "old/t.py::test[a::b]", "other.py::x": "other.py::x"}
