"""So many flows of ten steps that do nothing, at once, on SQLite: `flow_steps.py laneshift|engine|dbos FOLDER FLOWS`.

Ours is the real thing: asked for and recorded in the journal, performed by `serve_flows`. `dbos` is DBOS by itself with
a workflow of ten steps, `engine` the same workflow on the engine of our own. Prints the processor time and the
time on the clock of one step, in milliseconds, without what starting took.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbos import DBOS, SetWorkflowID

from laneshift.flows.model import Flow, Step
from laneshift.repo.objects import Repository
from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.sqlite_engine import SqliteEngine
from laneshift.runs.events import silent
from laneshift.runs.flowing.effects import Done, Outcome, Work
from laneshift.runs.flowing.records import start
from laneshift.runs.flowing.serving import serve_flows
from laneshift.wiring import workshop

STEPS = 10


class Nothing:
    """Effects that have none."""

    def perform(self, _work: Work) -> Outcome:
        """Be done."""
        return Done(None)

    def faults(self, _kind: str, _settings: Mapping[str, Any], _open: Callable[[Any], bool]) -> list[tuple[str, str]]:
        """Nothing is wrong with it."""
        return []


@dataclass
class Watch:
    """Seconds of the processor and on the clock since it was made."""

    cpu: float = field(default_factory=time.process_time)
    clock: float = field(default_factory=time.perf_counter)

    def read(self) -> tuple[float, float]:
        """Both."""
        return time.process_time() - self.cpu, time.perf_counter() - self.clock


def laneshift(folder: Path, flows: int) -> tuple[float, float]:
    """From the first that is asked for to the last that has ended."""
    shop = workshop(Repository.open(folder), silent)
    flow = Flow("ten", tuple(Step(f"step-{number}", "nothing") for number in range(STEPS)))
    # One goes first, so that what is loaded once is loaded.
    _served(shop, [start(shop, {flow.name: flow}, flow.name, {}, "bench").id])
    watch = Watch()
    _served(shop, [start(shop, {flow.name: flow}, flow.name, {}, "bench").id for _ in range(flows)])
    return watch.read()


def _served(shop: Any, runs: list[str]) -> None:
    serve_flows(shop, Nothing(), 2, threading.Event(), until=lambda found: all(found[run].over for run in runs))


def engine(folder: Path, flows: int) -> tuple[float, float]:
    """The same steps in workflows of our engine, without flows and without the journal."""

    async def ten(ctx: Context, argument: Json) -> Json:
        for number in range(STEPS):
            await ctx.step("nothing", [argument, number])
        return None

    async def many(ctx: Context, argument: Json) -> Json:
        children = [await ctx.spawn("ten", f"ten-{number}", number) for number in range(*argument)]
        await asyncio.gather(*(child.result() for child in children))
        return None

    program = Program({"ten": ten, "many": many}, {"nothing": lambda _given: None}, frozenset({"nothing"}))
    with closing(SqliteEngine(folder / "engine.sqlite", program, 2, "1")) as opened:
        opened.run("many", "one", [0, 1])
        watch = Watch()
        opened.run("many", "all", [1, flows + 1])
        return watch.read()


def dbos(folder: Path, flows: int) -> tuple[float, float]:
    """The same, by DBOS alone."""
    DBOS(config={"name": "bare", "system_database_url": f"sqlite:///{folder / 'bare.sqlite'}", "log_level": "CRITICAL"})

    @DBOS.step()
    async def nothing(number: int) -> None:
        await asyncio.to_thread(int, number)

    @DBOS.workflow()
    async def ten() -> None:
        for number in range(STEPS):
            await nothing(number)

    DBOS.launch()

    async def every(first: int, count: int) -> None:
        handles = []
        for number in range(first, first + count):
            with SetWorkflowID(f"bare-{number}"):
                handles.append(await DBOS.start_workflow_async(ten))
        for handle in handles:
            await handle.get_result()

    async def timed() -> tuple[float, float]:
        await every(0, 1)
        watch = Watch()
        await every(1, flows)
        return watch.read()

    taken = asyncio.run(timed())
    DBOS.destroy()
    return taken


def main() -> int:
    """Print milliseconds."""
    who, folder, flows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    taken = {"laneshift": laneshift, "engine": engine, "dbos": dbos}[who](folder, flows)
    sys.stdout.write(" ".join(str(seconds / flows / STEPS * 1000) for seconds in taken) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
