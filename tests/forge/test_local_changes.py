"""Changes under review in files: one for each key, brought up to date, closed with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.forge.local_changes import LocalChanges
from laneshift.forge.port import Change

ONE = Change("batch-1", 0, "Rename", "20 files", "laneshift/batch-1", "main", "a" * 40)


@pytest.fixture
def changes(tmp_path: Path) -> LocalChanges:
    return LocalChanges(tmp_path / "changes")


def test_one_key_has_one_change(changes: LocalChanges, tmp_path: Path) -> None:
    first = changes.put(ONE)
    file = tmp_path / "changes/batch-1.json"
    before = file.stat().st_ino
    assert changes.put(ONE) == first == replace(ONE, number=1)
    assert file.stat().st_ino == before
    assert changes.put(replace(ONE, key="batch-2")).number == 2
    moved = changes.put(replace(ONE, commit="b" * 40))
    assert (moved.number, moved.commit) == (1, "b" * 40)
    assert [each.number for each in changes.all()] == [1, 2]


def test_closed_and_opened_again(changes: LocalChanges) -> None:
    assert changes.close("batch-1", "never was") is None
    changes.put(ONE)
    closed = changes.close("batch-1", "merged")
    assert closed is not None
    assert (closed.state, closed.body) == ("closed", "20 files\n\nClosed: merged\n")
    assert changes.close("batch-1", "again") is None
    assert changes.put(ONE).state == "open"


@pytest.mark.parametrize("branch", ["", "a b", "../x", "a..b", "-x/", "a\n"])
def test_what_is_no_branch_is_refused(changes: LocalChanges, branch: str) -> None:
    for bad in (replace(ONE, head=branch), replace(ONE, base=branch)):
        with pytest.raises(Refused, match="cannot name a branch"):
            changes.put(bad)
    assert changes.all() == []


def test_a_key_that_names_no_file_of_ours_is_refused(changes: LocalChanges) -> None:
    with pytest.raises(Refused, match="cannot name a change"):
        changes.put(replace(ONE, key="../x"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key":"batch-1"}'])
def test_a_damaged_file_is_told(changes: LocalChanges, tmp_path: Path, text: str) -> None:
    changes.put(ONE)
    (tmp_path / "changes/batch-1.json").write_text(text)
    with pytest.raises(CheckFailed, match="cannot be read"):
        changes.all()
