"""Commits are deterministic to the byte and read back as git reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.commits import (
    Identity,
    commit_bytes,
    history,
    is_ancestor,
    merge_base,
    read_commit,
    renamed_from,
    trailers,
    was_renamed,
    write_commit,
)
from laneshift.repo.objects import File, Repository
from tests.repo.builders import WHEN, commit_files, git_cli, repo_at

WHO = Identity("Ada Lövelace", "ada@example.org")
_repositories: dict[str, Repository] = {}


def shared(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    if "one" not in _repositories:
        _repositories["one"] = repo_at(tmp_path_factory.mktemp("commits"), {"a": "1"})
    return _repositories["one"]


def test_the_same_facts_give_the_same_id_on_every_machine(tmp_path: Path) -> None:
    ids = set()
    for name in ("one", "two"):
        repo = repo_at(tmp_path / name, {"a": "1"})
        git_cli(tmp_path / name, "config", "commit.gpgSign", "true")
        git_cli(tmp_path / name, "config", "i18n.commitEncoding", "latin1")
        git_cli(tmp_path / name, "config", "user.name", name)
        head = repo.commit_id("HEAD")
        ids.add(write_commit(repo, repo.tree("HEAD").oid, [head], "feat(x): y\n\nBody ü", WHO, WHEN, -210))
    assert ids == {"b54e2351469a805f510f8f7608ed3d9743a5ef43"}


def test_git_reads_what_was_written(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    head = repo.commit_id("HEAD")
    oid = write_commit(repo, repo.empty_tree().oid, [head], "subject\n\nbody ü\n\nTask: 7\n", WHO, WHEN, 345)
    shown = git_cli(tmp_path, "log", "-1", "--format=%an|%ae|%cn|%ad|%P|%T|%B", "--date=raw", oid)
    assert shown.split("|") == [
        *("Ada Lövelace", "ada@example.org", "Ada Lövelace", f"{WHEN} +0545"),
        *(head, repo.empty_tree().oid, "subject\n\nbody ü\n\nTask: 7"),
    ]
    commit = read_commit(repo, oid)
    assert (commit.author, commit.email, commit.when, commit.offset) == ("Ada Lövelace", "ada@example.org", WHEN, 345)
    assert (commit.parents, commit.subject, commit.tree) == ((head,), "subject", repo.empty_tree().oid)
    assert trailers(commit.message) == [("Task", "7")]
    git_cli(tmp_path, "update-ref", "refs/heads/x", oid)
    assert git_cli(tmp_path, "fsck", "--strict") == ""


def test_what_a_commit_cannot_carry_is_refused(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    tree, head = repo.tree("HEAD").oid, repo.commit_id("HEAD")
    for name, email in [
        ("", "a@b"),
        ("a", ""),
        ("a\nb", "a@b"),
        ("a<", "a@b"),
        (" a", "a@b"),
        ("a", "a>b"),
        ("a\ud800", "a"),
    ]:
        with pytest.raises(Refused) as caught:
            Identity(name, email)
        assert caught.value.code == "commits.bad-identity"
    cases = [
        ((tree, [head], "a\0b", WHEN, 0), "commits.bad-message"),
        ((tree, [head], " \n", WHEN, 0), "commits.bad-message"),
        ((tree, [head], "\ud800", WHEN, 0), "commits.bad-message"),
        ((tree, [head], "x", -1, 0), "commits.bad-time"),
        ((tree, [head], "x", 2**60, 0), "commits.bad-time"),
        ((tree, [head], "x", WHEN, 841), "commits.bad-time"),
        ((tree, ["main"], "x", WHEN, 0), "commits.bad-id"),
        ((tree, [tree], "x", WHEN, 0), "commits.wrong-kind"),
        ((head, [head], "x", WHEN, 0), "commits.wrong-kind"),
        (("1" * 40, [head], "x", WHEN, 0), "commits.missing-object"),
    ]
    for (a_tree, parents, message, when, offset), code in cases:
        with pytest.raises(Refused) as caught:
            write_commit(repo, a_tree, parents, message, WHO, when, offset)
        assert caught.value.code == code


@settings(max_examples=80)
@given(
    message=st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])).filter(str.strip),
    offset=st.integers(-840, 840),
)
def test_any_text_survives_and_git_finds_no_fault(
    tmp_path_factory: pytest.TempPathFactory, message: str, offset: int
) -> None:
    repo = shared(tmp_path_factory)
    oid = write_commit(repo, repo.tree("HEAD").oid, [], message, WHO, WHEN, offset)
    data = commit_bytes(repo.tree("HEAD").oid, [], message, WHO, WHEN, offset)
    assert git_cli(repo.common_dir, "hash-object", "-t", "commit", "--stdin", stdin=data) == oid
    assert read_commit(repo, oid).message == message.rstrip("\n") + "\n"
    assert read_commit(repo, oid).offset == offset


lines = st.sampled_from(
    ["Task: 1", "Signed-off-by: A <a@b>", "  folded", "text", "Co-Authored-By: X <x@y>", "no trailer here: or is it",
     "", "#c",
     "Key : spaced", "Key:", "(cherry picked from commit 1)", "Laneshift-Intent: sha256:00", "\ttabbed", "a-b: c: d"]
)  # fmt: skip


@settings(max_examples=250)
@given(st.lists(lines, min_size=1, max_size=9))
def test_trailers_are_those_that_git_finds(tmp_path_factory: pytest.TempPathFactory, body: list[str]) -> None:
    repo = shared(tmp_path_factory)
    message = "\n".join(["subject", *body]) + "\n"
    parsed = git_cli(repo.common_dir, "interpret-trailers", "--parse", "--no-divider", stdin=message.encode())
    pairs = [line.partition(":") for line in parsed.splitlines()]
    assert [(key, value.strip()) for key, value in trailers(message)] == [
        (key, value.strip()) for key, _, value in pairs
    ]


def test_history_ancestry_and_merge_bases(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    second = commit_files(tmp_path, {"b": "2"})
    git_cli(tmp_path, "checkout", "-q", "-b", "side", first)
    side = commit_files(tmp_path, {"c": "3"})
    merge = write_commit(repo, repo.tree(second).oid, [second, side], "merge", WHO, WHEN + 1)
    lonely = write_commit(repo, repo.tree(second).oid, [], "root", WHO, WHEN)
    assert [commit.oid for commit in history(repo, second, first)] == [second]
    assert {commit.oid for commit in history(repo, merge)} == {merge, second, side, first}
    assert history(repo, merge)[0].oid == merge
    assert history(repo, merge)[-1].oid == first
    assert history(repo, first, merge) == []
    assert merge_base(repo, second, side) == first
    assert merge_base(repo, second, lonely) is None
    assert is_ancestor(repo, first, merge)
    assert is_ancestor(repo, merge, merge)
    assert not is_ancestor(repo, side, second)
    with pytest.raises(Refused):
        history(repo, merge, None, limit=2)


def test_renames_are_found_in_history_through_edits(tmp_path: Path) -> None:
    code = "".join(f"def f{number}():\n    return {number}\n" for number in range(20))
    repo = repo_at(tmp_path, {"labs/a/b c.py": code, "labs/a/__init__.py": "", "other.py": "x = 1\n"})
    commit_files(tmp_path, {"labs/a/b c.py": code + "# more\n"})
    commit_files(
        tmp_path, {"labs/a/b c.py": None, "labs/a/__init__.py": None, "mid/b c.py": code, "mid/__init__.py": ""}
    )
    commit_files(
        tmp_path,
        {"mid/b c.py": None, "mid/__init__.py": None, "core/ü/b c.py": code + "# x\n", "core/ü/__init__.py": ""},
    )
    commit_files(tmp_path, {"fresh.py": "y = 2\n"})
    assert renamed_from(repo, "HEAD", "core/ü/b c.py") == ("mid/b c.py", "labs/a/b c.py")
    assert renamed_from(repo, "HEAD", "fresh.py") == ()
    assert was_renamed(repo, "HEAD", "labs/a/b c.py", "core/ü/b c.py")
    assert was_renamed(repo, "HEAD", "labs/a", "core/ü")
    assert not was_renamed(repo, "HEAD", "other.py", "core/ü/b c.py")
    assert not was_renamed(repo, "HEAD", "labs/x", "core/ü")
    assert not was_renamed(repo, "HEAD", "labs/a", "no/such")
    assert renamed_from(repo, "HEAD", "core/ü/b c.py", commits=1) == ()


def test_a_commit_in_another_encoding_is_read(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    head = f"tree {repo.tree('HEAD').oid}\nauthor Gr".encode() + b"\xfc\xdfe <a@b> 1 +0100\n"
    data = head + b"committer c <c@d> 2 +0000\nencoding latin1\n\n\xe4\n"
    oid = git_cli(tmp_path, "hash-object", "-t", "commit", "-w", "--stdin", stdin=data)
    commit = read_commit(repo, oid)
    assert (commit.author, commit.message, commit.when) == ("Grüße", "ä\n", 2)
    unknown = git_cli(
        tmp_path, "hash-object", "-t", "commit", "-w", "--stdin", stdin=data.replace(b"latin1", b"klingon")
    )
    assert read_commit(repo, unknown).subject == "\ufffd"


def test_an_edit_and_its_commit_reach_a_clone_whole(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", {"a/b.py": "1\n" * 30})
    entry = repo.tree("HEAD").entries["a/b.py"]
    tree = repo.tree("HEAD").edit({"c/d.py": entry, "a/b.py": None, "c/__init__.py": File(b"")})
    oid = write_commit(repo, tree.oid, [repo.commit_id("HEAD")], "refactor(c): move", WHO, WHEN)
    git_cli(tmp_path / "repo", "update-ref", "refs/heads/main", oid)
    git_cli(tmp_path, "clone", "-q", "--no-local", "repo", "clone")
    assert git_cli(tmp_path / "clone", "fsck", "--strict") == ""
    assert len(git_cli(tmp_path / "clone", "log", "--follow", "--format=%H", "--", "c/d.py").splitlines()) == 2
