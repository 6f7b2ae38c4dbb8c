"""Globs by themselves; what each form matches is tested where lanes use them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.config import glob_problem
from laneshift.lanes.globs import compiled, first_match, rank, trimmed

_PARTS = st.lists(st.text(st.characters(categories=("L", "N"), include_characters="._-"), min_size=1), min_size=1)


@given(_PARTS.map("/".join))
def test_a_path_matches_itself_and_what_is_below_it(path: str) -> None:
    if glob_problem(path) == "" and trimmed(path) == path:
        assert compiled(path).match(path)
        assert compiled(path).match(f"{path}/below.py")
        assert not compiled(path).match(f"{path}x")
        assert not compiled(path).match(f"x{path}")


def test_the_first_glob_that_means_a_path_is_told() -> None:
    assert first_match(["serve/**", "core/*.py", "core/**"], "core/a.py") == "core/*.py"
    assert first_match(["serve/**", "core/*.py"], "core/x/a.py") == ""
    assert first_match([], "core/a.py") == ""


def test_upper_and_lower_case_differ() -> None:
    assert first_match(["Core/**"], "core/a.py") == ""


def test_the_longer_literal_start_is_more_specific() -> None:
    assert rank("core/labs/**") > rank("core/**") > rank("**/core/labs.py")
    assert rank("core/*b") > rank("core/*")
    assert rank("./core/") == rank("core")
