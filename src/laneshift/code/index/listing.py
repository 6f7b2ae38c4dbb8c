"""What one tree holds, as columns: paths, modes, blob ids, and what the index knows about each file.

Columns are read back in a few milliseconds where a list of entries would take a hundred. All that is made of them is
made when it is first asked for.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import compress
from typing import NamedTuple, Self

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry, Listed

NOWHERE = 0xFFFFFFFF
NO_PYTHON, PARSES, BROKEN = 0, 1, 2
_HEX, _OID = 40, 20
_SECTIONS = 6


class Places(NamedTuple):
    """Where the words of each file of a tree are: the names of parts, and numbers that count on from part to part.

    A file that is in none of the parts has the number `NOWHERE`.
    """

    parts: tuple[str, ...]
    numbers: Sequence[int]


class Listing:
    """The files of one tree in git's order. What it gives is shared: do not change it."""

    def __init__(
        self,
        paths: Sequence[str],
        modes: Sequence[int],
        oids: bytes,
        places: Places | None = None,
        parsed: bytes = b"",
    ) -> None:
        self.paths = paths
        self.places = places
        self._modes = modes
        self._oids = oids
        self._parsed = parsed

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """The columns of what git lists."""
        oids = bytes.fromhex("".join([entry.oid for _, entry in listed]))
        return cls([path for path, _ in listed], [entry.mode for _, entry in listed], oids)

    @classmethod
    def read(cls, sections: Sequence[memoryview]) -> Self | None:
        """The columns that `sections` gave; None when they do not fit together."""
        if len(sections) != _SECTIONS:
            return None
        paths, modes = os.fsdecode(bytes(sections[0])).split("\0")[:-1], sections[1].cast("B").cast("H").tolist()
        numbers = sections[4].cast("B").cast("I").tolist()
        parts = tuple(bytes(sections[3]).decode().split())
        if not len(paths) == len(modes) == len(sections[2]) // _OID == len(numbers) == len(sections[5]):
            return None
        return cls(paths, modes, bytes(sections[2]), Places(parts, numbers), bytes(sections[5]))

    def sections(self, places: Places, parsed: bytes) -> list[bytes]:
        """Paths with a NUL behind each; modes; ids; the names of parts; numbers in them; what parses (a byte each)."""
        return [
            os.fsencode("".join(f"{path}\0" for path in self.paths)),
            array("H", self._modes).tobytes(),
            self._oids,
            " ".join(places.parts).encode(),
            array("I", places.numbers).tobytes(),
            parsed,
        ]

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
    def parsed(self) -> Mapping[str, bool] | None:
        """Path to whether this Python parses it, of every Python file; None where that was not kept."""
        if not self._parsed:
            return None
        flags = (flag == PARSES for flag in self._parsed if flag != NO_PYTHON)
        return dict(zip(compress(self.paths, self._parsed), flags, strict=True))

    def listed(self) -> Listed:
        """The entries, as git would list them."""
        oids = self._oids.hex()
        hexes = [oids[at : at + _HEX] for at in range(0, len(oids), _HEX)]
        return tuple(zip(self.paths, map(Entry._make, zip(self._modes, hexes, strict=True)), strict=True))

    def oids(self) -> list[bytes]:
        """The id of every entry, in order."""
        return [self._oids[at : at + _OID] for at in range(0, len(self._oids), _OID)]

    def regular(self) -> list[bool]:
        """Whether each entry is a regular file, in order."""
        return [mode in (MODE_FILE, MODE_EXECUTABLE) for mode in self._modes]

    def _with(self, modes: set[int]) -> dict[str, bytes]:
        if modes.isdisjoint(self._modes):
            return {}
        return {
            path: oid for path, mode, oid in zip(self.paths, self._modes, self.oids(), strict=True) if mode in modes
        }
