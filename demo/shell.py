"""The commands of the demo: shown as a person would type them, run without the person's own git settings, timed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

_TAIL = 12


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its status, what it printed (unless it was shown live), and how many seconds it took."""

    code: int
    out: str
    err: str
    seconds: float


class Shell:
    """Runs commands in one folder."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder = folder
        self._console = console

    def live(self, *words: str) -> Done:
        """Run a command whose output goes straight to the terminal, so that its progress is seen."""
        self._say(words)
        started = time.monotonic()
        code = subprocess.run(_real(words), cwd=self.folder, env=_environment(), check=False).returncode
        return self._ended(Done(code, "", "", time.monotonic() - started))

    def show(self, *words: str, tail: int = _TAIL) -> Done:
        """Run a command and print the last `tail` lines of what it said."""
        self._say(words)
        done = self.ask(*words)
        lines = [*done.err.splitlines(), *done.out.splitlines()]
        for line in lines[-tail:] if tail else []:
            self._console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        return self._ended(done)

    def ask(self, *words: str) -> Done:
        """Run a command that is no part of the story, to compare what it says."""
        started = time.monotonic()
        done = subprocess.run(
            _real(words), cwd=self.folder, env=_environment(), check=False, capture_output=True, text=True
        )
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def line(self, *words: str) -> str:
        """What a command that must end well says. Raises `subprocess.CalledProcessError` when it does not."""
        done = self.ask(*words)
        if done.code != 0:
            raise subprocess.CalledProcessError(done.code, list(words), done.out, done.err)
        return done.out.strip()

    def _say(self, words: tuple[str, ...]) -> None:
        self._console.print(f"$ {shlex.join(words)}", markup=False, highlight=False, soft_wrap=True, style="bold")

    def _ended(self, done: Done) -> Done:
        status = f", exit {done.code}" if done.code else ""
        self._console.print(f"  ({done.seconds:.1f} s{status})", markup=False, highlight=False, style="dim")
        return done


def _real(words: tuple[str, ...]) -> list[str]:
    """The program behind the first word: this interpreter's own `laneshift` and `python`."""
    first, *rest = words
    if first == "laneshift":
        return [sys.executable, "-m", "laneshift", *rest]
    if first == "python":
        return [sys.executable, *rest]
    return [shutil.which(first) or first, *rest]


def _environment(parent: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The person's environment, but for what would make git or pytest behave differently on another machine."""
    kept = {name: value for name, value in parent.items() if not name.startswith(("GIT_", "PYTEST_"))}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_PAGER": "cat"}
    return kept | own
