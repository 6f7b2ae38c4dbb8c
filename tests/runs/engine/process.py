"""A process of its own that works on a store: `python -m tests.runs.engine.process MODE FOLDER`.

What it says on standard output is one JSON document; standard error stays empty unless something is wrong.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

from laneshift.errors import LaneshiftError
from laneshift.runs.engine.port import Context, Json, Program, StepFailed
from laneshift.runs.engine.sqlite_engine import SqliteEngine
from tests.runs.engine.ledger import Ledger

CHILDREN = 12
STEPS = 4


def program(folder: Path) -> Program:
    """A parent with children whose steps note themselves. Those named `slow` last until the file `hurry` exists."""
    ledger = Ledger(folder / "ledger")

    def work(name: str) -> Json:
        ledger.note(f"{os.getpid()} {name}")
        time.sleep(0.004)
        return {"did": name}

    def slow(name: str) -> Json:
        ledger.note(f"{os.getpid()} {name}")
        while not (folder / "hurry").exists():
            time.sleep(0.02)
        return {"did": name}

    async def child(context: Context, argument: Json) -> Json:
        return [await context.step("heavy" if n % 2 else "work", f"{argument}.{n}") for n in range(STEPS)]

    async def parent(context: Context, argument: Json) -> Json:
        first = await context.step("work", "first")
        children = [await context.spawn("child", f"p/{n}", n) for n in range(CHILDREN)]
        results = await asyncio.gather(*[one.result() for one in children])
        return [first, *results, await context.step("work", "last")]

    async def stuck(context: Context, argument: Json) -> Json:
        return [await context.step("work", "quick"), await context.step("slow", "slow")]

    async def big(context: Context, argument: Json) -> Json:
        return [len(await context.step("blob", n)) for n in range(40)]

    async def bad(context: Context, argument: Json) -> Json:
        if argument == "child":
            return await context.step("crash", argument)
        await context.spawn("bad", "p/unwatched", "child")
        watched = await context.spawn("bad", "p/watched", "child")
        return await watched.result()

    def crash(_: Json) -> Json:
        raise ValueError("by design")

    steps = {"crash": crash, "work": work, "heavy": work, "slow": slow, "blob": lambda n: str(n) * 50_000}
    workflows = {"parent": parent, "child": child, "stuck": stuck, "big": big, "bad": bad}
    return Program(workflows, steps, heavy=frozenset({"heavy", "slow"}))


def main(mode: str, folder: Path) -> int:
    """Run the workflow that `mode` names. Exit codes as the command line's."""
    workflow, _, limited = mode.partition("-")
    try:
        with closing(SqliteEngine(folder / "runs.sqlite", program(folder), 3, "v1")) as engine:
            if limited:
                resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
            print(json.dumps(engine.run(workflow, "p", None)), flush=True)
    except LaneshiftError as error:
        print(json.dumps(error.as_dict()), flush=True)
        return error.exit_code
    except StepFailed as error:
        print(json.dumps(error.facts), flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def watch_the_network() -> None:
    """Say on standard error whatever this process looks up or connects to."""

    def heard(event: str, details: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind"):
            print(event, details, file=sys.stderr)

    sys.addaudithook(heard)


if __name__ == "__main__":
    watch_the_network()
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
