"""The real command line in a process with a fate: `python -m tests.chaos.doomed [--die MOMENT N] ... -- COMMAND...`.

`--die before|after N` kills it with SIGKILL at its N-th journal record. `--jump N SECONDS` moves the clock that Python
shows it after N records. `--file-bytes N` lets no file grow beyond N bytes, where no small disk can be mounted.
The variable LANESHIFT_CHAOS_PLANT names a fault of `planted` to commit, so that the judge can be seen to find it.
"""

from __future__ import annotations

import argparse
import atexit
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from laneshift.cli.app import main as laneshift
from laneshift.evidence.journal import Journal
from tests.chaos import planted

Append = Callable[..., Any]


def dying(append: Append, moment: str, number: int) -> Append:
    """`append`, once at most from the record with this number on."""
    count = itertools.count(1)

    def deadly(*arguments: Any, **options: Any) -> Any:
        now = next(count) == number
        if now and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        record = append(*arguments, **options)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return record

    return deadly


def jumping(append: Append, number: int, seconds: int) -> Append:
    """`append`, after whose call with this number the time of day is another one."""
    count = itertools.count(1)
    real, real_ns = time.time, time.time_ns

    def appended(*arguments: Any, **options: Any) -> Any:
        record = append(*arguments, **options)
        if next(count) == number:
            time.time = lambda: real() + seconds
            time.time_ns = lambda: real_ns() + seconds * 1_000_000_000
        return record

    return appended


def main() -> None:
    """Work, and end as it was fated."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.doomed", description=__doc__)
    parser.add_argument("--die", nargs=2, metavar=("MOMENT", "N"))
    parser.add_argument("--jump", nargs=2, type=int, metavar=("N", "SECONDS"))
    parser.add_argument("--file-bytes", type=int)
    parser.add_argument("command", nargs="+")
    fate = parser.parse_args()
    if fate.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fate.file_bytes, fate.file_bytes))
    if fate.jump is not None:
        Journal.append = jumping(Journal.append, *fate.jump)  # type: ignore[method-assign]
    if fate.die is not None:
        Journal.append = dying(Journal.append, fate.die[0], int(fate.die[1]))  # type: ignore[method-assign]
    sys.argv = ["laneshift", *fate.command]
    plant = os.environ.get("LANESHIFT_CHAOS_PLANT", "")
    if plant == "no-intent":
        Journal.append = planted.forgetful(Journal.append)  # type: ignore[method-assign]
    if plant in planted.FAULTS:
        # The command line leaves the process without a return, but not without this.
        atexit.register(planted.FAULTS[plant], Path.cwd())
    laneshift()


if __name__ == "__main__":
    main()
