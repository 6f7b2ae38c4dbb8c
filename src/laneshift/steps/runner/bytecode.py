"""Compiled modules that runs find: what the code of one run writes, no other run ever loads.

Each run has a cache of its own, with links into the cache of its checkout, which it cannot write to. What it compiled
by itself is only taken as a wish: those modules are compiled again without running any of them, or come from where the
interpreter keeps its own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

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


class Wish(NamedTuple):
    """A module that a run had to compile: absolute paths of the source and of its place in the checkout's cache."""

    source: str
    cached: str


def lend(cache: Path, own: Path) -> None:
    """Make `own` the cache of one run: a link for every compiled module in the cache of the checkout, nothing else.

    What an earlier run left there is mended; where that is not possible, all of it is made anew. Raises `OSError`.
    """
    theirs, ours = os.fspath(cache), os.fspath(own)
    if os.path.lexists(own):
        try:
            _mend(theirs, ours)
        except OSError:
            remove(own)
        else:
            return
    for folder, names in _folders(theirs):
        below = ours + folder[len(theirs) :]
        os.mkdir(below)  # noqa: PTH102 - plain strings: there are hundreds, at every run
        for name in names:
            os.symlink(f"{folder}/{name}", f"{below}/{name}")  # noqa: PTH211 - as above


def _mend(theirs: str, ours: str) -> None:
    """Put the links right. Raises `OSError` where something stands in their way."""
    left = {folder[len(ours) :]: names for folder, names in _folders(ours)}
    for folder, names in _folders(theirs):
        place = folder[len(theirs) :]
        below, wanted = ours + place, set(names)
        found = left.pop(place, None)
        if found is None:
            os.mkdir(below)  # noqa: PTH102 - as above
        for name in found or ():
            if name in wanted and _target(f"{below}/{name}") == f"{folder}/{name}":
                wanted.remove(name)
            else:
                os.unlink(f"{below}/{name}")  # noqa: PTH108 - as above
        for name in wanted:
            os.symlink(f"{folder}/{name}", f"{below}/{name}")  # noqa: PTH211 - as above
    for place in left:
        remove(Path(ours + place))


def _target(path: str) -> str | None:
    """Where a link points to; None for what is none."""
    try:
        return os.readlink(path)  # noqa: PTH115 - as above
    except OSError:
        return None


def wishes(own: Path, cache: Path) -> list[Wish]:
    """What a run has compiled by itself, at most 20,000. Names alone are looked at: the files may hold anything."""
    found: list[Wish] = []
    root = os.fspath(own)
    for folder, names in _folders(root):
        place = folder[len(root) :]
        for name in names:
            plain = _PLAIN.fullmatch(name)
            if plain is not None and not os.path.islink(f"{folder}/{name}"):  # noqa: PTH114 - as above
                found.append(Wish(f"{place}/{plain[1]}.py", f"{cache}{place}/{name}"))
                if len(found) == _MOST:
                    return found
    return found


def lacks_plugins(cache: Path, own: Path) -> bool:
    """Whether a run of pytest had to rewrite the modules of many plugins, and the cache has others, but none of those.

    Such modules are of no use to anything but pytest, so nothing else compiles them. In a cache that has nothing at all
    nobody knows yet whether there will be another run.
    """
    mine = (name for _, names in _folders(os.fspath(own)) for name in names)
    if sum(_REWRITTEN in name for name in mine) < _MANY:
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
            unfinished = f"{folder}/.unfinished"
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
    shutil.rmtree(cache)
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
