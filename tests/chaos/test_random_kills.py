"""kill -9 at seeded random moments of real commands, then `resume`: the end is that of an undisturbed run.

A few kills; `make chaos` does many more, and other harm (`python -m tests.chaos`). Every seed names its command,
its moment, and whether the first `resume` is killed as well.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.outcome import outcome
from tests.chaos.stages import EPOCH, Stage
from tests.sweeps import swept
from tests.toy import Done, copy_of, environment, laneshift, records

pytestmark = pytest.mark.chaos

VERBS = ("ship", "run", "land", "ship", "rollback", "ship")
SEEDS = swept(range(len(VERBS)), range(0, len(VERBS), 4))
BEGAN = {"ship": "ship.started", "run": "run.started", "land": "land.started", "rollback": "rollback.intended"}
_MOST_RESUMES = 6


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command that goes on by itself."""
    return subprocess.Popen(
        [sys.executable, "-m", "laneshift", *arguments],
        cwd=path,
        env=environment(EPOCH),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(path: Path, arguments: tuple[str, ...], seconds: float) -> bool:
    """Start the command and kill it after `seconds`; whether it was still at work then."""
    process = start(path, *arguments)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    _, said = process.communicate()
    assert process.returncode in (0, 1, -signal.SIGKILL), said
    return process.returncode == -signal.SIGKILL


def resume_all(path: Path) -> None:
    """Resume until it says that nothing is left."""
    for _ in range(_MOST_RESUMES):
        done = laneshift(path, "resume", "-j", "1", "--json", env=EPOCH)
        assert done.code in (0, 1), done.err + done.out
        if not done.data["resumed"]:
            return
        assert done.data["errors"] == []
    pytest.fail("there was always something left to resume")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kill_at_any_moment_changes_nothing_in_the_end(stages: dict[str, Stage], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    verb = VERBS[seed % len(VERBS)]
    stage = stages[verb]
    path = copy_of(stage.before, tmp_path / "repo")
    was_killed = killed(path, stage.command, chance.uniform(0.05, 0.95) * stage.seconds)
    if chance.random() < 0.3:
        killed(path, ("resume", "-j", "1"), chance.uniform(0.3, 0.9) * stage.seconds)
    resume_all(path)
    if was_killed and not records(path, BEGAN[verb]):
        # It died before anything was on record, so nothing was begun: the person asks again.
        assert laneshift(path, *stage.command, env=EPOCH).code == stage.code
    assert outcome(path) == stage.after


def test_an_interrupt_ends_with_130_and_resume_goes_on(stages: dict[str, Stage], tmp_path: Path) -> None:
    stage = stages["ship"]
    path = copy_of(stage.before, tmp_path / "repo")
    process = start(path, *stage.command)
    wait_for(path, "step.began")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 130, said
    assert "next: laneshift resume" in said
    resume_all(path)
    assert outcome(path) == stage.after


def test_two_at_once_are_one_that_works_and_one_that_tells_who(stages: dict[str, Stage], tmp_path: Path) -> None:
    stage = stages["run"]
    path = copy_of(stage.before, tmp_path / "repo")
    first = start(path, *stage.command)
    wait_for(path, "run.started")
    first.send_signal(signal.SIGSTOP)  # or it may have ended before the second one asks
    second: Done = laneshift(path, *stage.command, env=EPOCH)
    assert second.code == 1
    assert f"pid {first.pid} " in second.err
    assert "[lock.held]" in second.err
    asked = laneshift(path, "status", env=EPOCH)
    assert asked.code == 0
    assert "next: laneshift resume" in asked.out
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=240)
    assert first.returncode == stage.code
    assert outcome(path) == stage.after


def wait_for(path: Path, kind: str) -> None:
    """Until the journal has a record of this kind."""
    deadline = time.monotonic() + 240
    while not ((path / ".git/laneshift/journal.sqlite").exists() and records(path, kind)):
        assert time.monotonic() < deadline, f"no {kind} came"
        time.sleep(0.05)
