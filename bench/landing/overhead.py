"""What the engine itself costs: `python -m bench.landing.overhead REPOSITORY ITEMS [true]`, a batch in this process.

The suite is one test, or with `true` that command, which tests nothing at all and is quick. So what this process spends
is the engine, the journal and the durable store, and what its children spend is interpreters that start. Prints one
line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench.landing.place import new_repository
from bench.landing.toy import CONFIG, module
from laneshift.repo.objects import Repository
from laneshift.runs import working
from laneshift.runs.events import Event
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import workshop

_QUARTERS = (4, 2, 1)
"""Memory and time are noted when a quarter of the items, half of them and all of them have settled."""


def files(items: int, config: str) -> Mapping[str, str]:
    """A repository of modules without tests of their own, and one test that is always green."""
    found = {f"labs/{module(number)}.py": f"NUMBER = {number}\n" for number in range(items)}
    return {
        "laneshift.toml": config,
        "labs/__init__.py": "",
        "core/__init__.py": "",
        "tests/suite/test_smoke.py": "def test_smoke():\n    assert 1 + 1 == 2\n",
        **found,
    }


class Watch:
    """Takes this process's memory as items settle, and its processor time between two moments."""

    def __init__(self, items: int) -> None:
        self.settled = 0
        self.peaks: dict[str, float] = {}
        self._own: list[tuple[int, float]] = []
        self._marks = {items // part for part in _QUARTERS}
        self._before = self._spent()

    def hear(self, event: Event) -> None:
        """An event of the run."""
        if event.kind == "settled":
            self.settled += 1
            if self.settled in self._marks:
                self.peaks[str(self.settled)] = peak()
                self._own.append((self.settled, self._spent()[0]))

    def marginal(self) -> float:
        """Milliseconds of this process's time an item of a run, without what is loaded and read once: the last half."""
        (half, then), (last, now) = self._own[-2:]
        return round(1000 * (now - then) / (last - half), 1)

    def lap(self, items: int) -> dict[str, float]:
        """Milliseconds of processor time an item since the last lap, of this process and of its children."""
        before, self._before = self._before, self._spent()
        own, children = (round(1000 * (now - then) / items, 1) for then, now in zip(before, self._before, strict=True))
        return {"own_ms": own, "children_ms": children}

    @staticmethod
    def _spent() -> tuple[float, float]:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        own, children = (used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))
        return own, children


def peak() -> float:
    """The most mebibytes of this process that were in memory at once."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main(folder: str, count: str, command: str = "") -> None:
    """Make the repository, then plan, run and land all items."""
    place, items = Path(folder), int(count)
    suite = f"[tests]\ncommand = {json.dumps([command])}\n" if command else "[tests]\n"
    new_repository(place, files(items, CONFIG.replace("[tests]\n", suite)))
    batch = "".join(f"labs.{module(n)}\tlabs/{module(n)}.py\tcore/{module(n)}.py\n" for n in range(items))
    watch, began = Watch(items), time.perf_counter()
    shop = workshop(Repository.open(place), watch.hear)
    plan = make_plan(shop, Order("batch.tsv", batch.encode())).plan
    planned = watch.lap(items)
    working.run(shop, plan, 0)
    ran = watch.lap(items)
    outcome = working.land(shop, plan)
    landed = watch.lap(items)
    told = {
        "items": items,
        "landed": len(outcome["items"]),
        "seconds": round(time.perf_counter() - began, 1),
        "plan": planned,
        "run": ran,
        "run_last_half_ms": watch.marginal(),
        "land": landed,
        "peaks_mib": watch.peaks,
        "peak_mib": peak(),
        "checkouts": len(list((place / ".git/laneshift/pool").glob("*/"))),
        "workers": os.cpu_count() or 1,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
