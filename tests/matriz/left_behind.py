"""Counts the threads of nodes and the open handles of its own process, before, while and after some nodes work.

Run as a program: `python -m tests.matriz.left_behind` prints both counts at the three moments as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path

from laneshift.matriz.node import Context

from .fakes import FakeNode, Said, Words, after, answers, raises, step
from .orchestrated import orchestrated, run


def counts() -> dict[str, int]:
    """How many threads of nodes there are, and open handles."""
    threads = sum(thread.name.startswith("matriz") for thread in threading.enumerate())
    return {"threads": threads, "handles": len(list(Path("/proc/self/fd").iterdir()))}


async def begins_more(given: Words, context: Context) -> Said:
    """Leaves a task behind that never ends."""
    task = asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)
    assert not task.done()
    return await answers(given, context)


def main() -> None:
    """Work, and tell."""
    before = counts()
    nodes = (FakeNode("more", begins_more), FakeNode("bad", raises), FakeNode("last"))
    with orchestrated(*nodes) as (orchestrator, _, _):
        for _ in range(5):
            assert run(orchestrator, "last", step("more"), step("bad"), step("last", takes=after("more"))).answer
        meanwhile = counts()
    sys.stdout.write(json.dumps({"before": before, "while": meanwhile, "after": counts()}))


if __name__ == "__main__":
    main()
