"""What a step of a flow costs that does nothing: 1,000 flows of ten, beside the same on bare DBOS."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.measure import Contestant, interleave
from bench.section import Section, at_most
from corpus.project import run

FLOWS = 1_000
_GOAL = 15.0
_NOTES = (
    "Figures are milliseconds of the processor for one step, all threads together, without what starting took.",
    "Ours: asked for, every step begun and ended in the journal, performed by `worker --flows`, on SQLite.",
    "Bare DBOS: a workflow of ten steps, each in a thread, on SQLite as DBOS opens it; no journal.",
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
        for name, word in (("laneshift", "laneshift"), ("bare DBOS", "dbos"))
    ]
    rows = interleave(contestants, rounds, warm_up=False)
    ours, bare = (row.seconds * 1000 for row in rows)
    table = [("", "a step"), ("laneshift", f"{ours:.2f} ms"), ("bare DBOS", f"{bare:.2f} ms")]
    goals = [at_most("overhead of a step", ours, _GOAL, "ms")]
    return Section("flows", f"{FLOWS:,} flows of ten steps that do nothing", [], goals, _NOTES, table=table)


def _seconds(printed: str) -> float:
    return float(printed) / 1000
