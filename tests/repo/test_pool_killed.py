"""A slot whose user is killed at any moment serves the next one exactly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from laneshift.repo.objects import File
from laneshift.repo.pool import Pool
from tests.repo.builders import repo_at
from tests.repo.disk import disk_tree, git_tree
from tests.repo.killed import killed_before_effect

KILLED = """
import os, sys, threading, time
from pathlib import Path
from laneshift.repo.objects import Repository
from laneshift.repo.pool import Pool
pool = Pool(Repository.open(Path(sys.argv[1])), 1)
threading.Thread(target=lambda: (time.sleep(float(sys.argv[3])), os.kill(os.getpid(), 9)), daemon=True).start()
print("begun", flush=True)
while True:
    for oid in sys.argv[2].split(","):
        with pool.checkout(oid) as checkout:
            (checkout.path / "left").write_text("behind")
"""


def test_killed_in_the_middle_of_a_move_the_next_checkout_is_exact(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {f"d{n % 9}/f{n}.py": f"x = {n}\n" * 40 for n in range(400)})
    first = repo.tree("HEAD")
    second = first.edit({f"d{n % 9}/f{n}.py": File(b"y = %d\n" % n * 40) for n in range(300)} | {"d8": None})
    third = first.edit({"d0": File(b"a file now"), "d1/f1.py": None, "d1/f1.py/inside": File(b"x")})
    pool = Pool(repo, 1)
    oids = [first.oid, second.oid, third.oid]
    for round_ in range(10):
        delay = 0.03 + 0.025 * round_
        command = [sys.executable, "-c", KILLED, str(tmp_path), ",".join(oids), str(delay)]
        done = subprocess.run(command, check=False, capture_output=True)
        assert done.returncode == -9
        with pool.checkout(oids[round_ % 3], wait_seconds=120) as checkout:
            assert disk_tree(checkout.path) == git_tree(repo, oids[round_ % 3])
    assert not (pool.root / "0/index.lock").exists()


def test_killed_before_any_single_effect_the_next_checkout_is_exact(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a/b.py": "b = 1\n", "c.py": "c = 1\n", "d/e.py": "e = 1\n"})
    first = repo.tree("HEAD")
    second = first.edit({"a": File(b"file"), "c.py": None, "c.py/x": File(b"x"), "d/e.py": File(b"e = 2\n")})
    pool, number = Pool(repo, 1), 0

    def use() -> None:
        for tree in (first, second):
            with pool.checkout(tree.oid) as checkout:
                (checkout.path / "left").mkdir()
                (checkout.cache_dir / "left.pyc").write_text("behind")

    while killed_before_effect(number, use):
        wanted = (first, second)[number % 2]
        with pool.checkout(wanted.oid, wait_seconds=120) as checkout:
            assert disk_tree(checkout.path) == git_tree(repo, wanted.oid)
        number += 1
    assert number > 20
