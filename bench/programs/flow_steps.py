"""So many flows of ten steps that do nothing, at once, on SQLite: `flow_steps.py laneshift|dbos FOLDER FLOWS`.

Ours is the real thing: asked for and recorded in the journal, performed by `serve_flows`. The other is DBOS by itself,
with a workflow of ten steps. Prints the processor time of one step, in milliseconds, without what starting took.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dbos import DBOS, SetWorkflowID

from laneshift.flows.model import Flow, Step
from laneshift.repo.objects import Repository
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


def laneshift(folder: Path, flows: int) -> float:
    """Seconds of the processor from the first that is asked for to the last that has ended."""
    shop = workshop(Repository.open(folder), silent)
    flow = Flow("ten", tuple(Step(f"step-{number}", "nothing") for number in range(STEPS)))
    # One goes first, so that what is loaded once is loaded.
    _served(shop, [start(shop, {flow.name: flow}, flow.name, {}, "bench").id])
    began = time.process_time()
    _served(shop, [start(shop, {flow.name: flow}, flow.name, {}, "bench").id for _ in range(flows)])
    return time.process_time() - began


def _served(shop: Any, runs: list[str]) -> None:
    serve_flows(shop, Nothing(), 2, threading.Event(), until=lambda found: all(found[run].over for run in runs))


def dbos(folder: Path, flows: int) -> float:
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

    async def timed() -> float:
        await every(0, 1)
        began = time.process_time()
        await every(1, flows)
        return time.process_time() - began

    taken = asyncio.run(timed())
    DBOS.destroy()
    return taken


def main() -> int:
    """Print milliseconds."""
    who, folder, flows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    taken = {"laneshift": laneshift, "dbos": dbos}[who](folder, flows)
    sys.stdout.write(f"{taken / flows / STEPS * 1000}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
