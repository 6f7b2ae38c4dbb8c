"""The listing of a tree made from that of one much like it, so that only what is not the same is looked at."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from laneshift.code.index.listing import NO_PYTHON, NOWHERE, UNPLACED, UNTRIED, Listing, Places
from laneshift.repo.differences import Differences
from laneshift.repo.folders import MODE_SYMLINK, Entry
from laneshift.repo.plain_records import NamedTuple

C = TypeVar("C", bytes, list[str])
_OID, _MODE, _NUMBER = 20, 2, 4


class _Cut(NamedTuple):
    """A path at which two trees differ: entries from `start` to `end` (one, or none) go, and `comes` may come.

    `was` is the row of an entry that goes, here or elsewhere, and has the very blob that comes.
    """

    path: str
    start: int
    end: int
    comes: Entry | None
    was: int | None

    @property
    def brings_file(self) -> bool:
        """Whether what comes is a regular file."""
        return self.comes is not None and self.comes.is_regular


def derived(base: Listing, found: Differences) -> Listing | None:
    """The listing of the tree that differs from that of `base` in `found`; None when `base` does not agree with it.

    A file that moved keeps what is known about it.
    """
    cuts = _cuts(base, found)
    if cuts is None:
        return None
    paths = chain.from_iterable(_spliced(base.paths, 1, cuts, lambda cut, _: [cut.path]))
    modes = _spliced(base.modes.tobytes(), _MODE, cuts, lambda _, entry: _packed("H", entry.mode))
    ids = _spliced(base.ids, _OID, cuts, lambda _, entry: bytes.fromhex(entry.oid))
    flags = (
        b"".join(_spliced(base.flags, 1, cuts, lambda cut, _: bytes((_flag(base.flags, cut),)))) if base.flags else b""
    )
    places = None if base.places is None else _places(base.places, cuts)
    made = Listing(list(paths), array("H", b"".join(modes)), b"".join(ids), places, flags)
    made.links = _after(base.links, cuts, lambda cut: cut.comes is not None and cut.comes.mode == MODE_SYMLINK)
    made.unplaced = _after(base.unplaced, cuts, lambda cut: _number(base.places, cut) == UNPLACED)
    made.unseen = None if base.unseen is None else _after(base.unseen, cuts, lambda cut: cut.brings_file)
    return made


def _cuts(base: Listing, found: Differences) -> list[_Cut] | None:
    rows: dict[str, int] = {}
    going: dict[str, int] = {}
    at = 0
    for path in sorted(found, key=os.fsencode):
        before, _ = found[path]
        rows[path] = at = base.row(path, at)
        there = at < len(base.paths) and base.paths[at] == path
        if there != (before is not None):
            return None
        if before is not None:
            going[before.oid] = at
    pairs = ((path, row, *found[path]) for path, row in rows.items())
    return [
        _Cut(path, row, row + (before is not None), after, going.get(after.oid) if after else None)
        for path, row, before, after in pairs
    ]


def _spliced(column: C, size: int, cuts: list[_Cut], value: Callable[[_Cut, Entry], C]) -> Iterator[C]:
    """The pieces of a column of values of `size` after all cuts."""
    at = 0
    for cut in cuts:
        yield column[at * size : cut.start * size]
        if cut.comes is not None:
            yield value(cut, cut.comes)
        at = cut.end
    yield column[at * size :]


def _packed(kind: str, number: int) -> bytes:
    return array(kind, (number,)).tobytes()


def _places(places: Places, cuts: list[_Cut]) -> Places:
    numbers = _spliced(places.numbers.tobytes(), _NUMBER, cuts, lambda cut, _: _packed("I", _number(places, cut)))
    return Places(places.parts, array("I", b"".join(numbers)))


def _number(places: Places | None, cut: _Cut) -> int:
    if places is None or not cut.brings_file:
        return NOWHERE
    known = NOWHERE if cut.was is None else places.numbers[cut.was]
    return UNPLACED if known == NOWHERE else known


def _flag(flags: bytes, cut: _Cut) -> int:
    if not (cut.brings_file and cut.path.endswith(".py")):
        return NO_PYTHON
    known = NO_PYTHON if cut.was is None else flags[cut.was]
    return UNTRIED if known == NO_PYTHON else known


def _after(files: Mapping[str, bytes], cuts: list[_Cut], wanted: Callable[[_Cut], bool]) -> dict[str, bytes]:
    """Path to blob id, without what went and with those that came and are `wanted`."""
    kept = dict(files)
    for cut in cuts:
        kept.pop(cut.path, None)
        if cut.comes is not None and wanted(cut):
            kept[cut.path] = bytes.fromhex(cut.comes.oid)
    return kept
