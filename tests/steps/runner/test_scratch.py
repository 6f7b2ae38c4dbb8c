"""A private folder goes away, whatever is in it, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.steps.runner.removal import remove
from laneshift.steps.runner.scratch import make, sweep
from tests.steps.runner.depths import dig


def test_removes_locked_folders_links_and_odd_names_only_inside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    folder = tmp_path / "scratch"
    inner = folder / "a" / "b\n\x1b"
    inner.mkdir(parents=True)
    (inner / "link").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / ".removed-1").write_text("x")
    os.mkfifo(inner / "pipe")
    for locked in (inner, inner.parent, folder):
        locked.chmod(0)
    remove(folder)
    assert list(tmp_path.iterdir()) == [outside]
    assert (outside / "kept").exists()


def test_depth_has_no_limit(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    dig(folder)
    remove(folder)
    assert not folder.exists()


def test_a_missing_folder_is_no_error_and_a_link_is_not_followed(tmp_path: Path) -> None:
    remove(tmp_path / "missing")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "kept").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OSError, match="link"):
        remove(tmp_path / "link")
    assert (tmp_path / "real" / "kept").exists()


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from laneshift.steps.runner.scratch import make; "
        "(make(Path(sys.argv[1])) / 'left').write_text('x'); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    (left,) = tmp_path.iterdir()
    mine, other = make(tmp_path), tmp_path / "laneshift-somebody-1-else"
    other.mkdir()
    assert sweep(tmp_path) == 1
    assert sorted(tmp_path.iterdir()) == sorted([mine, other])
    assert not left.exists()
    assert sweep(tmp_path) == 0
