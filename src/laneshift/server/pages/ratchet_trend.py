"""How long the list of known lane violations has been, by the history of its branch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.lanes.ratchet import listed
from laneshift.repo.commits import read_commit
from laneshift.repo.objects import Repository, Tree

_COMMITS = 400


@dataclass(frozen=True, slots=True)
class Length:
    """How many violations were known from a day on."""

    day: str
    known: int


def lengths(repository: Repository, tip: str, path: str) -> list[Length]:
    """The lengths of the list at `path`, oldest first, each with the last day that it was in force.

    Follows first parents, some hundreds of commits back. A version that cannot be read is left out.
    """
    found: list[Length] = []
    commit, known = read_commit(repository, tip), ""
    for _ in range(_COMMITS):
        tree = repository.tree(commit.oid)
        entry = tree.entry(path)
        if entry is not None and entry.oid != known:
            length = _length(tree, path)
            found += [Length(_day(commit.when), length)] if length is not None else []
        known = entry.oid if entry is not None else ""
        if not commit.parents:
            break
        commit = read_commit(repository, commit.parents[0])
    return found[::-1]


def _length(tree: Tree, path: str) -> int | None:
    try:
        return len(listed(tree, path))
    except Refused:
        return None


def _day(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d")
