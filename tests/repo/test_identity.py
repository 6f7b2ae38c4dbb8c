"""What clones of one repository agree on, and clones of two never do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.identity import address, first_commit, identity_of, identity_or_local, remote_of
from laneshift.repo.objects import Repository
from tests.repo.builders import commit_files, git_cli, repo_at

SAME = [
    "https://host.example/acme/mono.git",
    "https://me:token@HOST.example:443/acme/mono/",
    "ssh://git@host.example:22/acme/mono.git",
    "git@host.example:acme/mono.git",
    "host.example:/acme/mono",
    "git://host.example/acme/mono",
]
OTHERS = [
    "https://host.example/other/mono.git",
    "https://other.example/acme/mono.git",
    "ssh://git@host.example:7999/acme/mono.git",
    "https://host.example/acme/mono.github",
    "/acme/mono",
]


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    repo_at(tmp_path / "origin", {"a.py": "A = 1\n"})
    return tmp_path / "origin"


def clone(origin: Path, name: str, *options: str) -> Repository:
    git_cli(origin.parent, "clone", "-q", *options, f"file://{origin}", name)
    return Repository.open(origin.parent / name)


def test_every_way_to_reach_a_remote_is_the_same_address(tmp_path: Path) -> None:
    found = {address(url, tmp_path) for url in SAME}
    assert found == {"host.example/acme/mono"}
    assert not found & {address(url, tmp_path) for url in OTHERS}
    assert len({address(url, tmp_path) for url in OTHERS}) == len(OTHERS)


def test_paths_are_told_in_full(tmp_path: Path) -> None:
    whole = str(tmp_path / "mono")
    for url in (f"{whole}.git", f"file://{whole}", "mono.git/", "../" + tmp_path.name + "/mono"):
        assert address(url, tmp_path) == whole


@given(st.text(max_size=60))
def test_an_address_never_tells_who_uses_it(url: str) -> None:
    try:
        told = address(f"https://me:s3cr3t@host/{url}", Path("/x"))
    except ValueError:
        return
    assert told.startswith("host")


def test_clones_agree_wherever_they_are_and_whatever_they_have_checked_out(origin: Path) -> None:
    one, two = clone(origin, "one"), clone(origin, "two")
    commit_files(origin.parent / "two", {"b.py": "B = 1\n"})
    git_cli(origin.parent / "two", "checkout", "-q", "--detach")
    assert identity_of(one, "") == identity_of(two, "")
    assert identity_of(one, "") == (git_cli(origin, "rev-parse", "HEAD"), f"remote:{origin}")


def test_a_merge_of_other_histories_does_not_change_where_it_starts(origin: Path) -> None:
    first = first_commit(Repository.open(origin))
    git_cli(origin, "checkout", "-q", "--orphan", "side")
    commit_files(origin, {"c.py": "C = 1\n"})
    git_cli(origin, "checkout", "-q", "-f", "main")
    git_cli(origin, "merge", "-q", "--allow-unrelated-histories", "-m", "merge", "side")
    assert first_commit(Repository.open(origin)) == first


def test_a_fork_and_another_repository_are_told_apart(origin: Path, tmp_path: Path) -> None:
    fork = clone(origin, "fork")
    git_cli(tmp_path / "fork", "remote", "set-url", "origin", "https://host.example/fork.git")
    other = repo_at(tmp_path / "other", {"z.py": "Z = 1\n"})
    assert len({identity_of(clone(origin, "one"), ""), identity_of(fork, "")}) == 2
    assert identity_of(fork, "acme/mono") == identity_of(clone(origin, "two"), "acme/mono")
    assert identity_of(other, "acme/mono") != identity_of(fork, "acme/mono"), "one name given to two repositories"


def test_what_cannot_be_identified_is_refused(origin: Path, tmp_path: Path) -> None:
    commit_files(origin, {"b.py": "B = 1\n"})
    cases = {
        "repo.no-identity": (Repository.open(origin), ""),
        "repo.bad-name": (Repository.open(origin), "../x\n"),
        "repo.shallow": (clone(origin, "shallow", "--depth", "1"), ""),
    }
    for code, (repository, name) in cases.items():
        with pytest.raises(Refused) as caught:
            identity_of(repository, name)
        assert (caught.value.code, bool(caught.value.cure)) == (code, True)


def test_without_any_remote_a_repository_is_known_to_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "alone"
    alone = repo_at(path, {"a.txt": "a\n"})
    first = first_commit(alone)
    assert identity_or_local(alone, "", "journal one", "HEAD") == (first, "local:journal one")
    assert identity_or_local(alone, "acme/mono", "journal one", "HEAD") == (first, "name:acme/mono")
    git_cli(path, "checkout", "-q", "--orphan", "other")
    commit_files(path, {"b.txt": "b\n"})
    assert identity_or_local(alone, "", "journal one", "main") == (first, "local:journal one")
    assert identity_or_local(alone, "", "journal one", "HEAD")[0] != first
    git_cli(path, "remote", "add", "origin", "https://host.example/acme/mono")
    assert identity_or_local(alone, "", "journal one", "main") == (first, "remote:host.example/acme/mono")
    git_cli(path, "remote", "rename", "origin", "one")
    git_cli(path, "remote", "add", "two", "https://host.example/acme/other")
    with pytest.raises(Refused) as caught:
        identity_or_local(alone, "", "journal one", "main")
    assert caught.value.code == "repo.no-identity"


def test_the_remote_is_origin_or_the_only_one(origin: Path, tmp_path: Path) -> None:
    found = clone(origin, "one")
    git_cli(tmp_path / "one", "remote", "add", "other", "x")
    assert remote_of(found) == "origin"
    git_cli(tmp_path / "one", "remote", "remove", "origin")
    assert remote_of(Repository.open(tmp_path / "one")) == "other"
    git_cli(tmp_path / "one", "remote", "add", "third", "y")
    assert remote_of(Repository.open(tmp_path / "one")) is None
