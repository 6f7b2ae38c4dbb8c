"""What was said about commits is said again, word for word, and never about others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli.lanes_again import plainly_asked
from laneshift.lanes.again import Question, Said, keep, load, place_of
from laneshift.repo.plain_head import git_dir_above, plain_head
from tests.repo.builders import git_cli, repo_at
from tests.toy import environment

RULES = '[lanes.labs]\npaths = ["labs/**"]\n[lanes.core]\npaths = ["core/**"]\nmay_import = []\n'
FILES = {"laneshift.toml": RULES, "labs/a.py": "X = 1\n", "core/b.py": "import labs.a\n", "core/c.py": "Y = 1\n"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    repo_at(tmp_path / "repo", FILES)
    return tmp_path / "repo"


def laneshift(folder: Path, *words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "laneshift", "lanes", "check", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(), check=False)
    return done.returncode, done.stdout, done.stderr


def kept(folder: Path, kind: str = "said") -> list[Path]:
    return sorted((folder / ".git/laneshift/lanes").glob(f"{kind}-*"))


@pytest.mark.parametrize(
    "words", [("--json",), ("-v",), ("--json", "--base", "HEAD"), ("--base", "HEAD", "--verbose"), ()], ids=" ".join
)
def test_it_says_the_same_again_and_as_the_whole_command_line(mine: Path, words: tuple[str, ...]) -> None:
    first = laneshift(mine, "--tree", "HEAD", *words)
    assert len(kept(mine)) == 1
    assert laneshift(mine, "--tree", "HEAD", *words) == first
    # An option with its value in one word is none of the plain ways.
    assert laneshift(mine, "--tree=HEAD", *words) == first
    assert first[0] == (0 if "--base" in words else 1)
    assert "core/b.py" in first[1] or "--base" in words


def test_the_next_commit_has_an_answer_of_its_own(mine: Path) -> None:
    assert laneshift(mine, "--tree", "HEAD")[0] == 1
    (mine / "core/b.py").write_text("import core.c\n")
    git_cli(mine, "commit", "-qam", "better")
    code, said, _ = laneshift(mine, "--tree", "HEAD")
    assert (code, "0 new violation(s)" in said) == (0, True)
    old = git_cli(mine, "rev-parse", "HEAD~1").strip()
    assert laneshift(mine, "--tree", old)[0] == 1


def test_a_damaged_answer_is_made_again(mine: Path) -> None:
    first = laneshift(mine, "--tree", "HEAD")
    (file,) = kept(mine)
    file.write_bytes(file.read_bytes().replace(b"core/b.py", b"core/c.py"))
    assert laneshift(mine, "--tree", "HEAD") == first
    file.write_bytes(b"")
    assert laneshift(mine, "--tree", "HEAD") == first


def loaded_by(folder: Path, rev: str) -> set[str]:
    """The exit code, and the modules that are loaded when an answer was given without a check."""
    code = (
        "import os, sys, laneshift.cli.start as s\n"
        "os._exit = lambda code: (print(code, *sys.modules), sys.exit(0))\n"
        f"sys.argv = ['laneshift', 'lanes', 'check', '--tree', '{rev}']\n"
        "s.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, env=environment()
    )
    return set(done.stdout.splitlines()[-1].split())


def test_nothing_is_loaded_to_say_it_again(mine: Path) -> None:
    assert laneshift(mine, "--tree", "HEAD")[0] == 1
    loaded = loaded_by(mine, "HEAD")
    heavy = {"pygit2", "pydantic", "typer", "json", "typing", "contextlib", "dataclasses", "laneshift.errors"}
    assert "1" in loaded
    assert not heavy & loaded


def test_little_is_loaded_for_the_answer_about_an_edit(mine: Path) -> None:
    assert laneshift(mine, "--tree", "HEAD")[0] == 1
    (mine / "core/c.py").write_text("import json\n\nY = 2\n")
    git_cli(mine, "commit", "-qam", "harmless")
    loaded = loaded_by(mine, git_cli(mine, "rev-parse", "HEAD").strip())
    heavy = {"pygit2", "typer", "json", "hashlib", "typing", "dataclasses", "laneshift.errors", "laneshift.code.facts"}
    assert {"1", "laneshift.lanes.edited"} <= loaded
    assert not heavy & loaded


def test_a_work_tree_says_the_same_until_it_is_touched(mine: Path) -> None:
    first = laneshift(mine)
    assert first[0] == 1
    for _ in range(20):  # what was written just before a check is not trusted, until the clock of the disk goes on
        assert laneshift(mine) == first
        if kept(mine, "seen"):
            break
    assert laneshift(mine) == first
    (mine / "core/b.py").write_text("import core.c\n")
    assert laneshift(mine)[0] == 0


def test_only_what_cannot_change_under_its_name_has_a_place(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    head = git_cli(mine, "rev-parse", "HEAD").strip()
    named = place_of(Question("HEAD"))
    assert named is not None
    assert named == place_of(Question(head)) == place_of(Question("@", directory=str(mine / "core")))
    others = [Question("HEAD", "HEAD"), Question("HEAD", as_json=True), Question("HEAD", verbose=True)]
    assert len({named, *map(place_of, others)}) == 4
    assert [place_of(Question(rev)) for rev in ("main", "HEAD~1", head[:12], head.upper())] == [None] * 4
    assert place_of(Question()) not in (None, named, place_of(Question(base="HEAD")))
    assert place_of(Question("HEAD", "main")) is None
    monkeypatch.setattr("laneshift.lanes.again.time.gmtime", lambda: (2031, 1, 2, 0, 0, 0, 0, 2, 0))
    assert place_of(Question("HEAD")) not in (None, named)


def test_few_answers_are_kept_and_a_full_disk_is_no_trouble(tmp_path: Path) -> None:
    for number in range(12):
        keep(str(tmp_path / "lanes" / f"said-{number}"), Said(number, "\udc80 text\n"))
    assert len(list((tmp_path / "lanes").iterdir())) == 8
    found = load(str(tmp_path / "lanes" / "said-11"))
    assert found is not None
    assert (found.code, found.text) == (11, "\udc80 text\n")
    (tmp_path / "file").write_text("in the way")
    keep(str(tmp_path / "file" / "said-1"), Said(0, ""))
    assert load(str(tmp_path / "file" / "said-1")) is None


def test_head_is_what_git_says_or_unknown(mine: Path, tmp_path: Path) -> None:
    head = git_cli(mine, "rev-parse", "HEAD").strip()
    git_dir = git_dir_above(str(mine / "core" / "deeper"))
    assert git_dir == str(mine / ".git")
    assert plain_head(git_dir) == head
    git_cli(mine, "checkout", "-q", "--detach")
    assert plain_head(git_dir) == head
    git_cli(mine, "checkout", "-q", "-b", "team/one")
    assert plain_head(git_dir) == head
    git_cli(mine, "worktree", "add", "-q", str(tmp_path / "other"))
    assert git_dir_above(str(tmp_path / "other")) is None
    git_cli(mine, "tag", "-am", "one", "v1")
    git_cli(mine, "pack-refs", "--all")
    assert not (mine / ".git/refs/heads/team/one").exists()
    assert plain_head(git_dir) == head
    git_cli(mine, "commit", "-qm", "later", "--allow-empty")
    assert plain_head(git_dir) == git_cli(mine, "rev-parse", "HEAD") != head
    git_cli(mine, "checkout", "-q", "--orphan", "ne")
    assert plain_head(git_dir) is None
    for text in ("ref: refs/heads/../../config", "ref: refs/tags/x", "ref: refs/heads//x", "0" * 39, "\xff", "ref: "):
        (mine / ".git/HEAD").write_bytes(text.encode("latin-1"))
        assert plain_head(git_dir) is None
    (tmp_path / "link").symlink_to(mine / ".git")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / ".git").symlink_to(mine / ".git")
    assert git_dir_above(str(tmp_path / "linked")) is None


@pytest.mark.parametrize(
    "words",
    [
        ["lanes", "docs"],
        ["check"],
        *(["lanes", "check", *more] for more in (["--tree"], ["--tree", "-v"], ["x"], ["--help"], ["--base=HEAD"])),
    ],
)
def test_what_is_not_plain_is_left_to_the_description_of_all_commands(words: list[str]) -> None:
    assert plainly_asked(words) is None


def test_the_plain_options_are_read() -> None:
    asked = plainly_asked(["lanes", "check", "-v", "--tree", "A", "--json", "-C", "D", "--base", "B"])
    assert asked is not None
    assert asked.parts() == ("A", "B", "D", True, True)
