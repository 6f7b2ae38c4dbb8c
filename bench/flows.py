"""What a step of a flow costs that does nothing: 1,000 flows of ten, beside the same on bare DBOS."""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from bench.measure import Contestant, Summary, interleave
from bench.section import Section, at_most
from corpus.project import run

FLOWS = 1_000
_GOAL = 15.0
_CONTESTANTS = (("laneshift", "laneshift"), ("the engine of our own, no flows", "engine"), ("bare DBOS", "dbos"))
_NOTES = (
    "Milliseconds for one step, of the processor with all threads together, without what starting took; medians.",
    "Ours: asked for, every step begun and ended in the journal, performed by `worker --flows`, on SQLite.",
    "The engine: a workflow of ten steps by our port, on SQLite; no journal, no definition.",
    "Bare DBOS: a workflow of ten steps, each in a thread, on SQLite as DBOS opens it by itself.",
    "A step of a flow is remembered by the journal alone, in two appends; the others keep a store of their own.",
)


def flows(cache: Path, rounds: int) -> Section:
    """1,000 flows of ten steps at once, and the same by DBOS alone."""
    folder = cache / "bench" / "flows"

    def fresh() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run(folder, "init", "--quiet", "--initial-branch=main")
        run(folder, "config", "user.email", "bench@example.org")
        run(folder, "config", "user.name", "Bench")
        run(folder, "commit", "--quiet", "--allow-empty", "--message", "base")

    program = (sys.executable, "-m", "bench.programs.flow_steps")
    contestants = [
        Contestant(name, [(*program, word, str(folder), str(FLOWS))], Path.cwd(), fresh, figure=_seconds)
        for name, word in _CONTESTANTS
    ]
    rows = interleave(contestants, rounds, warm_up=False)
    table = [("", "processor, a step", "clock, a step"), *(_cells(row) for row in rows)]
    goals = [at_most("overhead of a step, by the processor", rows[0].seconds * 1000, _GOAL, "ms")]
    goals.append(at_most("overhead of a step, on the clock", _clock(rows[0]), _GOAL, "ms"))
    return Section("flows", f"{FLOWS:,} flows of ten steps that do nothing", [], goals, _NOTES, table=table)


def _cells(row: Summary) -> tuple[str, str, str]:
    return row.name, f"{row.seconds * 1000:.2f} ms", f"{_clock(row):.2f} ms"


def _clock(row: Summary) -> float:
    """Milliseconds."""
    return statistics.median(float(sample.printed.split()[1]) for sample in row.samples)


def _seconds(printed: str) -> float:
    return float(printed.split(maxsplit=1)[0]) / 1000
