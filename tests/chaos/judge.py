"""What was lost, doubled or wrongly landed: history and journal of a round beside those of the undisturbed command.

Nothing of laneshift is asked here: git tells the history, SQLite the records.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.repo.builders import git_cli

_FORMAT = (
    "%H %T %(trailers:key=Laneshift-Item,valueonly,separator=%x2C)"
    "|%(trailers:key=Laneshift-Taken-Back,valueonly,separator=%x2C)"
)
_INTENTS = ("land.intended", "rollback.intended")
_LANDINGS = ("land.recorded", "rollback.recorded")


@dataclass(frozen=True)
class Facts:
    """A repository as it stands: commits of main that land an item and that take one back, its tree, the records.

    `states` is what the records say became of each item; `kept` are the items that have a branch.
    """

    landed: Counter[str]
    taken_back: Counter[str]
    trees: frozenset[str]
    tree: str
    states: dict[str, str]
    kept: frozenset[str]
    records: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Verdict:
    """One line for each item that was lost, doubled, or wrongly landed."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    wrong: tuple[str, ...]


def facts_of(path: Path) -> Facts:
    """Read the repository at `path`, whose branch is main."""
    landed, taken_back, trees = Counter[str](), Counter[str](), set[str]()
    for line in git_cli(path, "log", "--first-parent", f"--format={_FORMAT}", "main").splitlines():
        commit, _, gone = line.partition("|")
        _, tree, item = commit.split(" ", 2)
        trees.add(tree)
        landed.update([item] if item else [])
        taken_back.update(part for part in gone.split(",") if part)
    found = tuple(_records(path))
    branches = git_cli(path, "for-each-ref", "--format=%(refname)", "refs/heads/laneshift/").splitlines()
    kept = frozenset(name.rpartition("/")[2] for name in branches)
    tree = git_cli(path, "rev-parse", "main^{tree}")
    return Facts(landed, taken_back, frozenset(trees), tree, _states(found), kept, found)


def judge(found: Facts, wanted: Facts) -> Verdict:
    """Compare what is with what an undisturbed command leaves."""
    return Verdict(tuple(_lost(found, wanted)), tuple(_doubled(found, wanted)), tuple(_wrong(found, wanted)))


def _lost(found: Facts, wanted: Facts) -> Iterator[str]:
    for item, state in wanted.states.items():
        if found.landed[item] < wanted.landed[item]:
            yield f"{item} is not in the history of main"
        elif found.states.get(item) != state:
            yield f"{item} is {found.states.get(item, 'nowhere')} and not {state}"
        elif item in wanted.kept and item not in found.kept:
            yield f"the branch of {item} is gone"
        elif found.taken_back[item] < wanted.taken_back[item]:
            yield f"{item} was not taken back"
    recorded, known = _recorded(found), _recorded(wanted)
    for kind, item in known:
        if recorded[kind, item] < known[kind, item]:
            yield f"{item} has no {kind} in the journal"


def _doubled(found: Facts, wanted: Facts) -> Iterator[str]:
    for what, now, before in (
        ("landed", found.landed, wanted.landed),
        ("taken back", found.taken_back, wanted.taken_back),
    ):
        for item, number in now.items():
            if number > max(before[item], 1):
                yield f"{item} was {what} {number} times"
    known = _recorded(wanted)
    for (kind, item), number in _recorded(found).items():
        if number > max(known[kind, item], 1):
            yield f"{item} has {number} records {kind}"


def _wrong(found: Facts, wanted: Facts) -> Iterator[str]:
    for item in found.landed:
        if not wanted.landed[item]:
            yield f"{item} landed, and should not"
    for item in found.taken_back:
        if not wanted.taken_back[item]:
            yield f"{item} was taken back, and should not"
    if found.tree != wanted.tree:
        yield f"main has tree {found.tree}, not {wanted.tree}"
    yield from _unfounded(found)


def _unfounded(found: Facts) -> Iterator[str]:
    """Landings on record without an intent before them, without a green suite of their tree, or without a commit."""
    intended, green = set[str](), set[str]()
    for kind, facts in found.records:
        if kind == "suite.ran" and not facts["blamed"]:
            green.add(facts["tree"])
        elif kind in _INTENTS:
            intended.add(facts["new"])
        elif kind in _LANDINGS:
            items = ", ".join(facts["items"])
            if facts["tip"] not in intended:
                yield f"{items}: {kind} without an intent on record"
            if kind == "land.recorded":
                yield from (f"{items}: {why}" for why in _groundless(facts["tree"], green, found))


def _groundless(tree: str, green: set[str], found: Facts) -> Iterator[str]:
    if tree not in green:
        yield "landed as a tree that no green suite was run on"
    if tree not in found.trees:
        yield "landed according to the journal, not to the history of main"


def _recorded(facts: Facts) -> Counter[tuple[str, str]]:
    return Counter((kind, item) for kind, told in facts.records if kind in _LANDINGS for item in told["items"])


def _states(found: tuple[tuple[str, dict[str, Any]], ...]) -> dict[str, str]:
    states: dict[str, str] = {}
    for kind, facts in found:
        if kind == "item.claimed":
            states[facts["item"]] = "running"
        elif kind == "item.settled":
            states[facts["item"]] = facts["state"]
        elif kind == "land.recorded":
            states |= dict.fromkeys(facts["items"], "landed")
        elif kind == "rollback.recorded":
            states |= dict.fromkeys(facts["items"], "ready-to-land")
    return states


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    journal = path / ".git/laneshift/journal.sqlite"
    if journal.exists():
        with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as connection:
            for kind, facts in connection.execute("SELECT kind, facts FROM records ORDER BY seq"):
                yield kind, json.loads(facts)
