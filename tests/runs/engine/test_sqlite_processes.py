"""Real processes, really killed: nothing is lost, and only steps in flight run again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests import warm
from tests.runs.engine.driving import until
from tests.runs.engine.ledger import Ledger
from tests.runs.engine.process import CHILDREN, STEPS
from tests.sweeps import swept
from tests.toy import with_tests
from tests.warm import Process

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("LANESHIFT_ENGINE_KILLS", swept("8", "4")))


def start(mode: str, folder: Path) -> Process:
    return warm.start("tests.runs.engine.process", [mode, str(folder)], ROOT, with_tests())


def finish(process: Process, code: int = 0) -> object:
    """The JSON that the process printed. It must have been silent otherwise."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (code, "")
    return json.loads(out) if out else None


def expected() -> list[object]:
    children = [[{"did": f"{c}.{n}"} for n in range(STEPS)] for c in range(CHILDREN)]
    return [{"did": "first"}, *children, {"did": "last"}]


@pytest.mark.chaos
def test_killed_again_and_again_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    chance, ledger = random.Random(20_25), Ledger(tmp_path / "ledger")
    total = CHILDREN * STEPS + 2
    for kill in range(KILLS):
        process = start("parent", tmp_path)
        aim = len(ledger.lines()) + (1 + chance.randrange(5) if kill < KILLS - 1 else total // 4)
        if kill % 3 == 2:
            time.sleep(chance.uniform(0.3, 1.2))
        else:
            until(lambda aim=aim, process=process: len(ledger.lines()) >= aim or process.poll() is not None)
            time.sleep(chance.uniform(0, 0.01))
        process.kill()
        process.communicate()
    assert finish(start("parent", tmp_path)) == expected()
    runs = [line.split(" ", 1) for line in ledger.lines()]
    steps = Counter(step for _, step in runs)
    assert len(steps) == total
    assert max(steps.values()) <= KILLS + 1
    assert sum(steps.values()) - total <= KILLS * CHILDREN
    assert max(Counter((pid, step) for pid, step in runs).values()) == 1
    assert finish(start("parent", tmp_path)) == expected()
    assert len(ledger.lines()) == len(runs)


def test_an_interrupt_ends_the_wait_at_once_and_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    process = start("stuck", tmp_path)
    until(lambda: len(ledger.lines()) == 2)
    process.send_signal(signal.SIGINT)
    finish(process, 130)
    (tmp_path / "hurry").touch()
    assert finish(start("stuck", tmp_path)) == [{"did": "quick"}, {"did": "slow"}]
    assert [line.split()[1] for line in ledger.lines()] == ["quick", "slow", "slow"]


def test_the_one_who_holds_the_store_is_named(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    holder = start("stuck", tmp_path)
    until(lambda: len(ledger.lines()) == 2)
    refusal = finish(start("stuck", tmp_path), 2)
    assert isinstance(refusal, dict)
    assert (refusal["code"], str(holder.pid) in refusal["what"]) == ("engine.store-held", True)
    (tmp_path / "hurry").touch()
    assert finish(holder) == [{"did": "quick"}, {"did": "slow"}]


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_space(tmp_path: Path) -> None:
    told = finish(start("big-limited", tmp_path), 4)
    assert isinstance(told, dict)
    assert told["code"] in ("engine.store-failed", "engine.disk-full")
    assert told["where"] == str(tmp_path / "runs.sqlite")
    assert finish(start("big", tmp_path)) == [50_000 * len(str(n)) for n in range(40)]


def test_failures_reach_the_caller_and_nobody_else(tmp_path: Path) -> None:
    facts = finish(start("bad", tmp_path), 1)
    assert isinstance(facts, dict)
    assert (facts["code"], facts["type"]) == ("engine.step-crashed", "ValueError")


def test_no_engine_is_imported_before_one_is_opened() -> None:
    code = "import sys; import laneshift.wiring; print('dbos' in sys.modules, 'sqlalchemy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "False False\n"
