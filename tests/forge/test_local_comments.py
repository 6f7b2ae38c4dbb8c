"""Comments in files: one of each mark on each change, replaced in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.forge.local_comments import LocalComments


def test_one_comment_of_each_mark_is_replaced_in_place(tmp_path: Path) -> None:
    comments = LocalComments(tmp_path / "comments")
    assert comments.comment(7, "openapi", "first")
    assert not comments.comment(7, "openapi", "first")
    assert comments.comment(7, "openapi", "second \N{HEAVY PLUS SIGN}")
    assert comments.comment(8, "openapi", "other")
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "comments").iterdir()} == {
        "7-openapi.md": "second \N{HEAVY PLUS SIGN}",
        "8-openapi.md": "other",
    }


@pytest.mark.parametrize(
    ("number", "mark"), [(0, "a"), (-1, "a"), (1, ""), (1, "../a"), (1, "A"), (1, "a/b"), (1, "a\n")]
)
def test_what_names_no_comment_is_refused(tmp_path: Path, number: int, mark: str) -> None:
    with pytest.raises(Refused, match="cannot name a comment"):
        LocalComments(tmp_path).comment(number, mark, "x")


def test_a_comment_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "1-a.md").mkdir()
    with pytest.raises(CheckFailed, match="cannot be read"):
        LocalComments(tmp_path).comment(1, "a", "x")
