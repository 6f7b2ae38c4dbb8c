"""What one tree holds, as columns: paths, modes, blob ids, and what the index knows about each file.

Columns are read back in a few milliseconds where a list of entries would take a hundred. All that is made of them is
made when it is first asked for.
"""

from __future__ import annotations

import os
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import compress, count
from operator import methodcaller
from typing import Self

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry, Listed
from laneshift.repo.plain_records import NamedTuple

NOWHERE, UNPLACED = 0xFFFFFFFF, 0xFFFFFFFE
NO_PYTHON, PARSES, BROKEN, UNTRIED = range(4)
_HEX, _OID = 40, 20
_SECTIONS = 6
_WORTH_A_TABLE = 32
_AFTER_SLASH = chr(ord("/") + 1)
_in_bytes = methodcaller("encode", sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())  # as `os.fsencode`


class Places(NamedTuple):
    """Where the words of each file of a tree are: the names of parts, and numbers that count on from part to part.

    A file that is in no part has the number `NOWHERE`, one that may be in another part has `UNPLACED`.
    """

    parts: tuple[str, ...]
    numbers: array[int]


class Listing:
    """The files of one tree in git's order. What it gives is shared: do not change it."""

    def __init__(
        self, paths: list[str], modes: array[int], ids: bytes, places: Places | None = None, flags: bytes = b""
    ) -> None:
        self.paths = paths
        self.modes = modes
        self.ids = ids
        self.places = places
        self.flags = flags
        """For each entry `NO_PYTHON`, or whether this Python parses it; empty where none of it is known."""
        self.unplaced: Mapping[str, bytes] = {}
        """Path and blob id of the files that are `UNPLACED`."""
        self.unseen: Mapping[str, bytes] | None = None
        """Regular files whose blobs may be missing in the index; None when that may be any of them."""
        self._looked_up = 0

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """The columns of what git lists."""
        oids = bytes.fromhex("".join([entry.oid for _, entry in listed]))
        return cls([path for path, _ in listed], array("H", [entry.mode for _, entry in listed]), oids)

    @classmethod
    def read(cls, sections: Sequence[bytes]) -> Self | None:
        """The columns that `sections` gave; None when they do not fit together."""
        if len(sections) != _SECTIONS or len(sections[1]) % 2 or len(sections[4]) % 4:
            return None
        paths, modes, numbers = os.fsdecode(bytes(sections[0])).split("\0")[:-1], array("H"), array("I")
        modes.frombytes(sections[1])
        numbers.frombytes(sections[4])
        parts = tuple(bytes(sections[3]).decode().split())
        if not len(paths) == len(modes) == len(sections[2]) // _OID == len(numbers) == len(sections[5]):
            return None
        return cls(paths, modes, bytes(sections[2]), Places(parts, numbers), bytes(sections[5]))

    def sections(self, places: Places, flags: bytes) -> list[bytes]:
        """Paths with a NUL behind each; modes; ids; the names of parts; numbers in them; what parses (a byte each)."""
        return [
            os.fsencode("".join(f"{path}\0" for path in self.paths)),
            self.modes.tobytes(),
            self.ids,
            " ".join(places.parts).encode(),
            places.numbers.tobytes(),
            flags,
        ]

    def row(self, path: str, low: int = 0) -> int:
        """The first entry, counted from `low` on, that git's order does not put before `path`."""
        return bisect_left(self.paths, _in_bytes(path), low, key=_in_bytes)

    def entry(self, path: str) -> Entry | None:
        """The file, symlink or submodule at `path`; None where there is none."""
        row = self._row_of(path)
        if row is None:
            return None
        at = row * _OID
        return Entry(self.modes[row], self.ids[at : at + _OID].hex())

    def oid(self, row: int) -> bytes:
        """The binary id of one entry."""
        return self.ids[row * _OID : (row + 1) * _OID]

    def below(self, folder: str) -> Listed:
        """Path and entry of everything below a folder, which is not the root; empty when it is none."""
        try:
            start = self.row(f"{folder}/")
            some = start < len(self.paths) and self.paths[start].startswith(f"{folder}/")
            end = self.row(f"{folder}{_AFTER_SLASH}", start) if some else start
        except UnicodeEncodeError:
            return ()  # no path that git can hold
        return tuple((self.paths[row], Entry(self.modes[row], self.oid(row).hex())) for row in range(start, end))

    def _row_of(self, path: str) -> int | None:
        """Searched for a few paths. For many a table is worth its making, which takes as long as many searches."""
        self._looked_up += 1
        if self._looked_up * _WORTH_A_TABLE > len(self.paths):
            return self._rows.get(path)
        try:
            row = self.row(path)
        except UnicodeEncodeError:
            return None  # no path that git can hold
        return row if row < len(self.paths) and self.paths[row] == path else None

    @cached_property
    def _rows(self) -> dict[str, int]:
        return dict(zip(self.paths, count(), strict=False))

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Path to binary blob id of every regular file. Symlinks and submodules are left out."""
        return self._with({MODE_FILE, MODE_EXECUTABLE})

    @cached_property
    def links(self) -> dict[str, bytes]:
        """As `files`, for the symlinks: path to the id of the blob that holds the target."""
        return self._with({MODE_SYMLINK})

    @cached_property
    def blobs(self) -> frozenset[bytes]:
        """The ids that `files` gives, each once."""
        return frozenset(self.files.values())

    @cached_property
    def parsed(self) -> Mapping[str, int]:
        """Path to `PARSES`, `BROKEN` or `UNTRIED` of every Python file; empty where `flags` are."""
        return dict(zip(compress(self.paths, self.flags), filter(None, self.flags), strict=True))

    def listed(self) -> Listed:
        """The entries, as git would list them."""
        oids = self.ids.hex()
        hexes = [oids[at : at + _HEX] for at in range(0, len(oids), _HEX)]
        return tuple(zip(self.paths, map(Entry._make, zip(self.modes, hexes, strict=True)), strict=True))

    def oids(self) -> list[bytes]:
        """The id of every entry, in order."""
        return [self.ids[at : at + _OID] for at in range(0, len(self.ids), _OID)]

    def regular(self) -> list[bool]:
        """Whether each entry is a regular file, in order."""
        return [mode in (MODE_FILE, MODE_EXECUTABLE) for mode in self.modes]

    def _with(self, modes: set[int]) -> dict[str, bytes]:
        if modes.isdisjoint(self.modes):
            return {}
        return {path: oid for path, mode, oid in zip(self.paths, self.modes, self.oids(), strict=True) if mode in modes}
