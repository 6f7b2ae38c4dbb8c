"""What shards are worth: `python -m bench.landing.shards FOLDER SECONDS`, a landing in one session and in several.

The suite is pauses of SECONDS in all, in as many files as a small project has, so a busy machine changes little. The
wall is that of `land` alone: the start of the engine, one run of the whole suite, and the way of a ref. Prints one line
of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.landing.place import new_repository
from bench.landing.toy import CONFIG, module
from laneshift.repo.objects import Repository
from laneshift.runs import working
from laneshift.runs.events import silent
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import workshop

_ITEMS = 2
_FILES = 24


def files(seconds: float, shards: int) -> Mapping[str, str]:
    """A repository whose suite takes `seconds`, in `shards` sessions; none of its tests is an item's own."""
    pause = f"import time\n\n\ndef test_pause():\n    time.sleep({seconds / _FILES})\n"
    return {
        "laneshift.toml": CONFIG.replace("[tests]\n", f"[tests]\nshards = {shards}\n"),
        "labs/__init__.py": "",
        "core/__init__.py": "",
        "tests/suite/test_smoke.py": "def test_smoke():\n    assert 1 + 1 == 2\n",
        **{f"labs/{module(number)}.py": f"NUMBER = {number}\n" for number in range(_ITEMS)},
        **{f"tests/suite/test_pause_{number:02}.py": pause for number in range(_FILES)},
    }


def landed(place: Path, seconds: float, shards: int) -> dict[str, Any]:
    """The wall of landing everything, and what the journal says of the sessions that shared the suite."""
    new_repository(place, files(seconds, shards))
    batch = "".join(f"labs.{module(n)}\tlabs/{module(n)}.py\tcore/{module(n)}.py\n" for n in range(_ITEMS))
    shop = workshop(Repository.open(place), silent)
    plan = make_plan(shop, Order("batch.tsv", batch.encode())).plan
    working.run(shop, plan, 0)
    began = time.perf_counter()
    outcome = working.land(shop, plan)
    wall = round(time.perf_counter() - began, 1)
    (suite,) = shop.journal.records(kind="suite.ran")
    sessions = [shard["tests"] for shard in suite.facts["shards"]]
    return {"wall": wall, "landed": len(outcome["items"]), "passed": suite.facts["passed"], "sessions": sessions}


def main(folder: str, seconds: str) -> None:
    """Land it in one session, and in one for each worker."""
    workers = os.cpu_count() or 1
    told = {
        "seconds": float(seconds),
        "workers": workers,
        "one": landed(Path(folder, "one"), float(seconds), 1),
        "several": landed(Path(folder, "several"), float(seconds), 0),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
