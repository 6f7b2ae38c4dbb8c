"""The door to git: nothing of the caller's surroundings gets in, and no secret gets out."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.git import Place, git, redact
from laneshift.repo.git_words import environment
from tests.repo.builders import git_cli, repo_at


def place(tmp_path: Path) -> Place:
    return Place(repo_at(tmp_path, {"a": "1"}).common_dir, tmp_path)


def test_hooks_monitors_pagers_and_signing_stay_out(tmp_path: Path) -> None:
    where = place(tmp_path)
    trap = tmp_path.parent / "trap"
    trap.mkdir()
    script = f"#!/bin/sh\ntouch {trap}/$(basename $0)\nexit 1\n"
    hooks = where.git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "reference-transaction",
        "pre-commit",
        "post-checkout",
        "post-index-change",
        "gpg",
        "pager",
        "monitor",
    ):
        (hooks / name).write_text(script)
        (hooks / name).chmod(0o755)
    for name, value in {"core.pager": "pager", "core.fsmonitor": "monitor", "gpg.program": "gpg"}.items():
        git_cli(tmp_path, "config", name, str(hooks / value))
    git_cli(tmp_path, "config", "commit.gpgSign", "true")
    git(where, "status")
    git(where, "commit", "--allow-empty", "-m", "x")
    git(where, "checkout", "-q", "-b", "other")
    git(where, "log", "-p")
    assert list(trap.iterdir()) == []
    git_cli(tmp_path, "update-ref", "refs/heads/y", "HEAD", check=False)
    assert [path.name for path in trap.iterdir()] == ["reference-transaction"]


def test_the_callers_git_variables_are_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = place(tmp_path / "one")
    repo_at(tmp_path / "two", {"b": "2"})
    for name, value in {
        "GIT_DIR": str(tmp_path / "two/.git"),
        "GIT_INDEX_FILE": str(tmp_path / "two/.git/index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "two/.git/objects"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_TRACE": "1",
        "LC_ALL": "de_DE.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    assert git(where, "ls-files").text == "a"
    assert git(where, "status", "--porcelain").stderr == ""
    kept = {name for name in environment(tmp_path / "i") if name.startswith("GIT_")}
    assert kept == {
        "GIT_TERMINAL_PROMPT", "GIT_ASKPASS", "GIT_EDITOR", "GIT_INDEX_FILE", "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL",
    }  # fmt: skip


def test_failures_show_what_git_said(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed) as caught:
        git(place(tmp_path), "rev-parse", "--verify", "no-such-ref")
    assert caught.value.code == "git.failed"
    assert caught.value.where == "git rev-parse --verify no-such-ref"
    assert "fatal: Needed a single revision" in caught.value.why
    assert git(place(tmp_path), "rev-parse", "--verify", "-q", "no-such-ref", accept=(0, 1)).code == 1


def test_secrets_in_addresses_are_never_shown(tmp_path: Path) -> None:
    secret = "https://user:s3cret@127.0.0.1:9/x.git"
    with pytest.raises(CheckFailed) as caught:
        git(place(tmp_path), "ls-remote", secret)
    shown = repr(caught.value.as_dict())
    assert "s3cret" not in shown
    assert "user" not in caught.value.where
    assert "https://***@127.0.0.1:9/x.git" in caught.value.where
    assert redact("see https://a.example/x and ssh://t0ken@h/y") == "see https://a.example/x and ssh://***@h/y"
    assert redact("https://user:p@ss@h/x") == "https://***@h/x"


def test_limits_and_bad_arguments(tmp_path: Path) -> None:
    where = place(tmp_path)
    with pytest.raises(Refused) as refused:
        git(where, "log", "a\0b")
    assert refused.value.code == "git.bad-argument"
    with pytest.raises(Refused) as missing:
        git(Place(tmp_path / "nowhere"), "status")
    assert missing.value.code == "git.missing"
    git_cli(tmp_path, "config", "alias.slow", "!sleep 300")
    started = time.monotonic()
    with pytest.raises(CheckFailed) as slow:
        git(where, "slow", seconds=0.3)
    assert slow.value.code == "git.too-slow"
    assert time.monotonic() - started < 200


def test_odd_names_survive(tmp_path: Path) -> None:
    where = place(tmp_path)
    name = os.fsdecode(b"new\nline \xff")
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "*").write_bytes(b"")
    git(where, "add", "--", name)
    assert git(where, "ls-files", "-z").fields == ["a", name]
    git(where, "add", "--", "*")
    assert git(where, "ls-files", "-z").fields == ["*", "a", name]
