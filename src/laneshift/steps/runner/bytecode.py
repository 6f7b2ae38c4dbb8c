"""Compiled modules that runs find: what the code of one run writes, no other run ever loads.

Each run has a cache of its own, with links into the cache of its checkout, which it cannot write to. What it compiled
by itself is only taken as a wish: those modules are compiled again without running any of them, or come from where the
interpreter keeps its own. Hundreds of links stay right from run to run: a folder of them is looked through again only
when a name in it was added, replaced or removed since, which the kernel notes and no run can hide.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from laneshift.repo.unfinished import unfinished_in
from laneshift.steps.runner.removal import remove

COMPILE = """
import py_compile, sys
words = open(sys.argv[1], "rb").read().decode("utf-8", "surrogateescape").split("\\0")
for source, cached in zip(words[::2], words[1::2]):
    try:
        py_compile.compile(
            source, cached, doraise=True, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP
        )
    except (py_compile.PyCompileError, OSError, ValueError, RecursionError, MemoryError):
        continue
"""
"""Compiles files, named in a file as source, cache, source, cache and so on, each behind a NUL but the first."""

_MOST = 20_000
_MANY = 20
_REWRITTEN = "-pytest-"
_PLAIN = re.compile(r"([^./]+)\.[a-z]+-\d+t?\.pyc")


_SETTLED_AFTER_NS = 2_000_000_000

_State = tuple[int, int, int, int]


class Seen(NamedTuple):
    """A folder of a lent cache that was right: the state of both folders then, and the folders in it."""

    state: _State
    folders: tuple[str, ...]


Known = dict[str, Seen]
"""By folder, what need not be looked through again while its state is the same."""


class Wish(NamedTuple):
    """A module that a run had to compile: absolute paths of the source and of its place in the checkout's cache."""

    source: str
    cached: str


def lend(cache: Path, own: Path, known: Known | None = None) -> None:
    """Make `own` the cache of one run: a link for every compiled module in the cache of the checkout, nothing else.

    What an earlier run left there is mended; where that is not possible, all of it is made anew. Raises `OSError`.
    """
    theirs, ours = os.fspath(cache), os.fspath(own)
    known = {} if known is None else known
    if os.path.lexists(own):
        try:
            _mend(theirs, ours, known)
        except OSError:
            known.clear()
            remove(own)
        else:
            return
    os.mkdir(ours)  # noqa: PTH102 - plain strings: there are hundreds, at every run
    _mend(theirs, ours, known)


def _mend(theirs: str, ours: str, known: Known) -> None:
    """Put every folder right that is not as it was when it last was right. Raises `OSError` where that cannot be."""
    # Before the look: what changes while this process is stalled after it was not seen.
    pending, begun = [""], time.time_ns()
    while pending:
        place = pending.pop()
        seen, now = known.get(place), _state(theirs + place, ours + place)
        if seen is not None and seen.state == now:
            pending.extend(seen.folders)
            continue
        folders = tuple(f"{place}/{name}" for name in _put_right(theirs + place, ours + place))
        pending.extend(folders)
        state = _state(theirs + place, ours + place)
        # A folder that changed just now may change again within the same tick of the clock.
        if max(state[1], state[3]) < begun - _SETTLED_AFTER_NS:
            known[place] = Seen(state, folders)
        else:
            known.pop(place, None)


def _state(theirs: str, ours: str) -> _State:
    """Which two folders these are, and when a name in them was last added, replaced or removed: nobody can set that."""
    their, our = os.lstat(theirs), os.lstat(ours)
    return their.st_ino, their.st_ctime_ns, our.st_ino, our.st_ctime_ns


def _put_right(theirs: str, ours: str) -> list[str]:
    """Have in one folder a link for every file in the other and a folder for every folder, which are returned."""
    wanted, folders = set(), []
    with os.scandir(theirs) as inside:
        for item in inside:
            if item.is_dir(follow_symlinks=False):
                folders.append(item.name)
            else:
                wanted.add(item.name)
    missing = set(folders)
    with os.scandir(ours) as inside:
        found = [(item.name, item.is_dir(follow_symlinks=False)) for item in inside]
    for name, is_folder in found:
        path = f"{ours}/{name}"
        if is_folder and name in missing:
            missing.remove(name)
        elif is_folder:
            remove(Path(path))
        elif name in wanted and _target(path) == f"{theirs}/{name}":
            wanted.remove(name)
        else:
            os.unlink(path)  # noqa: PTH108 - as above
    for name in wanted:
        os.symlink(f"{theirs}/{name}", f"{ours}/{name}")  # noqa: PTH211 - as above
    for name in missing:
        os.mkdir(f"{ours}/{name}")  # noqa: PTH102 - as above
    return folders


def _target(path: str) -> str | None:
    """Where a link points to; None for what is none."""
    try:
        return os.readlink(path)  # noqa: PTH115 - as above
    except OSError:
        return None


def written(own: Path, known: Known | None = None) -> list[str]:
    """What a run has put into its cache, at most 20,000 files: absolute as their sources are, and no link among them.

    Names alone are looked at: the files may hold anything.
    """
    found: list[str] = []
    known, root, pending = {} if known is None else known, os.fspath(own), [""]
    while pending and len(found) < _MOST:
        place = pending.pop()
        seen = known.get(place)
        if seen is not None and seen.state[2:] == _own_state(root + place):
            pending.extend(seen.folders)
            continue
        for item in _inside(root + place):
            if item.is_dir(follow_symlinks=False):
                pending.append(f"{place}/{item.name}")
            elif not item.is_symlink():
                found.append(f"{place}/{item.name}")
    return found[:_MOST]


def _inside(folder: str) -> list[os.DirEntry[str]]:
    """What a folder of a run holds; nothing for one that the run has shut, or made deeper than a path can be long."""
    try:
        with os.scandir(folder) as inside:
            return list(inside)
    except OSError:
        return []


def _own_state(folder: str) -> tuple[int, int]:
    found = os.lstat(folder)
    return found.st_ino, found.st_ctime_ns


def wishes(files: Sequence[str], cache: Path) -> list[Wish]:
    """The modules among what a run has `written`, by the names of the files."""
    found = []
    for path in files:
        place, _, name = path.rpartition("/")
        plain = _PLAIN.fullmatch(name)
        if plain is not None:
            found.append(Wish(f"{place}/{plain[1]}.py", f"{cache}{path}"))
    return found


def lacks_plugins(files: Sequence[str], cache: Path, prefixes: Sequence[Path]) -> bool:
    """Whether a run of pytest had to rewrite the modules of many plugins, and the cache has others, but none of those.

    Such modules are of no use to anything but pytest, so nothing else compiles them. In a cache that has nothing at all
    nobody knows yet whether there will be another run. Plugins are installed, below one of `prefixes`, which tells them
    from the project's own tests.
    """
    inside = tuple(f"{prefix}/" for prefix in prefixes)
    if sum(path.startswith(inside) and _REWRITTEN in path.rpartition("/")[2] for path in files) < _MANY:
        return False
    known = [name for _, names in _folders(os.fspath(cache)) for name in names]
    return bool(known) and not any(_REWRITTEN in name for name in known)


def take_over(wanted: Sequence[Wish], prefixes: Sequence[Path]) -> list[Wish]:
    """Copy what the interpreter has compiled itself, below where it is installed; returns the wishes that are left."""
    inside = tuple(f"{prefix}/" for prefix in prefixes)
    left = []
    for wish in wanted:
        folder, name = wish.cached.rpartition("/")[::2]
        kept = f"{wish.source.rpartition('/')[0]}/__pycache__/{name}"
        if wish.source.startswith(inside) and os.path.isfile(kept):  # noqa: PTH113 - as above
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
            unfinished = unfinished_in(folder)
            shutil.copyfile(kept, unfinished)
            os.replace(unfinished, wish.cached)  # noqa: PTH105 - as above
        else:
            left.append(wish)
    return left


def pytest_alone(folder: Path) -> list[str]:
    """Words for the interpreter that load pytest with the plugins that are installed, in an empty project there."""
    empty = folder / "empty"
    empty.mkdir()
    (empty / "pytest.ini").write_text("[pytest]\n", "ascii")
    return ["-m", "pytest", "-q", "--collect-only", f"--rootdir={empty}", "-c", str(empty / "pytest.ini"), str(empty)]


def listed(wanted: Sequence[Wish]) -> bytes:
    """What `COMPILE` reads."""
    return os.fsencode("\0".join(part for wish in wanted for part in wish))


def forget(cache: Path) -> None:
    """Empty a cache that something may have written to."""
    remove(cache)
    cache.mkdir()


def _folders(root: str) -> Iterator[tuple[str, list[str]]]:
    """Every folder from `root` down, those above first, with the names in it that are no folders. Links are names."""
    pending = [root]
    while pending:
        folder = pending.pop()
        names = []
        with os.scandir(folder) as inside:
            for item in inside:
                if item.is_dir(follow_symlinks=False):
                    pending.append(item.path)
                else:
                    names.append(item.name)
        yield folder, names
