"""Several processes and threads at one index, and processes that die in the middle."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from drawn_trees import drawn, edited, naive_mentions, repository_at

from laneshift.code.facts.extract import extract
from laneshift.code.index import Index
from laneshift.code.index.folder import IndexFolder
from laneshift.repo.objects import Repository, Tree

_REFRESH = """
import sys
from pathlib import Path
from laneshift.code.index import Index, build
from laneshift.repo.objects import Repository

build._FACTS_AT_ONCE, build._POSTINGS_AT_ONCE, build.PARALLEL_FROM = 40, 400, int(sys.argv[3])

if __name__ == "__main__":
    repository = Repository.open(Path(sys.argv[1]))
    tree = repository.tree(sys.argv[2])
    index = Index.open(repository, processes=int(sys.argv[4]))
    index.refresh(tree)
    print(len(index.facts(tree)), len(index.mentions(tree, b"name_12")))
"""


def _files(count: int) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"p/m{n}.py": f"import m{n + 1}\nname_{n} = {n}\n" for n in range(count)}
    return files | {f"d/{n}.md": f"about name_{n}\n" for n in range(count)}


def _start(script: Path, tree: Tree, parallel_from: int, processes: int) -> subprocess.Popen[str]:
    script.write_text(_REFRESH)
    arguments = [str(tree.repository.work_dir), tree.oid, str(parallel_from), str(processes)]
    return subprocess.Popen(
        [sys.executable, str(script), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _assert_right(repository: Repository, tree: Tree) -> None:
    index = Index.open(repository)
    assert dict(index.facts(tree)) == {path: extract(tree.read(path)) for path in tree.entries if path.endswith(".py")}
    for word in (b"name_12", b"import", b"about"):
        assert set(index.mentions(tree, word)) == naive_mentions(tree, word)


def test_processes_that_index_at_once_agree(tmp_path: Path) -> None:
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(130))
    running = [_start(tmp_path / f"refresh{n}.py", tree, 10_000, 1) for n in range(3)]
    outputs = [process.communicate(timeout=120) for process in running]
    assert outputs == [(f"130 {_mentions(tree)}\n", "")] * 3
    _assert_right(repository, tree)


def _mentions(tree: Tree) -> int:
    return len(naive_mentions(tree, b"name_12"))


def test_workers_index_what_one_process_would(tmp_path: Path) -> None:
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(130))
    out, err = _start(tmp_path / "refresh.py", tree, 50, 2).communicate(timeout=120)
    assert (out, err) == (f"130 {_mentions(tree)}\n", "")
    names = [path.name for path in (repository.state_dir / "index").iterdir()]
    assert sum(name.startswith("facts-") for name in names) >= 2
    _assert_right(repository, tree)


def test_workers_that_cannot_start_cost_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(130))
    monkeypatch.setattr("laneshift.code.index.build.PARALLEL_FROM", 50)
    multiprocessing.set_executable(str(tmp_path / "no-python"))
    try:
        Index.open(repository, processes=2).refresh(tree)
    finally:
        multiprocessing.set_executable(sys.executable)
    assert "[index.worker]" in caplog.text or "[index.no-workers]" in caplog.text
    _assert_right(repository, tree)


def test_workers_that_die_before_they_were_told_what_to_do_cost_only_time(tmp_path: Path) -> None:
    """A program from standard input has no main module to import; what a pipe holds must suffice to start a worker."""
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(1600))
    arguments = [str(tmp_path / "repository"), tree.oid, "50", "2"]
    done = subprocess.run(
        [sys.executable, "-", *arguments], input=_REFRESH, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == f"1600 {_mentions(tree)}\n"
    assert "an index worker ended with 1" in done.stderr


def test_a_process_killed_before_its_workers_began_leaves_no_file(tmp_path: Path) -> None:
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(8))
    script, folder = tmp_path / "script.py", tmp_path / "temporary"
    folder.mkdir()
    killed = "from multiprocessing.context import SpawnProcess as P\nP.start = lambda _: os.kill(os.getpid(), 9)\n"
    script.write_text("import os\n" + killed + _REFRESH)
    words = [sys.executable, str(script), str(repository.work_dir), tree.oid, "1", "2"]
    ended = subprocess.run(words, check=False, env={**os.environ, "TMPDIR": str(folder)})
    assert ended.returncode == -signal.SIGKILL
    assert list(folder.iterdir()) == []


def test_threads_that_put_the_same_at_once_all_write_it_whole(tmp_path: Path) -> None:
    told: set[str] = set()
    key, sections = b"links format 1, test", (bytes(200_000),)
    start = threading.Barrier(4, timeout=120)

    def put() -> None:
        folder = IndexFolder(tmp_path, "links", key, told)
        start.wait()
        for number in range(50):
            folder.put(str(number), sections, 100)

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = IndexFolder(tmp_path, "links", key, told)
    assert [read.get(str(number)) for number in range(50)] == [sections] * 50
    assert told == set()


@pytest.mark.parametrize("seed", range(6))
def test_a_process_killed_while_it_indexes_leaves_nothing_wrong(tmp_path: Path, seed: int) -> None:
    repository = repository_at(tmp_path / "repository")
    tree = drawn(repository, _files(130))
    process = _start(tmp_path / "refresh.py", tree, 50 if seed % 2 else 10_000, 2)
    folder = repository.state_dir / "index"
    deadline = time.monotonic() + 60
    while not folder.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(random.Random(seed).random() * 0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=240)
    _assert_right(repository, tree)


def test_threads_share_one_index(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    trees = [drawn(repository, _files(40))]
    for n in range(5):
        trees.append(edited(trees[-1], {f"p/m{n}.py": f"import changed_{n}\n", f"p/n{n}.py": "import m1\n"}))
    index = Index.open(repository)
    wrong: list[str] = []

    def ask(seed: int) -> None:
        chosen = random.Random(seed)
        for _ in range(12):
            tree = chosen.choice(trees)
            if chosen.random() < 0.3:
                index.refresh(tree)
            if set(index.mentions(tree, b"m1")) != naive_mentions(tree, b"m1"):
                wrong.append(f"mentions in {tree}")
            path = chosen.choice(list(index.facts(tree)))
            if index.facts(tree)[path] != extract(tree.read(path)):
                wrong.append(f"facts of {path} in {tree}")

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
