"""Three processes append at once and are killed at random moments: what was promised is there, once, and chained."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import laneshift
from laneshift.evidence.journal import Journal

ROUNDS = 8
WORKERS = 3
SOURCE = Path(laneshift.__file__).parent.parent


def spawn(path: Path, worker: int, start: int, log: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, str(Path(__file__).with_name("appender.py")), str(path), str(worker), str(start)]
    with log.open("ab") as file:
        return subprocess.Popen(arguments, stdout=file, env={"PYTHONPATH": str(SOURCE), "USER": "tester"})


def promised(logs: list[Path]) -> list[tuple[int, str, str]]:
    """Every record that a process was told about; a last line that the kill cut short tells nothing."""
    found = []
    for log in logs:
        for line in log.read_bytes().split(b"\n")[:-1]:
            seq, key, digest = line.decode().split()
            found.append((int(seq), key, digest))
    return found


def wait_for_progress(logs: list[Path], before: list[int]) -> None:
    deadline = time.monotonic() + 240
    while any(log.stat().st_size <= size + 500 for log, size in zip(logs, before, strict=True)):
        assert time.monotonic() < deadline, "a worker appended too little"
        time.sleep(0.005)


def test_kill_9_in_the_middle_of_appends(tmp_path: Path) -> None:
    chance = random.Random(20)
    path = tmp_path / "state" / "journal.sqlite"
    logs = [tmp_path / f"{worker}.log" for worker in range(WORKERS)]
    for log in logs:
        log.touch()
    for turn in range(ROUNDS):
        before = [log.stat().st_size for log in logs]
        workers = [spawn(path, worker, turn * 37, log) for worker, log in enumerate(logs)]
        wait_for_progress(logs, before)
        for process in chance.sample(workers, WORKERS):
            time.sleep(chance.random() * 0.08)
            process.kill()
        assert [process.wait() for process in workers] == [-9] * WORKERS
        journal = Journal.open(path, create=False)
        assert journal.check(journal.checkpoint()) == []
        journal.close()
    records = Journal.open(path, create=False).records()
    kept = {(record.seq, record.key, record.digest) for record in records}
    told = promised(logs)
    assert len(told) > 100
    assert set(told) <= kept
    assert len({record.key for record in records}) == len(records)
    assert {record.actor for record in records} == {f"worker {worker}" for worker in range(WORKERS)}
    assert [file.name for file in path.parent.iterdir() if "unfinished" in file.name] == []


def test_many_processes_that_open_at_once_make_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    logs = [tmp_path / f"{worker}.log" for worker in range(4)]
    workers = [spawn(path, worker, 0, log) for worker, log in enumerate(logs)]
    try:
        wait_for_progress(logs, [0] * 4)
    finally:
        for process in workers:
            process.kill()
            process.wait()
    journal = Journal.open(path, create=False)
    assert {record.key.split("/")[1] for record in journal.records(prefix="own/")} == {"0", "1", "2", "3"}
    assert set(promised(logs)) <= {(record.seq, record.key, record.digest) for record in journal.records()}
    assert journal.check() == []
