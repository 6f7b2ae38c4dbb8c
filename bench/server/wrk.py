"""The same clients as `load`, by wrk: so many connections for some seconds, each with the next request once answered.

wrk is written in C and leaves more of the same two cores to the server: <https://github.com/wg/wrk>.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from bench.server.load import BODY, Heard, Load
from laneshift.errors import CheckFailed

SECONDS = 4
_SCRIPT = Path(__file__).with_suffix(".lua")
_PATIENCE = 60.0


def found() -> str | None:
    """Where wrk is, when it is installed."""
    return shutil.which("wrk")


def pressed(load: Load) -> Heard:
    """As `load.put`, for `SECONDS` instead of a number of requests.

    Raises `CheckFailed` (`bench.failed`) when an answer is none of success, a connection broke, or none came at all.
    """
    argv = ["wrk", "--threads=1", f"--connections={load.connections}", f"--duration={SECONDS}s"]
    argv += [f"--script={_SCRIPT}", f"http://127.0.0.1:{load.port}", "--"]
    argv += [load.method, load.path, load.key, load.mark, BODY.decode("ascii")]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=SECONDS + _PATIENCE)
    told = json.loads(done.stdout.splitlines()[-1])
    if told["refused"] or told["broken"]:
        raise CheckFailed("bench.failed", "the server refused what it was to answer", why=str(told))
    if not told["requests"]:
        raise CheckFailed("bench.failed", f"the server answered nothing within {SECONDS} s", why=str(told))
    milliseconds = told["median"] / 1000, told["p95"] / 1000
    return Heard(told["microseconds"] / 1e6, *milliseconds, {"200": told["requests"]})
