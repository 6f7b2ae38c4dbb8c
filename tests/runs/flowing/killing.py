"""Flows killed with -9 around every record of theirs, gone on with, and compared with the same flow left alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laneshift.evidence.records import Record
from laneshift.runs.flowing import keys
from tests.toy import Done, environment, shop_at

KEY = "killing"
"""What every run of the harness is asked for by, so that copies of a repository have it under one id."""


@dataclass
class Forks:
    """The process that has laneshift loaded; `run` is one command in a child of it."""

    process: subprocess.Popen[str]

    def run(self, folder: Path, *arguments: str, kill: Mapping[str, str] | None = None) -> Done:
        """One command line in `folder`, killed as `forking` says."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"arguments": arguments, "folder": str(folder), "environment": {}, "kill": kill}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return Done(**answer)


@contextmanager
def forks(changes: Mapping[str, str] | None = None) -> Iterator[Forks]:
    """Start the process, and end it."""
    root = Path(__file__).resolve().parents[3]
    env = environment(changes)
    env["PYTHONPATH"] = f"{root}:{env['PYTHONPATH']}"
    words = [sys.executable, "-m", "tests.runs.flowing.forking"]
    with subprocess.Popen(
        words, env=env, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Forks(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


@dataclass(frozen=True)
class Point:
    """Where to kill: around the append of one record."""

    key: str
    when: str


@dataclass(frozen=True)
class Scene:
    """A flow in a repository. `repository` makes a fresh one at a path; `effects` tells what it did to the world.

    `signals` are given before anything is performed: (name, value as JSON).
    """

    forks: Forks
    repository: Callable[[Path], object]
    flow: str
    effects: Callable[[Path], Any]
    inputs: Sequence[str] = ()
    signals: Sequence[tuple[str, str]] = ()
    code: int = 0
    kinds: frozenset[str] = field(default=frozenset({keys.STEP_BEGAN, keys.STEP_ENDED}))

    def alone(self, folder: Path) -> tuple[list[Point], Any]:
        """Run it to its end without a kill: where it can be killed, and how it ended."""
        self._asked(folder)
        done = self._perform(folder, None)
        assert done.code == self.code, (done.out, done.err)
        records = [each for each in self._records(folder) if each.kind in self.kinds]
        return [Point(each.key, when) for each in records for when in ("before", "after")], self._end(folder)

    def killed(self, folder: Path, points: Sequence[Point]) -> tuple[int, Any]:
        """Run it, killed at each point in turn, each time by a process that goes on from the last one.

        How many of the points were come to, and how it ended. What goes side by side may be past a point already.
        """
        self._asked(folder)
        hit = 0
        for point in points:
            if point.key in {each.key for each in self._records(folder)}:
                continue
            done = self._perform(folder, point)
            assert done.code == -9, (point, done.out, done.err)
            hit += 1
        done = self._perform(folder, None)
        assert done.code == self.code, (done.out, done.err)
        return hit, self._end(folder)

    def _asked(self, folder: Path) -> None:
        self.repository(folder)
        inputs = [word for each in self.inputs for word in ("--input", each)]
        asked = self.forks.run(folder, "flow", "run", self.flow, "--key", KEY, *inputs, "--json")
        assert asked.code == 0, (asked.out, asked.err)
        for number, (name, value) in enumerate(self.signals):
            words = ("flow", "signal", self._run, name, "--value", value, "--id", f"s{number}")
            assert self.forks.run(folder, *words).code == 0

    @property
    def _run(self) -> str:
        return keys.new_run(self.flow, KEY)

    def _perform(self, folder: Path, point: Point | None) -> Done:
        kill = {"key": point.key, "when": point.when} if point is not None else None
        return self.forks.run(folder, "flow", "status", self._run, "--wait", "--json", kill=kill)

    def _records(self, folder: Path) -> list[Record]:
        shop = shop_at(folder)
        try:
            return shop.journal.records(prefix=keys.PREFIX)
        finally:
            shop.journal.close()

    def _end(self, folder: Path) -> Any:
        """The end of every run and step, and every effect: what must not depend on kills."""
        shop = shop_at(folder)
        try:
            assert not shop.journal.check()
            records = shop.journal.records(prefix=keys.PREFIX)
        finally:
            shop.journal.close()
        names = ("run", "state", "code", "step", "index", "purpose", "value")
        ends = [
            {name: _timeless(each.facts.get(name)) for name in names}
            for each in records
            if each.kind in (keys.ENDED, keys.STEP_ENDED) and each.facts["state"] not in ("paused", "waiting")
        ]
        return {"ends": sorted(ends, key=lambda end: json.dumps(end, sort_keys=True)), "effects": self.effects(folder)}


def _timeless(value: Any) -> Any:
    """Without the headers of answers, which tell the time."""
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name != "headers"}
    return [_timeless(each) for each in value] if isinstance(value, list) else value
