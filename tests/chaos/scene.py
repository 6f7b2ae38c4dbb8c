"""The repository of one round and the processes that work in it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.stages import EPOCH, Stage
from tests.toy import environment

_ROOT = Path(__file__).resolve().parents[2]
_POLL = 0.01
PATIENCE = 240.0
"""Seconds after which a process that goes on is a failure of the round. Far above what any takes."""


@dataclass(frozen=True)
class Ended:
    """How a process ended. `error` is the code of the error that it told, if it told one."""

    words: str
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its JSON document; an empty one when it printed none."""
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    @property
    def errors(self) -> list[str]:
        """Codes of the errors that it told in JSON, that of a landing that stopped among them."""
        data = self.data
        told = [data["error"]] if "error" in data else [*data.get("errors", [])]
        told += [stopped] if (stopped := data.get("landing", {}).get("error")) else []
        return [str(error["code"]) for error in told]

    @property
    def crashed(self) -> bool:
        """Whether it ended as only a bug ends."""
        return self.code not in (0, 1, 2, 4, 130) and self.code >= 0


@dataclass
class Scene:
    """A copy of a stage's repository. `env` is what every process gets; `fate` is what the next one started gets."""

    path: Path
    stage: Stage
    env: dict[str, str] = field(default_factory=dict)
    fate: list[str] = field(default_factory=list)
    wrapped: list[str] = field(default_factory=list)
    main: subprocess.Popen[str] | None = None
    others: list[tuple[str, subprocess.Popen[str]]] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    before: int = -1
    """How many records the journal had before the command."""

    def begin(self) -> None:
        """Start the command of the stage."""
        self.before = self.records()
        self.main = self.start(*self.stage.command, "--json")
        self.fate.clear()

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command of laneshift in a session of its own."""
        program = ["-m", "laneshift"]
        if self.fate or "LANESHIFT_CHAOS_PLANT" in self.env:
            program = ["-m", "tests.chaos.doomed", *self.fate, "--"]
        whole = environment({**EPOCH, **self.env, **(env or {})})
        whole["PYTHONPATH"] += os.pathsep + str(_ROOT)
        return subprocess.Popen(
            [*self.wrapped, sys.executable, *program, *words, "-v"],
            cwd=self.path,
            env=whole,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def beside(self, *words: str) -> subprocess.Popen[str]:
        """Start another process, whose end is waited for at the end of the scene."""
        process = self.start(*words)
        self.others.append((" ".join(words), process))
        return process

    def ask(self, *words: str, env: Mapping[str, str] | None = None) -> Ended:
        """Run a command to its end."""
        return self.finish(" ".join(words), self.start(*words, env=env))

    def finish(self, words: str, process: subprocess.Popen[str], patience: float = PATIENCE) -> Ended:
        """Wait for a process. One that is still there after `patience` is killed, and said to hang."""
        try:
            out, err = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            signal_all(process, signal.SIGKILL)
            out, err = process.communicate()
            err += f"\nit did not end within {patience:.0f} s"
            self.ended.append(Ended(words, 3, out, err))
            return self.ended[-1]
        self.ended.append(Ended(words, process.returncode, out, err))
        return self.ended[-1]

    def end(self) -> None:
        """Kill whatever is still at work here."""
        started = [process for _, process in self.others] + ([self.main] if self.main is not None else [])
        for process in started:
            if process.poll() is None:
                signal_all(process, signal.SIGKILL)
                process.communicate()

    def wait_for(self, share: float) -> bool:
        """Until that share of the stage's records is written; whether the command is still at work then."""
        wanted = self.before + int(share * self.stage.records)
        while self.at_work:
            if self.records() >= wanted:
                return self.at_work
            time.sleep(_POLL)
        return False

    @property
    def at_work(self) -> bool:
        """Whether the command of the stage has not ended."""
        return self.main is not None and self.main.poll() is None

    def records(self) -> int:
        """How many records the journal has; what it last had, when it cannot be read now."""
        journal = self.path / ".git/laneshift/journal.sqlite"
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])
        return max(self.before, 0)


def tell(process: subprocess.Popen[str], how: signal.Signals) -> None:
    """Send a signal to the command alone: `unshare`, where it is wrapped in one, keeps what it gets to itself."""
    words = process.args
    assert isinstance(words, list)
    if words[0] != "unshare":
        process.send_signal(how)
        return
    with suppress(OSError):  # it has ended
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), how)


def signal_all(process: subprocess.Popen[str], how: signal.Signals) -> None:
    """Send a signal to a process and to what it has started in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)
