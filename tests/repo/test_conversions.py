"""Files are written in process only where git would write the very bytes of their blobs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.repo.conversions import Asking, as_they_are
from laneshift.repo.filtered import filtered
from laneshift.repo.folders import Entry
from laneshift.repo.git import Place
from tests.repo.builders import git_cli, repo_at, write_files
from tests.toy import environment

_BYTES = "$Id$\ngr\u00fc\u00dfe\nlast\n".encode()
_PATHS = ["plain.py", "sub/plain.py", "new\nline.py", "gr\u00fc\u00dfe.py", "a.x", "b.x", "sub/b.x"]
_RULES = {
    "": {"a.x", "b.x", "sub/b.x"},
    "*.x text": {"a.x", "b.x", "sub/b.x"},
    "*.x text=auto": {"a.x", "b.x", "sub/b.x"},
    "*.x text eol=lf": {"a.x", "b.x", "sub/b.x"},
    "*.x -text": {"a.x", "b.x", "sub/b.x"},
    "*.x -filter -ident": {"a.x", "b.x", "sub/b.x"},
    "*.x text eol=crlf": set[str](),
    "b.x eol=crlf": {"a.x"},
    "/b.x ident": {"a.x", "sub/b.x"},
    "*.x filter=loud": set[str](),
    "*.x filter=unknown": set[str](),
    "a.x text working-tree-encoding=UTF-16": {"b.x", "sub/b.x"},
    "[attr]shouting filter=loud\nsub/** shouting": {"a.x", "b.x"},
}


@pytest.mark.parametrize("rules", _RULES)
def test_what_is_left_as_it_is_is_what_git_leaves_as_it_is(tmp_path: Path, rules: str) -> None:
    repo = repo_at(tmp_path, {".gitattributes": f"{rules}\n", "keep": "1\n"})
    git_cli(tmp_path, "config", "filter.loud.smudge", "tr a-z A-Z")
    place = Place(repo.git_dir, repo.work_dir)
    plain = as_they_are(place, _PATHS)
    assert plain & {"a.x", "b.x", "sub/b.x"} == _RULES[rules]
    assert plain >= {"plain.py", "new\nline.py", "gr\u00fc\u00dfe.py"}
    _compare(tmp_path, plain)


@pytest.mark.parametrize(
    ("setting", "value", "all_plain"),
    [
        ("core.autocrlf", "true", False),
        ("core.autocrlf", "Input", True),
        ("core.autocrlf", "no", True),
        ("core.eol", "crlf", False),
        ("core.eol", "LF", True),
        ("core.eol", "native", True),
    ],
)
@pytest.mark.parametrize("rules", ["", "*.py text=auto"])
def test_settings_of_line_ends_count(tmp_path: Path, rules: str, setting: str, value: str, all_plain: bool) -> None:
    repo = repo_at(tmp_path, {".gitattributes": f"{rules}\n"})
    git_cli(tmp_path, "config", setting, value)
    plain = as_they_are(Place(repo.git_dir, repo.work_dir), _PATHS)
    assert plain == (set(_PATHS) if all_plain else set())
    _compare(tmp_path, plain)


def test_a_setting_without_value_means_true(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"keep": "1\n"})
    with (tmp_path / ".git/config").open("a") as file:
        file.write("[core]\n\tautocrlf\n")
    assert as_they_are(Place(repo.git_dir, repo.work_dir), _PATHS) == set()


def test_rules_that_are_not_committed_count(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"keep": "1\n"})
    write_files(tmp_path, {".git/info/attributes": "a.x ident\n", "sub/.gitattributes": "b.x eol=crlf\n"})
    assert as_they_are(Place(repo.git_dir, repo.work_dir), ["a.x", "b.x", "sub/b.x"]) == {"b.x"}


def test_held_back_files_are_filtered_too(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {".gitattributes": "*.x filter=loud\n"})
    git_cli(tmp_path, "config", "filter.loud.smudge", "tr a-z A-Z")
    repo.hold_back()
    entries = [(path, Entry(0o100644, repo.write_blob(path.encode()))) for path in ("a.x", "a.py", "b.x")]
    assert dict(filtered(repo, Place(repo.git_dir, repo.work_dir), entries)) == {
        "a.x": b"A.X",
        "a.py": b"a.py",
        "b.x": b"B.X",
    }


def test_rules_count_that_come_between_the_start_of_git_and_the_question(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"keep": "1\n"})
    many = [f"folder/{'x' * 40}{number}.py" for number in range(5_000)]  # more than a pipe holds
    with Asking(Place(repo.git_dir, repo.work_dir)) as asking:
        write_files(tmp_path, {".gitattributes": "a.x ident\n"})
        assert asking.as_they_are(["a.x", "b.x", *many]) == {"b.x", *many}


def test_a_question_that_is_never_asked_leaves_no_git_behind(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"keep": "1\n"})
    with Asking(Place(repo.git_dir, repo.work_dir)) as asking:
        processes = [begun._child for begun in (asking._settings, asking._attributes)]
    assert all(process.code is not None for process in processes)
    with Asking(Place(repo.git_dir, repo.work_dir)) as asking:
        assert asking.as_they_are([]) == set()


LETS_GO = """
import os, signal, sys
from pathlib import Path
from laneshift.repo.conversions import Asking
from laneshift.repo.git import Place
root = Path(sys.argv[1])
with Asking(Place(root / ".git", root)) as asking:
    copy = os.fork()
    if copy == 0:
        asking.let_go()
        signal.pause()
    print(sorted(asking.as_they_are(["a.x", "b.x"])))
    print(os.waitpid(copy, os.WNOHANG))
    os.kill(copy, signal.SIGKILL)
"""


def test_a_copy_of_the_process_that_lets_go_does_not_keep_git_waiting(tmp_path: Path) -> None:
    repo_at(tmp_path, {".gitattributes": "a.x ident\n"})
    asked = [sys.executable, "-c", LETS_GO, str(tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment(), timeout=60)
    assert done.stdout == "['b.x']\n(0, 0)\n"


def _compare(root: Path, plain: frozenset[str]) -> None:
    """Nothing that git would change is among the plain ones."""
    oid = git_cli(root, "hash-object", "-w", "--stdin", "--no-filters", stdin=_BYTES)
    for path in plain:
        command = ["git", "cat-file", "--filters", f"--path={path}", oid]
        assert subprocess.run(command, cwd=root, capture_output=True, check=True).stdout == _BYTES
