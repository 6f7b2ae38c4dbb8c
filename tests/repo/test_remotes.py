"""Remotes on disk: found, looked at, fetched from, pushed to; and nothing of it runs what it should not."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from laneshift.errors import Bug, CheckFailed, LaneshiftError, Refused
from laneshift.repo import remotes
from laneshift.repo.git import Place, git, redact
from laneshift.repo.objects import Repository
from laneshift.repo.refs import RefUpdate, read
from laneshift.repo.remote_names import tracking_ref
from laneshift.repo.remotes import fetch, find, keep, look, push
from tests.remote import MAIN, at, hook, others_push, remote_of
from tests.repo.builders import commit_files, git_cli, repo_at

MARK = "refs/laneshift/landed/p/land-1/x"


@pytest.fixture
def mine(tmp_path: Path) -> Repository:
    """A repository whose remote `origin` is the bare repository `tmp_path/bare.git`."""
    repository = repo_at(tmp_path / "mine", {"a": "1"})
    remote_of(tmp_path / "mine", tmp_path / "bare.git")
    return repository


def configured(path: Path, **urls: str) -> Repository:
    repository = repo_at(path, {"a": "1"})
    for name, url in urls.items():
        git_cli(path, "config", f"remote.{name}.url", url)
    return repository


def refused(repository: Repository, name: str) -> LaneshiftError:
    with pytest.raises(Refused) as caught:
        find(repository, name)
    return caught.value


def test_only_remotes_that_the_repository_knows_are_found(tmp_path: Path, mine: Repository) -> None:
    assert find(mine, "origin").address == "origin"
    assert refused(mine, "upstream").code == "remote.unknown-name"
    for name in (str(tmp_path / "bare.git"), "file:///x", "--upload-pack=x", "ext::sh"):
        assert refused(mine, name).code == "remote.bad-name"


def test_addresses_that_run_programs_are_refused_also_when_they_are_rewritten(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    repository = configured(tmp_path / "repo", bad=f"ext::touch {trap}", good="h:x", many="/a")
    path = tmp_path / "repo"
    git_cli(path, "config", f"url.ext::touch {trap} .insteadOf", "h:")
    git_cli(path, "config", "--add", "remote.many.pushurl", "/b")
    git_cli(path, "config", "--add", "remote.many.pushurl", "/c")
    assert refused(repository, "bad").code == "remote.bad-url"
    assert refused(repository, "good").code == "remote.bad-url"
    assert refused(repository, "many").code == "remote.several-urls"
    git_cli(path, "config", "protocol.ext.allow", "always")
    with pytest.raises(CheckFailed) as caught:
        git(Place(repository.common_dir, network=True), "ls-remote", f"ext::touch {trap}")
    assert "not allowed" in caught.value.why
    assert not trap.exists()


def test_where_pushes_go_elsewhere_there_is_looked_as_well(tmp_path: Path, mine: Repository) -> None:
    git_cli(tmp_path / "mine", "clone", "-q", "--bare", str(tmp_path / "bare.git"), str(tmp_path / "mirror.git"))
    git_cli(tmp_path / "mine", "config", "remote.origin.url", str(tmp_path / "mirror.git"))
    git_cli(tmp_path / "mine", "config", "remote.origin.pushurl", str(tmp_path / "bare.git"))
    theirs = others_push(tmp_path / "bare.git", {"b": "2"})
    remote = find(mine, "origin")
    assert look(mine, remote, [MAIN]) == {MAIN: theirs}
    assert fetch(mine, remote, MAIN) == theirs
    assert str(tmp_path) not in repr(remote)


def test_a_relative_address_starts_where_git_starts_it(tmp_path: Path, mine: Repository) -> None:
    git_cli(tmp_path / "mine", "remote", "set-url", "origin", "../bare.git")
    assert look(mine, find(mine, "origin"), [MAIN]) == {MAIN: at(tmp_path / "bare.git")}


def test_refs_are_looked_at_by_their_whole_name(tmp_path: Path, mine: Repository) -> None:
    bare, remote = tmp_path / "bare.git", find(mine, "origin")
    git_cli(bare, "update-ref", f"refs/x/{MAIN}", MAIN)
    git_cli(bare, "update-ref", "-d", MAIN)
    assert look(mine, remote, [MAIN, MARK]) == {MAIN: None, MARK: None}
    assert fetch(mine, remote, MAIN) is None


def test_what_is_fetched_is_kept_under_a_ref_of_ours(tmp_path: Path, mine: Repository) -> None:
    remote, first = find(mine, "origin"), mine.commit_id("HEAD")
    theirs = others_push(tmp_path / "bare.git", {"b": "2"})
    kept = tracking_ref("origin", MAIN)
    assert fetch(mine, remote, MAIN) == theirs == read(mine, kept)
    assert mine.tree(theirs).read("b") == b"2"
    assert read(mine, MAIN) == first
    keep(mine, remote, MAIN, first)
    keep(mine, remote, MAIN, first)
    assert read(mine, kept) == first


def test_somebody_elses_fetch_is_waited_for(tmp_path: Path, mine: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends in the pause after the first try, which found the ref locked."""
    git_cli(tmp_path / "mine", "fetch", "-q", "origin")
    theirs = others_push(tmp_path / "bare.git", {"b": "2"})
    lock = mine.common_dir / "refs/remotes/origin/main.lock"
    lock.touch()
    monkeypatch.setattr(remotes, "time", SimpleNamespace(sleep=lambda _: lock.unlink()))
    assert fetch(mine, find(mine, "origin"), MAIN) == theirs
    assert not lock.exists()


def test_a_push_moves_all_or_nothing(tmp_path: Path, mine: Repository) -> None:
    bare, remote, first = tmp_path / "bare.git", find(mine, "origin"), mine.commit_id("HEAD")
    second = commit_files(tmp_path / "mine", {"b": "2"})
    both = [RefUpdate(MAIN, first, second), RefUpdate(MARK, None, second)]
    assert push(mine, remote, both).ok
    assert (at(bare), at(bare, MARK)) == (second, second)
    theirs = others_push(bare, {"c": "3"})
    third = commit_files(tmp_path / "mine", {"d": "4"})
    lost = push(mine, remote, [RefUpdate(MAIN, second, third), RefUpdate(f"{MARK}y", None, third)])
    assert lost.refused == {MAIN: "stale info", f"{MARK}y": "atomic push failed"}
    assert look(mine, remote, [MAIN, f"{MARK}y"]) == {MAIN: theirs, f"{MARK}y": None}
    taken = push(mine, remote, [RefUpdate(MARK, None, third)])
    assert taken.refused == {MARK: "stale info"}
    with pytest.raises(Bug):
        push(mine, remote, [RefUpdate(MAIN, theirs, None)])


def test_hooks_of_the_remote_run_and_those_of_this_repository_do_not(tmp_path: Path, mine: Repository) -> None:
    first, trap = mine.commit_id("HEAD"), tmp_path / "trap"
    second = commit_files(tmp_path / "mine", {"b": "2"})
    hook(mine.common_dir, "pre-push", f"touch {trap}; exit 1")
    hook(tmp_path / "bare.git", "pre-receive", r"printf 'no\033[31m ticket\a\n' >&2; exit 1")
    done = push(mine, find(mine, "origin"), [RefUpdate(MAIN, first, second)])
    assert done.refused == {MAIN: "pre-receive hook declined"}
    assert "no" in done.said
    assert "ticket" in done.said
    assert not {"\033", "\a"} & set(done.said)
    assert not trap.exists()


def test_secrets_in_an_address_are_never_told(tmp_path: Path) -> None:
    url = "http://robot:s3cr3t@127.0.0.1:1/x.git?private=t0k3n"
    repository = configured(tmp_path / "repo", origin=url)
    remote = find(repository, "origin")
    with pytest.raises(LaneshiftError) as caught:
        look(repository, remote, [MAIN])
    told = repr(caught.value.as_dict()) + repr(remote) + push(repository, remote, []).said + redact(url)
    assert not [secret for secret in ("robot", "s3cr3t", "t0k3n") if secret in told]
    assert caught.value.code == "remote.unreachable"


def test_who_the_caller_is_goes_along_over_the_network_only(
    tmp_path: Path, mine: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_cli(tmp_path / "mine", "config", "credential.helper", "store")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    git_cli(tmp_path / "mine", "config", "alias.told", "!echo $GIT_SSH_COMMAND")
    here, there = Place(mine.common_dir), Place(mine.common_dir, network=True)
    asked = ("config", "--get-all", "credential.helper")
    assert [git(place, *asked).stdout for place in (here, there)] == [b"store\n\n", b"store\n"]
    assert [git(place, "told").text for place in (here, there)] == ["", "ssh -i key"]


def test_what_takes_too_long_ends_with_all_that_it_started(tmp_path: Path, mine: Repository) -> None:
    note = tmp_path / "pid"
    git_cli(tmp_path / "mine", "config", "alias.slow", f"!sleep 300 & echo $! > {note}; wait")
    with pytest.raises(CheckFailed) as caught:
        git(Place(mine.common_dir, network=True), "slow", seconds=10)
    assert caught.value.code == "git.too-slow"
    deadline = time.monotonic() + 120
    while is_alive(int(note.read_text())):
        assert time.monotonic() < deadline, "what git started goes on without it"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether the process does anything any more: a dead one may wait for somebody to ask how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
