"""Checkouts hold exactly their tree, whatever earlier users did to the slot."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.objects import Changes, Entry, File, Repository
from laneshift.repo.pool import Pool
from tests.repo.builders import git_cli, repo_at
from tests.repo.disk import disk_tree, git_tree
from tests.repo.strategies import trees

FILES = {"a.py": "a = 1\n", "pkg/b.py": "b = 1\n", "pkg/deep/c.py": "c = 1\n", ".gitignore": "*.log\nbuild/\n"}
WRITING = {"PYTHONDONTWRITEBYTECODE": ""}
_repositories: dict[str, Repository] = {}


def check_exact(pool: Pool, oid: str) -> None:
    with pool.checkout(oid, wait_seconds=120) as checkout:
        assert disk_tree(checkout.path) == git_tree(pool.repo, oid)


def test_a_checkout_is_exact_and_private(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    tree = repo.tree("HEAD").edit(
        {
            "run": File(b"#!/bin/sh\n", 0o100755),
            "out": File(b"/etc", 0o120000),
            "sub/module": Entry(0o160000, repo.commit_id("HEAD")),
        }
    )
    with Pool(repo, 1).checkout(tree.oid) as checkout:
        assert disk_tree(checkout.path) == git_tree(repo, tree.oid)
        assert checkout.path == repo.state_dir / "pool/0/tree"
        assert checkout.cache_dir.is_dir()
        found = subprocess.run(
            ["git", "rev-parse", "--git-dir"],
            cwd=checkout.path / "pkg",
            env=os.environ | checkout.environment,
            capture_output=True,
            check=False,
        )
        assert found.returncode == 128
    assert git_cli(tmp_path, "status", "--porcelain", "--ignored") == ""
    assert len(git_cli(tmp_path, "worktree", "list").splitlines()) == 1


def vandalise(root: Path) -> None:
    """Everything that a test run may leave behind."""
    (root / "a.py").write_text("a = 2\n")
    os.utime(root / "a.py", ns=(1, 1))
    (root / "new.log").write_text("ignored")
    (root / "build/x").mkdir(parents=True)
    (root / "build/x/f").write_text("ignored")
    (root / "build/x").chmod(0o500)
    (root / "build").chmod(0)
    git_cli(root, "init", "-q", "nested")
    git_cli(root, "init", "-q", ".")
    (root / "pkg/deep/c.py").unlink()
    (root / "pkg/deep").rmdir()
    (root / "pkg/deep").symlink_to("/etc")
    (root / "pkg/b.py").chmod(0)
    os.mkfifo(root / "pipe")
    os.link(root / ".gitignore", root / "hard")
    with socket.socket(socket.AF_UNIX) as unix:
        here = Path.cwd()
        os.chdir(root)
        unix.bind("s")
        os.chdir(here)
    deep = root
    for _ in range(60):
        deep = deep / "deep"
        deep.mkdir()
    (root / "pkg").chmod(0o500)


def test_whatever_a_run_leaves_is_gone_in_the_next_checkout(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    other = repo.tree("HEAD").edit({"pkg": None, "z": File(b"z")}).oid
    for after in (oid, other, oid):
        with pool.checkout(oid) as checkout:
            vandalise(checkout.path)
        check_exact(pool, after)


def test_a_folder_deeper_than_any_path_can_name_is_removed(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    with pool.checkout(oid) as checkout:
        script = "import os\nfor _ in range(3000):\n    os.mkdir('deeper')\n    os.chdir('deeper')\nopen('f', 'w')\n"
        subprocess.run([sys.executable, "-c", script], cwd=checkout.path, check=True)
        subprocess.run([sys.executable, "-c", script], cwd=checkout.cache_dir, check=True)
    check_exact(pool, oid)
    assert pool.reclaim().slots == 1


@pytest.mark.parametrize(
    "damage", ["index", "empty index", "no index", "lock", "file for folder", "link for folder", "all"]
)
def test_a_damaged_slot_repairs_itself(tmp_path: Path, damage: str) -> None:
    repo = repo_at(tmp_path / "repo", FILES)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/precious").write_text("mine")
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    check_exact(pool, oid)
    slot = pool.root / "0"
    if damage == "index":
        (slot / "index").write_bytes(b"DIRC\0\0\0\2\0\0\0\1garbage")
    elif damage == "empty index":
        (slot / "index").write_bytes(b"")
    elif damage == "no index":
        (slot / "index").unlink()
    elif damage == "lock":
        (slot / "index.lock").write_bytes(b"")
    elif damage == "all":
        git_cli(tmp_path, "--version")
        slot.rename(tmp_path / "gone")
        slot.write_text("a file")
    else:
        (slot / "tree").rename(tmp_path / "gone")
        if damage == "file for folder":
            (slot / "tree").write_text("x")
        else:
            (slot / "tree").symlink_to(tmp_path / "outside")
    check_exact(pool, oid)
    assert (tmp_path / "outside/precious").read_text() == "mine"


def test_what_a_slot_holds_is_noted_again_only_where_git_wrote_to_it(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    note = pool.root / "0/holds"
    check_exact(pool, oid)
    check_exact(pool, oid)  # git wrote the index later than the files only now, so that their times prove something
    noted = note.stat()
    check_exact(pool, oid)
    assert (note.read_text(), note.stat().st_ino, note.stat().st_mtime_ns) == (oid, noted.st_ino, noted.st_mtime_ns)
    (pool.root / "0/tree/a.py").write_text("other\n")
    check_exact(pool, oid)
    assert note.read_text() == oid
    assert note.stat().st_mtime_ns > noted.st_mtime_ns


def test_a_change_hidden_from_size_and_time_is_undone(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    with pool.checkout(oid) as checkout:
        path = checkout.path / "a.py"
        before = path.stat()
        time.sleep(0.02)
        path.write_text("a = 9\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    check_exact(pool, oid)


def test_bytecode_of_replaced_sources_is_dropped_and_the_rest_is_kept(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"m.py": "VALUE = 1\n", "same.py": "VALUE = 0\n"})
    pool, first = Pool(repo, 1), repo.tree("HEAD")
    second = first.edit({"m.py": File(b"VALUE = 2\n")})
    script = "import m, same; print(m.VALUE)"
    answers, kept, stamp = [], [], 1_700_000_000
    for tree in (first, second, first, second):
        with pool.checkout(tree.oid) as checkout:
            kept.extend(bool(list(checkout.cache_dir.rglob(f"{name}.*.pyc"))) for name in ("m", "same"))
            os.utime(checkout.path / "m.py", (stamp, stamp))
            environment = os.environ | checkout.environment | WRITING
            done = subprocess.run(
                [sys.executable, "-c", script], cwd=checkout.path, env=environment, capture_output=True, check=True
            )
            answers.append(done.stdout.decode().strip())
            assert not list(checkout.path.rglob("*.pyc"))
        time.sleep(0.02)
    assert answers == ["1", "2", "1", "2"]
    assert kept == [False, False, False, True, False, True, False, True]


def test_the_seeded_fault_python_alone_would_run_the_wrong_bytecode(tmp_path: Path) -> None:
    """The danger is real: without the sweep of the cache, the second source runs the first one's bytecode."""
    answers = []
    for value in (1, 2):
        (tmp_path / "m.py").write_text(f"VALUE = {value}\n")
        os.utime(tmp_path / "m.py", (1_700_000_000, 1_700_000_000))
        environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path / "cache")} | WRITING
        command = [sys.executable, "-c", "import m; print(m.VALUE)"]
        answers.append(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout)
    assert answers == [b"1\n", b"1\n"]


@settings(max_examples=40)
@given(walk=st.lists(trees, min_size=2, max_size=4))
def test_a_random_walk_ends_exactly_at_each_tree(tmp_path_factory: pytest.TempPathFactory, walk: list[Changes]) -> None:
    if "one" not in _repositories:
        _repositories["one"] = repo_at(tmp_path_factory.mktemp("walk"), FILES)
    pool = Pool(_repositories["one"], 1)
    for changes in walk:
        check_exact(pool, pool.repo.empty_tree().edit(changes).oid)


def test_two_users_never_share_a_slot_and_the_third_is_told(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 2), repo.tree("HEAD").oid
    with pool.checkout(oid) as one, Pool(repo, 2).checkout(oid) as two:
        assert {one.slot, two.slot} == {0, 1}
        with pytest.raises(CheckFailed) as caught, pool.checkout(oid, wait_seconds=0.1):
            raise AssertionError("a third user got a slot")
        assert caught.value.code == "pool.busy"
        assert pool.reclaim().in_use == 2
    with pool.checkout(oid, wait_seconds=0) as again:
        assert again.slot in {0, 1}


def test_threads_wait_for_a_slot(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, base = Pool(repo, 2), repo.tree("HEAD")
    owners: dict[int, int] = {}
    failures: list[str] = []

    def work(number: int) -> None:
        for step in range(5):
            tree = base.edit({f"w{number}": File(b"%d" % step), "pkg/b.py": File(b"%d" % number)})
            with pool.checkout(tree.oid, wait_seconds=60) as checkout:
                if owners.setdefault(checkout.slot, number) != number or disk_tree(checkout.path) != git_tree(
                    repo, tree.oid
                ):
                    failures.append(f"worker {number} step {step}")
                del owners[checkout.slot]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert owners == {}


def test_a_slot_stays_taken_while_a_process_that_runs_in_it_lives(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    with pool.checkout(oid) as checkout:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[checkout.lease])
    with pytest.raises(CheckFailed), pool.checkout(oid, wait_seconds=0.1):
        raise AssertionError("the slot of a living process was given away")
    child.communicate(b"\n")
    check_exact(pool, oid)


def test_a_tree_that_git_will_not_write_is_refused_with_the_reason(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    blob = bytes.fromhex(repo.tree("HEAD").entries["a.py"].oid)
    inner = git_cli(
        tmp_path, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=b"100644 config\0" + blob
    )
    outer = git_cli(
        tmp_path,
        "hash-object",
        "-t",
        "tree",
        "-w",
        "--literally",
        "--stdin",
        stdin=b"40000 .git\0" + bytes.fromhex(inner),
    )
    with pytest.raises(CheckFailed) as caught, Pool(repo, 1).checkout(outer):
        raise AssertionError("a tree with a .git folder was checked out")
    assert caught.value.code == "pool.cannot-check-out"
    assert ".git" in caught.value.why
    with pytest.raises(Refused), Pool(repo, 1).checkout("0" * 40):
        raise AssertionError("a missing tree was checked out")
    with pytest.raises(Refused):
        Pool(repo, 0)


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    pool, oid = Pool(repo, 1), repo.tree("HEAD").oid
    before = os.umask(0o077)
    try:
        with pool.checkout(oid) as checkout:
            modes = {stat.S_IMODE(path.stat().st_mode) for path in checkout.path.rglob("*") if path.is_file()}
            folder = stat.S_IMODE((checkout.path / "pkg").stat().st_mode)
    finally:
        os.umask(before)
    assert modes == {0o644}
    assert folder == 0o755


def test_modes_of_earlier_days_are_checked_out(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    blob = bytes.fromhex(repo.tree("HEAD").entries["a.py"].oid)
    old = git_cli(tmp_path, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=b"100664 a.py\0" + blob)
    check_exact(Pool(repo, 1), old)


def test_reclaim_frees_the_disk_and_says_how_much(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES | {"big": b"x" * 2_000_000})
    pool, oid = Pool(repo, 3), repo.tree("HEAD").oid
    with pool.checkout(oid), pool.checkout(oid):
        assert pool.reclaim().slots == 0
    reclaimed = Pool(repo, 1).reclaim()
    assert reclaimed.slots == 2
    assert reclaimed.freed_bytes >= 4_000_000
    assert [path.name for path in pool.root.iterdir() if path.is_dir()] == []
    check_exact(pool, oid)


def test_a_thread_that_waits_is_told_of_a_slot_at_once(tmp_path: Path) -> None:
    """A long look at the locks is for slots of other processes; this one's own are told."""
    pool = Pool(repo_at(tmp_path, FILES), 1)
    tree = pool.repo.tree("HEAD").oid
    returns = threading.Event()
    got: list[int] = []

    def second() -> None:
        returns.wait(240)
        with pool.checkout(tree) as checkout:
            got.append(checkout.slot)

    waiting = threading.Thread(target=second)
    with pool.checkout(tree):
        waiting.start()
        returns.set()
    waiting.join(240)
    assert got == [0]
