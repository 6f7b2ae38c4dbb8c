"""Landed commits of a branch, read from git alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.repo import commits as git
from laneshift.repo.differences import differences
from laneshift.repo.numstat import Numstat, numstats
from laneshift.repo.objects import Repository
from laneshift.reports.agents.handed import Brought
from laneshift.reports.agents.model import Commit, History

_NAMED = re.compile(r"\s*(.*?)\s*<([^<>\s]+)>\s*")


@dataclass(frozen=True, slots=True)
class Ends:
    """A landing as the journal tells of it: the commits before it and after it.

    `tested` is the last of the commits that were tested, where whoever merged them made others of them.
    """

    key: str
    base: str
    tip: str
    tested: str = ""


def look(
    repository: Repository,
    tip: str,
    landings: Collection[Ends],
    agents: Collection[str],
    brought: Collection[Brought] = (),
) -> History:
    """Look at the history of `tip`, and at the commits that were `brought`. `agents` are addresses, in small letters,
    that count as authors where a trailer `Co-Authored-By` names them.

    Raises `Refused` where the history is missing or too long.
    """
    whole = git.history(repository, tip)
    melted = {each.tip: each for each in landings if each.tested and not _landed_between(repository, each)}
    told = [one for each in whole for one in _unmelted(repository, each, melted)]
    landed = [(each, item) for each in reversed(told) if (item := _item(each))]
    counts = numstats(repository, [each.oid for each, _ in landed])
    commits = tuple(_commit(each, item, counts, agents) for each, item in landed)
    there = {each.oid for each in whole}
    known = {each.oid for each in commits}
    ends = {each.key: each.tested if each.tip in melted else each.tip for each in landings}
    between = {
        each.key: _between(repository, each.base, ends[each.key], known) if each.tip in there else None
        for each in landings
    }
    written = {each.key: _written(repository, each) for each in brought}
    return History(repository.commit_id(tip), commits, _taken_back(told), between, written)


def _written(repository: Repository, brought: Brought) -> tuple[str, ...] | None:
    """The paths that a commit that was brought changes of what its work began from; None where either is not here."""
    try:
        before, after = (repository.tree(repository.commit_id(each)) for each in (brought.base, brought.commit))
    except Refused:
        return None
    return tuple(sorted(differences(before, after)))


def _taken_back(told: Sequence[git.Commit]) -> frozenset[str]:
    """The landed commits whose items a later revert names: of several of one item the last one before it."""
    standing: dict[str, list[str]] = {}
    gone: set[str] = set()
    for each in reversed(told):
        if item := _item(each):
            standing.setdefault(item, []).append(each.oid)
        gone.update(standing[item].pop() for item in _gone(each) if standing.get(item))
    return frozenset(gone)


def _commit(each: git.Commit, item: str, counts: Mapping[str, tuple[Numstat, ...]], agents: Collection[str]) -> Commit:
    email, name = next(_agents(each, agents), (each.email, each.author))
    return Commit(each.oid, item, email, name, each.when, counts[each.oid])


def _agents(each: git.Commit, agents: Collection[str]) -> Iterator[tuple[str, str]]:
    """Those who did the work by the trailers of a commit, as address and name."""
    for key, value in git.trailers(each.message):
        found = _NAMED.fullmatch(value) if key.lower() == "co-authored-by" else None
        if found and found[2].casefold() in agents:
            yield found[2], found[1] or found[2]


def _item(each: git.Commit) -> str:
    """The item that a commit carries out; empty for every other commit."""
    found = dict(git.trailers(each.message))
    return found.get("Laneshift-Item", "") if len(each.parents) == 1 and "Laneshift-Intent" in found else ""


def _gone(each: git.Commit) -> tuple[str, ...]:
    found = git.trailers(each.message)
    if "Laneshift-Landing" not in dict(found):
        return ()
    return tuple(value for key, value in found if key == "Laneshift-Taken-Back")


def _between(repository: Repository, base: str, tip: str, known: Collection[str]) -> tuple[str, ...] | None:
    try:
        inside = git.history(repository, tip, base)
    except Refused:
        return None
    return tuple(each.oid for each in reversed(inside) if each.oid in known)


def _landed_between(repository: Repository, ends: Ends) -> bool:
    """Whether the branch itself has commits of the landing; a squash made one commit without items of them."""
    try:
        return any(_item(each) for each in git.history(repository, ends.tip, ends.base))
    except Refused:
        return True


def _unmelted(repository: Repository, commit: git.Commit, melted: Mapping[str, Ends]) -> Sequence[git.Commit]:
    """The commits that were tested in place of the one that they were made into, newest first."""
    ends = melted.get(commit.oid)
    if ends is None:
        return (commit,)
    try:
        return git.history(repository, ends.tested, ends.base)
    except Refused:
        return (commit,)
