"""Whole processes, timed from outside: interleaved rounds, medians, and the peak memory of the largest process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from laneshift.errors import CheckFailed

_SHOWN = 2000
_TIMED = Path(__file__).parent.absolute() / "programs" / "timed.py"


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall-clock and processor seconds, peak memory in megabytes, and what it printed."""

    seconds: float
    cpu: float
    megabytes: float
    printed: str


@dataclass(frozen=True)
class Contestant:
    """One way to do the job: commands that run one after the other in `folder`; their times add up.

    `prepare` runs before each round and is not timed. `rounds` limits how often a slow one runs; 0 is no limit.
    `figure` takes the seconds from what was printed, for a program that times a part of itself.
    """

    name: str
    commands: Sequence[Sequence[str]]
    folder: Path
    prepare: Callable[[], None] = lambda: None
    rounds: int = 0
    figure: Callable[[str], float] | None = None
    surroundings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """The runs of one contestant."""

    name: str
    samples: tuple[Sample, ...]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def cpu(self) -> float:
        """The median of the processor seconds, which a busy machine changes less."""
        return statistics.median(sample.cpu for sample in self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The fastest and the slowest run, in seconds."""
        times = [sample.seconds for sample in self.samples]
        return min(times), max(times)

    @property
    def megabytes(self) -> float:
        """The largest peak of all runs."""
        return max(sample.megabytes for sample in self.samples)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        low, high = self.spread
        return {
            "name": self.name,
            "rounds": len(self.samples),
            "seconds": round(self.seconds, 4),
            "min": round(low, 4),
            "max": round(high, 4),
            "cpu": round(self.cpu, 4),
            "megabytes": round(self.megabytes, 1),
        }


def interleave(contestants: Sequence[Contestant], rounds: int, warm_up: bool = True) -> list[Summary]:
    """Run all contestants in turn, `rounds` times, so that a change of the machine's speed meets all of them.

    A warm-up round that is not counted goes first, for those that are not limited in their rounds. Raises
    `CheckFailed` (`bench.failed`) when a command fails: the time of a failure says nothing.
    """
    samples: dict[str, list[Sample]] = {each.name: [] for each in contestants}
    for number in range(-1 if warm_up else 0, rounds):
        for each in contestants:
            limited = each.rounds and each.rounds < rounds
            if limited and not 0 <= number < each.rounds:
                continue
            each.prepare()
            taken = run(each)
            tell(f"round {max(number + 1, 0)} of {rounds}, {each.name}: {taken.seconds:.2f} s")
            if number >= 0:
                samples[each.name].append(taken)
    return [Summary(name, tuple(taken)) for name, taken in samples.items()]


def tell(text: str) -> None:
    """Progress, a line on stderr: a benchmark that says nothing for minutes looks like one that hangs."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def run(contestant: Contestant) -> Sample:
    """One run of all its commands."""
    parts = [timed(command, contestant.folder, contestant.surroundings) for command in contestant.commands]
    printed = "".join(part.printed for part in parts)
    seconds = contestant.figure(printed) if contestant.figure else sum(part.seconds for part in parts)
    return Sample(seconds, sum(part.cpu for part in parts), max(part.megabytes for part in parts), printed)


def timed(command: Sequence[str], folder: Path, surroundings: Mapping[str, str] | None = None) -> Sample:
    """Run one process and let the operating system account for it and for what it waited for."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as took:
        started = subprocess.run(
            [sys.executable, "-I", "-S", str(_TIMED), str(took.fileno()), *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=[took.fileno()],
            # Compiled modules are kept, as they are for everybody who runs a program twice.
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "", **(surroundings or {})},
            check=False,
        )
        for each in (out, err, took):
            each.seek(0)
        printed, status = out.read().decode("utf-8", "replace"), started.returncode
        if status == 0:
            ended, seconds, cpu, megabytes = json.load(took)
            status = os.waitstatus_to_exitcode(ended)
        if status != 0:
            raise CheckFailed(
                "bench.failed",
                f"status {status} from {' '.join(command)[:200]}",
                why=(printed + err.read().decode("utf-8", "replace"))[-_SHOWN:],
            )
    return Sample(seconds, cpu, megabytes, printed)
