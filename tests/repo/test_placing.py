"""What was put into a work tree by a process that was killed is told from what somebody else put there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.repo.placing import in_turn, place, put_back, rows


def _placed(root: Path) -> Path:
    """One file replaced, one added and one taken away, as by a process that was killed right after."""
    root.mkdir()
    (root / "kept.py").write_text("old\n")
    (root / "gone.py").write_text("gone\n")
    noted = in_turn(rows(root, [("kept.py", True), ("sub/added.py", True), ("gone.py", False)]))
    staging = root.parent / "staging"
    (staging / "new").mkdir(parents=True)
    for number, row in enumerate(noted):
        if row.comes:
            (staging / "new" / str(number)).write_text(f"new {row.path}\n")
    place(root, staging, noted)
    return staging


def _texts(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


_BEFORE = {"kept.py": "old\n", "gone.py": "gone\n"}


def test_all_is_put_back_however_often_it_is_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "root"
    staging = _placed(root)
    assert _texts(root) == {"kept.py": "new kept.py\n", "sub/added.py": "new sub/added.py\n"}
    for _ in range(2):
        assert put_back(root, staging) == []
        assert _texts(root) == _BEFORE


@pytest.mark.parametrize("in_place", [True, False])
def test_what_somebody_wrote_over_a_file_that_was_put_there_stays_and_is_told(tmp_path: Path, in_place: bool) -> None:
    root = tmp_path / "root"
    staging = _placed(root)
    if not in_place:
        (root / "kept.py").unlink()
    (root / "kept.py").write_text("somebody's\n")
    assert put_back(root, staging) == ["kept.py"]
    assert _texts(root) == {**_BEFORE, "kept.py": "somebody's\n"}
    assert "old\n" in [path.read_text() for path in (staging / "old").iterdir()]


def test_a_list_of_an_older_version_is_understood(tmp_path: Path) -> None:
    root = tmp_path / "root"
    staging = _placed(root)
    noted = json.loads((staging / "rows.json").read_text())
    for number, row in enumerate(noted):
        made = row.pop("made")
        if row["comes"] and made:  # it left a second link to each file that it placed
            new = staging / "new" / str(number)
            new.unlink(missing_ok=True)
            new.hardlink_to(root / row["path"])
    (staging / "rows.json").write_text(json.dumps(noted))
    assert put_back(root, staging) == []
    assert _texts(root) == _BEFORE


def test_permissions_are_part_of_no_fact_and_content_of_all(tmp_path: Path) -> None:
    """A file whose mode somebody changed is still ours; its bytes are what counts."""
    root = tmp_path / "root"
    staging = _placed(root)
    (root / "kept.py").chmod(0o600)
    assert put_back(root, staging) == []
    assert _texts(root) == _BEFORE


def test_every_folder_that_becomes_empty_goes_and_no_other(tmp_path: Path) -> None:
    root, staging = tmp_path / "root", tmp_path / "staging"
    leaving = ["a/b/1", "a/b/2", "a/c/d/3", "a/e", "f/4", "f/g/5", "f/h", "i/6"]
    for path in [*leaving, "f/k/stays", "i/stays"]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (staging / "new").mkdir(parents=True)
    (staging / "new" / str(len(leaving))).write_text("a")
    place(root, staging, in_turn(rows(root, [*((path, False) for path in leaving), ("a", True)])))
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*")) == [
        *("a", "f", "f/k", "f/k/stays", "i", "i/stays"),
    ]
    assert put_back(root, staging) == []
    assert sorted(_texts(root)) == sorted([*leaving, "f/k/stays", "i/stays"])
