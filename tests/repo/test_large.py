"""A repository of 25,000 files: the hundredth edited tree costs what changed, and so does moving a checkout."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from laneshift.repo.objects import File, Repository
from laneshift.repo.pool import Pool
from tests.repo.builders import git_cli

COUNT = 25_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """25,000 small files in 1,000 folders, committed without a work tree."""
    root = tmp_path_factory.mktemp("large")
    git_cli(root, "init", "-q", "-b", "main", "--template=", ".")
    rows = (
        f"M 644 inline p{n % 40}/s{n // 40 % 25}/m{n}.py\ndata {len(str(n)) + 5}\nx = {n}\n\n" for n in range(COUNT)
    )
    head = "commit refs/heads/main\ncommitter B <b@example.org> 1700000000 +0000\ndata 4\nbig\n\n"
    git_cli(root, "fast-import", "--quiet", stdin=(head + "".join(rows)).encode())
    return Repository.open(root)


def test_listing_and_a_hundred_edits_cost_only_what_changes(large: Repository) -> None:
    tree = large.tree("main")
    started = time.process_time()
    assert len(tree.entries) == COUNT
    cold = time.process_time() - started
    started = time.process_time()
    for number in range(100):
        tree = tree.edit({f"p{number % 40}/s1/new{number}.py": File(b"new\n")})
        assert len(tree.entries) == COUNT + number + 1
    assert time.process_time() - started < 100 * cold / 3
    assert large.tree("main").edit({}) == large.tree("main")


def test_a_checkout_moves_by_touching_only_what_differs(large: Repository) -> None:
    pool = Pool(large, 1)
    first = large.tree("main")
    second = first.edit({"p0/s0/m0.py": File(b"x = 9\n"), "p1/s0/m1.py": None, "fresh/a.py": File(b"")})
    with pool.checkout(first.oid) as checkout:
        before = {path: path.stat().st_ctime_ns for path in checkout.path.rglob("*.py")}
    assert len(before) == COUNT
    started = time.monotonic()
    with pool.checkout(second.oid) as checkout:
        taken = time.monotonic() - started
        after = {path: path.stat().st_ctime_ns for path in checkout.path.rglob("*.py")}
    touched = {
        str(path.relative_to(checkout.path)) for path in before.keys() | after if before.get(path) != after.get(path)
    }
    assert touched == {"p0/s0/m0.py", "p1/s0/m1.py", "fresh/a.py"}
    assert taken < 60
    assert pool.reclaim().freed_bytes > COUNT * 512


def test_nothing_strange_is_left_in_the_repository(large: Repository) -> None:
    root: Path = large.common_dir.parent
    with Pool(large, 1).checkout(large.tree("main").oid):
        assert len(git_cli(root, "worktree", "list").splitlines()) == 1
    assert git_cli(root, "fsck", "--strict", "--no-dangling") == ""
