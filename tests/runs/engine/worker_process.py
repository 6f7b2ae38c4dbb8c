"""One worker process: `python -m tests.runs.engine.worker_process MODE FOLDER`; the engine is in its environment.

`worker` works until the file `stop` exists; `parent` and `guarded` run that workflow and print its result as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from laneshift.errors import LaneshiftError
from laneshift.runs.engine import fence
from laneshift.runs.engine.choose import choose
from laneshift.runs.engine.port import Context, Engine, Json, Program, StepFailed
from laneshift.runs.engine.postgres_engine import PostgresEngine
from laneshift.runs.engine.temporal_engine import TemporalEngine
from laneshift.runs.engine.temporal_server import Server
from tests.runs.engine.ledger import Ledger

CHILDREN = 10
STEPS = 4


def program(folder: Path) -> Program:
    """Steps note their begin in `began`; the effect is a line in `wrote`, and the fence is checked right before it."""
    began, wrote = Ledger(folder / "began"), Ledger(folder / "wrote")
    fenced = "LANESHIFT_TEST_NO_FENCE" not in os.environ

    def write(name: str) -> Json:
        if fenced:
            fence.check()
        wrote.note(f"{os.getpid()} {name}")
        return {"did": name, "fenced": fence.token() > 0}

    def work(name: str) -> Json:
        began.note(f"{os.getpid()} {name}")
        while (folder / "hold").exists():
            time.sleep(0.02)
        time.sleep(0.15)
        return write(name)

    def patient(name: str) -> Json:
        began.note(f"{os.getpid()} {name}")
        while not (folder / "hurry").exists():
            time.sleep(0.02)
        return write(name)

    async def child(context: Context, argument: Json) -> Json:
        return [await context.step("work", f"{argument}.{n}") for n in range(STEPS)]

    async def parent(context: Context, argument: Json) -> Json:
        children = [await context.spawn("child", f"p/{n}", n) for n in range(CHILDREN)]
        return await asyncio.gather(*[one.result() for one in children])

    async def guarded(context: Context, argument: Json) -> Json:
        return await context.step("patient", "effect")

    heavy = frozenset({"work"})
    return Program({"parent": parent, "child": child, "guarded": guarded}, {"work": work, "patient": patient}, heavy)


def engine(folder: Path, version: str) -> Engine:
    """The engine that the environment names, with two slots for heavy steps."""
    choice = choose(os.environ)
    if choice.kind == "postgres":
        return PostgresEngine(choice.database, program(folder), 2, version, "tests", choice.lease)
    server = Server(choice.address, choice.namespace)
    return TemporalEngine(server, program(folder), 2, version, "tests", choice.lease)


def main(mode: str, folder: Path) -> int:
    """Exit codes as the command line's."""
    stop, version = threading.Event(), os.environ.get("LANESHIFT_TEST_VERSION", "v1")
    try:
        with closing(engine(folder, version)) as opened:
            if mode == "worker":
                threading.Thread(target=_stopping, args=(folder / "stop", stop), daemon=True).start()
                Ledger(folder / "up").note(str(os.getpid()))
                opened.work(stop)
            else:
                print(json.dumps(opened.run(mode, "p", None)), flush=True)
    except LaneshiftError as error:
        print(json.dumps(error.as_dict()), flush=True)
        return error.exit_code
    except StepFailed as error:
        print(json.dumps(error.facts), flush=True)
        return 1
    return 0


def _stopping(file: Path, stop: threading.Event) -> None:
    while not file.exists():
        time.sleep(0.05)
    stop.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
