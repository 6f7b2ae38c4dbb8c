"""What is said of a manifest ahead is said of its bytes and of no others."""

from __future__ import annotations

import os
from pathlib import Path

from laneshift.config import Settings
from laneshift.manifests.checking import check, faults_of
from laneshift.manifests.document import LARGEST
from laneshift.manifests.judging import Judged, judged_ahead
from laneshift.repo.objects import Tree
from tests.repo.builders import git_cli, repo_at

FILES = {"core/__init__.py": "", "core/module.manifest.json": "{}", "odd/a.py": "", "odd/module.manifest.json": "[]"}
PATHS = ("core/module.manifest.json", "odd/module.manifest.json")


def test_the_ids_are_those_of_git(tmp_path: Path) -> None:
    repo_at(tmp_path, FILES)
    known = {git_cli(tmp_path, "rev-parse", f"HEAD:{path}").strip() for path in PATHS}
    assert set(judged_ahead(tmp_path, PATHS)) == known


def test_what_is_said_ahead_is_what_a_check_says(tmp_path: Path) -> None:
    tree = repo_at(tmp_path, FILES).tree("HEAD")
    ahead = judged_ahead(tmp_path, PATHS)
    assert sorted(len(each.faults) for each in ahead.values()) == sorted(
        len(faults_of(FILES[path].encode())) for path in PATHS
    )
    assert check(tree, Settings(), PATHS, ahead=ahead) == check(tree, Settings(), PATHS)


def test_a_check_goes_by_what_was_said_of_the_same_bytes_only(tmp_path: Path) -> None:
    tree: Tree = repo_at(tmp_path, FILES).tree("HEAD")
    entry = tree.entry(PATHS[0])
    assert entry is not None
    told = check(tree, Settings(), PATHS, ahead={entry.oid: Judged(None, (("said ahead", ""),)), "0" * 40: Judged({})})
    plain = check(tree, Settings(), PATHS)
    assert [each.what for each in told.faults if each.where == PATHS[0]] == ["said ahead"]
    assert [each for each in told.faults if each.where == PATHS[1]] == [
        each for each in plain.faults if each.where == PATHS[1]
    ]


def test_links_pipes_folders_and_what_is_too_large_or_gone_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("{}")
    (tmp_path / "link").symlink_to("there")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "large").open("wb") as file:
        file.truncate(LARGEST + 1)
    found = judged_ahead(tmp_path, ["there", "link", "pipe", "folder", "large", "gone"])
    assert len(found) == 1
