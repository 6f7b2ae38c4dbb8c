"""Which path of the repository a name in a report means. Pure.

Reports name files absolutely or relative to a folder that they do not always tell, of a machine that may not be this
one. So the one prefix is found under which most names become paths of the tree; names elsewhere are foreign. A draw is
refused: a file must not be taken for another of the same name.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.reports.coverage.lines import Measured

_DRIVE = re.compile(r"^[A-Za-z]:(?=/)")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Names of the report by path of the tree, and names of files that the tree does not have."""

    names: Mapping[str, str]
    foreign: tuple[str, ...]


def resolve(measured: Measured, tracked: Collection[str], work_dir: str = "", root: str = "") -> Resolved:
    """Give each name of the report its path. `work_dir` is where the tree is checked out, if it is.

    `root` is the folder of the tree that relative names begin in; empty finds it. Raises `Refused`
    (`coverage.other-tree`, `coverage.ambiguous`, `coverage.twice`).
    """
    known = frozenset(tracked)
    spelled = {name: tuple(_spellings(name, measured.sources)) for name in measured.files}
    absolute = {place for places in spelled.values() for place in places if place.startswith("/")}
    relative = {place for places in spelled.values() for place in places if not place.startswith("/")}
    placed = {**_absolute(absolute, known, work_dir.rstrip("/")), **_relative(relative, known, root)}
    names: dict[str, str] = {}
    foreign = []
    for name, places in spelled.items():
        paths = {placed[place] for place in places if place in placed}
        if not paths:
            foreign.append(name)
            continue
        if len(paths) > 1:
            raise _ambiguous(f"{name} may be {' or '.join(sorted(paths))}")
        [path] = paths
        if names.setdefault(path, name) != name:
            raise Refused("coverage.twice", f"{names[path]!r} and {name!r} of the report are the same file", where=path)
    if not names:
        raise Refused(
            "coverage.other-tree",
            "no file of the coverage report is in this tree",
            why=f"it names {', '.join(sorted(foreign)[:3])}",
            cure="measure this repository, or name the folder of its names in coverage.root",
        )
    return Resolved(names, tuple(sorted(foreign)))


def _spellings(name: str, sources: tuple[str, ...]) -> Iterator[str]:
    """The name with slashes: below each source where it is relative, else as it is."""
    plain = _plain(name)
    if plain.startswith("/") or not sources:
        yield plain
        return
    for source in sources:
        yield posixpath.normpath(posixpath.join(_plain(source), plain))


def _plain(name: str) -> str:
    return posixpath.normpath(_DRIVE.sub("", name.replace("\\", "/")))


def _absolute(places: Collection[str], known: frozenset[str], work_dir: str) -> dict[str, str]:
    prefix = f"{work_dir}/"
    here = {place: place.removeprefix(prefix) for place in places if work_dir and place.startswith(prefix)}
    if any(path in known for path in here.values()):
        return {place: path for place, path in here.items() if path in known}
    votes: Counter[str] = Counter()
    for place in places:
        votes.update(place[:at] for at in _cuts(place) if place[at:] in known)
    if not votes:
        return {}
    # Of two prefixes that explain as much, the shorter one explains longer paths.
    chosen = min(votes, key=lambda each: (-votes[each], len(each), each))
    return {
        place: place[len(chosen) :] for place in places if place.startswith(chosen) and place[len(chosen) :] in known
    }


def _cuts(place: str) -> Iterator[int]:
    return (at + 1 for at, letter in enumerate(place) if letter == "/")


def _relative(places: Collection[str], known: frozenset[str], root: str) -> dict[str, str]:
    if root:
        return {place: f"{root}/{place}" for place in places if f"{root}/{place}" in known}
    by_name = defaultdict(list)
    for path in known:
        by_name[posixpath.basename(path)].append(path)
    votes: Counter[str] = Counter()
    for place in places:
        votes.update(
            path[: -len(place)]
            for path in by_name[posixpath.basename(place)]
            if path == place or path.endswith(f"/{place}")
        )
    if not votes:
        return {}
    most = max(votes.values())
    best = sorted(prefix for prefix, count in votes.items() if count == most)
    if "" not in best and len(best) > 1:
        raise _ambiguous(f"names may begin in {' or '.join(prefix.rstrip('/') for prefix in best[:3])}")
    chosen = "" if "" in best else best[0]
    return {place: chosen + place for place in places if chosen + place in known}


def _ambiguous(why: str) -> Refused:
    return Refused(
        "coverage.ambiguous",
        "names in the coverage report fit more than one file of this tree",
        why=why,
        cure="name the folder in coverage.root",
    )
