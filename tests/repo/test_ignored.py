"""What git ignores is known before it is missed in a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.repo.ignored import ignored
from tests.repo.builders import git_cli, repo_at

_ODD = ":(top)q*/[x].py"
_PATHS = ["a/build/c.py", "a/c.py", "a/local_settings.py", "a/kept/d.py"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({".gitignore": "# build\n*.pyc\n"}, []),
        ({".gitignore": "build/\n"}, ["a/build/c.py"]),
        ({".gitignore": "/build/\n/a/kept\n"}, ["a/kept/d.py"]),
        ({"a/.gitignore": "*_settings.py\n!local_settings.py\n"}, []),
        ({"a/.gitignore": "local_*.py\n"}, ["a/local_settings.py"]),
        ({".gitignore": "a/**\n"}, _PATHS),
        ({".gitignore": "\\a\n"}, _PATHS),
        ({".gitignore": "a\n", "a/c.py": ""}, ["a/build/c.py", "a/local_settings.py", "a/kept/d.py"]),
    ],
)
def test_ignored_paths_are_those_that_git_would_not_add(
    tmp_path: Path, files: dict[str, str], found: list[str]
) -> None:
    repo = repo_at(tmp_path, {"b": ""})
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git_cli(tmp_path, "add", "-A", "-f")
    assert ignored(repo, _PATHS) == found


def test_patterns_that_only_git_finds_count(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", {"b": ""})
    (tmp_path / "mine").write_text("build\n")
    git_cli(tmp_path / "repo", "config", "core.excludesFile", str(tmp_path / "mine"))
    assert ignored(repo, _PATHS) == ["a/build/c.py"]
    (tmp_path / "repo/.git/info").mkdir(exist_ok=True)
    (tmp_path / "repo/.git/info/exclude").write_text("/a/c.py\n")
    assert ignored(repo, _PATHS) == ["a/build/c.py", "a/c.py"]


def test_a_path_is_taken_to_the_letter(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {".gitignore": "x.py\n"})
    assert ignored(repo, [_ODD, "q/x.py"]) == ["q/x.py"]
    (tmp_path / ".gitignore").write_text("*.py\n")
    assert ignored(repo, [_ODD, "q/x.py"]) == [_ODD, "q/x.py"]
