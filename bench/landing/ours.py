"""Laneshift as a contestant: `laneshift land` on items that are ready, or `run` and `land` from the plan on."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from bench.landing.cells import Sets
from bench.landing.counting import Pipe, counted
from bench.landing.place import copy
from bench.landing.timing import Result, Spent, moved, spend
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.wiring import workshop

COMMAND = (sys.executable, "-m", "laneshift")
_HELD = (0, 1)
"""Status 1 says that an item is held or set aside: that is a result."""


def land(template: Path, items: int, folder: Path, pipe: Pipe, *, from_plan: bool) -> Result:
    """Land the batch of a copy of `template` in `folder`, which is removed again."""
    copy(template, folder)
    pipe.taken()
    spent = Spent()
    for verb in ("run", "land") if from_plan else ("land",):
        taken, _ = spend((*COMMAND, verb, "batch"), folder, fine=_HELD)
        spent = spent.plus(taken)
    runs = counted(pipe.taken(), items)
    result = Result(moved(folder, "main", items), named(folder), spent, runs)
    shutil.rmtree(folder)
    return result


def named(repository: Path) -> Sets:
    """The sets of items that the journal names: culprits of held items, and each item that was set aside alone."""
    shop = workshop(Repository.open(repository), silent)
    sets = []
    for record in shop.journal.records(kind="item.settled"):
        facts = record.facts
        if facts["state"] == "quarantined":
            sets.append(frozenset({number(str(facts["item"]))}))
        elif facts["state"] == "held":
            told = json.loads(shop.store.get(str(facts["evidence"])))
            sets.append(frozenset(map(number, told["culprits"])))
    return frozenset(sets)


def number(item: str) -> int:
    """The number of an item, which its name ends with."""
    found = re.search(r"m(\d+)$", item)
    if found is None:
        raise ValueError(f"{item!r} is no item of the bench")
    return int(found[1])
