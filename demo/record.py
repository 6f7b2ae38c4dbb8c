"""What a landing remembers of its test run: the outcome of every test, in the evidence that `verify` checks."""

from __future__ import annotations

import json
from pathlib import Path

from laneshift.evidence.records import Record
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.runs.workshop import Workshop
from laneshift.wiring import workshop


def passed_in_landing(folder: Path, tree: str) -> frozenset[str]:
    """The ids that passed when the suite ran on `tree`. Raises `ValueError` when no run on that tree is recorded."""
    shop = workshop(Repository.open(folder), silent)
    runs = [record for record in shop.journal.records(kind="suite.ran") if record.facts["tree"] == tree]
    if not runs:
        raise ValueError(f"no run of the suite on tree {tree} is recorded")
    return _passed(shop, runs[-1])


def _passed(shop: Workshop, run: Record) -> frozenset[str]:
    outcomes: dict[str, str] = json.loads(shop.store.get(run.facts["outcomes"]))
    return frozenset(name for name, outcome in outcomes.items() if outcome == "passed") | frozenset(run.facts["flaky"])
