"""Issues in files: one for each matter, brought up to date, closed with a reason, and never half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.forge.local import LocalIssues
from laneshift.forge.port import Issue


@pytest.fixture
def issues(tmp_path: Path) -> LocalIssues:
    return LocalIssues(tmp_path / "state" / "issues")


def test_one_matter_has_one_issue(issues: LocalIssues, tmp_path: Path) -> None:
    assert issues.all() == []
    first = issues.put("keys-journal", "Rotate", "81 days")
    assert issues.put("bench.core", "Slower", "by 12 %").number == 2
    file = tmp_path / "state/issues/keys-journal.json"
    before = file.stat()
    assert issues.put("keys-journal", "Rotate", "81 days") == first
    assert file.stat().st_ino == before.st_ino
    assert issues.put("keys-journal", "Rotate", "82 days") == Issue("keys-journal", 1, "Rotate", "82 days")
    assert [issue.number for issue in issues.all()] == [1, 2]


def test_closed_and_opened_again(issues: LocalIssues) -> None:
    assert issues.close("keys-journal", "never was") is None
    issues.put("keys-journal", "Rotate", "81 days\n")
    closed = issues.close("keys-journal", "rotated")
    assert closed == Issue("keys-journal", 1, "Rotate", "81 days\n\nClosed: rotated\n", "closed")
    assert issues.close("keys-journal", "again") is None
    assert issues.put("keys-journal", "Rotate", "170 days").state == "open"


@pytest.mark.parametrize("key", ["", "../x", "a/b", "A", "a b", ".a", "a.", "x" * 121, "a\n"])
def test_keys_that_name_no_file_of_ours_are_refused(issues: LocalIssues, key: str) -> None:
    with pytest.raises(Refused, match="cannot name an issue"):
        issues.put(key, "t", "b")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"key":"a"}', '{"body":"","key":"a","number":"1","state":"","title":""}']
)
def test_a_damaged_file_is_told_and_not_taken_for_none(issues: LocalIssues, tmp_path: Path, text: str) -> None:
    issues.put("a", "t", "b")
    (tmp_path / "state/issues/a.json").write_text(text)
    with pytest.raises(CheckFailed, match="cannot be read"):
        issues.all()
    with pytest.raises(CheckFailed):
        issues.put("a", "t", "c")
