"""Edits side by side: every line of both versions is told, once and in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.objects import File
from laneshift.server.pages.edits import MOST_LINES, side_by_side
from laneshift.server.pages.tree_edits import MOST_FILES, edits_between
from tests.repo.builders import repo_at

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  d"]), max_size=30)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(LINES, LINES)
def test_rows_tell_what_changed_and_nothing_else(old: list[str], new: list[str]) -> None:
    rows = side_by_side("\n".join(old), "\n".join(new))
    before, after = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    shown_old = {row.old_at: row.old for row in rows if row.old_at}
    shown_new = {row.new_at: row.new for row in rows if row.new_at}
    assert all(before[at - 1] == line for at, line in shown_old.items())
    assert all(after[at - 1] == line for at, line in shown_new.items())
    assert all(row.old == row.new for row in rows if row.kind == "same")
    kept_old = [line for at, line in enumerate(before, 1) if at not in shown_old]
    kept_new = [line for at, line in enumerate(after, 1) if at not in shown_new]
    assert kept_old == kept_new
    assert bool(rows) == (before != after)


def test_long_texts_are_not_compared() -> None:
    with pytest.raises(ValueError, match="3000"):
        side_by_side("a\n" * (MOST_LINES + 1), "")


def test_files_that_move_are_one_edit_and_others_are_told_by_what_they_are(tmp_path: Path) -> None:
    body = "".join(f"line {number}\n" for number in range(40))
    repository = repo_at(tmp_path / "repo", {"a/old.py": body, "gone.py": "x = 1\n", "raw.bin": "text\n"})
    before = repository.tree("HEAD")
    changed = body.replace("line 20", "LINE 20")
    after = before.edit(
        {
            "a/old.py": None,
            "b/new.py": File(changed.encode()),
            "gone.py": None,
            "raw.bin": File(b"\0\1"),
            "fresh.py": File(b"<b>\n"),
        }
    )
    edits, count = edits_between(before, after)
    found = {(edit.old, edit.new): edit for edit in edits}
    assert set(found) == {("a/old.py", "b/new.py"), ("gone.py", ""), ("", "fresh.py"), ("raw.bin", "raw.bin")}
    assert count == 4
    moved = found["a/old.py", "b/new.py"]
    assert [(row.old, row.new) for row in moved.rows if row.kind == "changed"] == [("line 20", "LINE 20")]
    assert moved.changed == 1
    assert found["raw.bin", "raw.bin"].why.startswith("it is no text")
    assert edits_between(before, before) == ([], 0)


def test_of_many_files_the_first_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    before = repo_at(tmp_path / "repo", {"a.py": ""}).tree("HEAD")
    after = before.edit({f"f{number}.py": File(f"{number}\n".encode()) for number in range(MOST_FILES + 5)})
    edits, count = edits_between(before, after)
    assert (len(edits), count) == (MOST_FILES, MOST_FILES + 5)
