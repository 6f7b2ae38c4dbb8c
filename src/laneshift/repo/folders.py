"""Folder listings of git trees: parsed from and written to git's own bytes, and remembered by object id.

An object id is a digest of the content, so a remembered listing is never stale: a tree that differs from another in one
file costs only the folders above that file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, ItemsView, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from laneshift.errors import Bug
from laneshift.repo.memory import Memory
from laneshift.repo.plain_records import NamedTuple

MODE_FILE = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_SYMLINK = 0o120000
MODE_SUBMODULE = 0o160000
MODE_FOLDER = 0o040000
_MODE_GROUP_WRITABLE = 0o100664
_FOLDER_ENTRIES = 500_000
_LISTED_ENTRIES = 2_000_000
_MOST_EXPECTED = 8
_HEX = 40
_ROW = re.compile(rb"([0-7]+) ([^\0]*)\0(.{20})", re.DOTALL)
_BETWEEN = len(b" \0")


class Entry(NamedTuple):
    """A blob, symlink or submodule that a tree already holds: git mode and hexadecimal object id.

    A tuple, since a repository has tens of thousands of them and making a dataclass takes four times as long.
    """

    mode: int
    oid: str

    @property
    def is_regular(self) -> bool:
        """True for plain and executable files; false for symlinks and submodules."""
        return self.mode in (MODE_FILE, MODE_EXECUTABLE)


Folder = Mapping[str, Entry]
"""One folder: name to entry, folders included, in git's order."""

Listed = tuple[tuple[str, Entry], ...]
"""Every file, symlink and submodule below a folder: path and entry, in git's order."""


def parse(data: bytes) -> dict[str, Entry]:
    """The listing that the bytes of a tree object hold. Raises `Bug` (`repo.broken-tree`) for broken bytes.

    The mode 100664 of very old commits is read as 100644, as git reads it.
    """
    # All names and ids are taken at once: a large repository has tens of thousands, and calls cost most of it.
    rows = _ROW.findall(data)
    if sum(map(len, chain.from_iterable(rows))) + _BETWEEN * len(rows) != len(data):
        raise Bug("repo.broken-tree", "git holds a tree object that is cut short", cure="run `git fsck`")
    if not rows:
        return {}
    modes, names, ids = zip(*rows, strict=True)
    digits = b"".join(ids).hex()
    oids = [digits[at : at + _HEX] for at in range(0, len(digits), _HEX)]
    entries = map(Entry._make, zip(map(_mode, modes), oids, strict=True))
    return dict(zip(os.fsdecode(b"\0".join(names)).split("\0"), entries, strict=True))


@lru_cache(maxsize=64)
def _mode(digits: bytes) -> int:
    mode = int(digits, 8)
    return MODE_FILE if mode == _MODE_GROUP_WRITABLE else mode


def laid_out(folder: Folder) -> tuple[bytes, dict[str, Entry]]:
    """The bytes of the tree object for a listing, whatever its order; and what `parse` makes of them."""
    if not folder:
        return b"", {}
    rows = list(zip(os.fsencode("\0".join(folder)).split(b"\0"), folder.values(), strict=True))
    rows.sort(key=lambda row: row[0] + b"/" if row[1].mode == MODE_FOLDER else row[0])
    data = b"".join([b"%o %s\0%s" % (entry.mode, name, bytes.fromhex(entry.oid)) for name, entry in rows])
    names = os.fsdecode(b"\0".join([name for name, _ in rows])).split("\0")
    return data, dict(zip(names, (entry for _, entry in rows), strict=True))


class _Open(NamedTuple):
    """A folder that is being listed: what is still to be looked at, and what was found so far."""

    oid: str
    prefix: str
    rest: Iterator[tuple[str, Entry]]
    found: list[tuple[str, Entry]]


class Folders:
    """The folders of one repository, remembered within a bound. Safe to share between threads."""

    def __init__(self, load: Callable[[str], bytes]) -> None:
        """`load` gives the bytes of the tree object with a hexadecimal id."""
        self._load = load
        self._folders: Memory[str, Folder] = Memory(_FOLDER_ENTRIES)
        self._listed: Memory[tuple[str, str], Listed] = Memory(_LISTED_ENTRIES)
        self._expected: dict[str, Callable[[], Listed | None]] = {}
        self._lookups: dict[str, tuple[Callable[[str], Entry | None], Callable[[str], Listed]]] = {}

    def folder(self, oid: str) -> Folder:
        """The folder with this id. Raises what `load` raises, and `Bug` for a broken object."""
        return self._folders.get(oid) or self._folders.put(oid, parse(self._load(oid)))

    def remember(self, oid: str, folder: Folder) -> None:
        """Note what `parse` gives for the folder with this id, so that it need not be read."""
        self._folders.put(oid, folder)

    def find(self, oid: str, path: str) -> Entry | None:
        """The entry at `path` (folders too) below the folder `oid`, or None."""
        *above, name = path.split("/")
        for part in above:
            step = self.folder(oid).get(part)
            if step is None or step.mode != MODE_FOLDER:
                return None
            oid = step.oid
        return self.folder(oid).get(name)

    def file(self, oid: str, path: str) -> Entry | None:
        """The entry at `path` below the folder `oid` where it is no folder; None for a folder, or for nothing."""
        look_up = self._lookups.get(oid)
        if look_up is not None:
            return look_up[0](path)
        found = self.find(oid, path)
        return None if found is None or found.mode == MODE_FOLDER else found

    def below(self, oid: str, prefix: str = "") -> Listed:
        """Everything below the folder `oid`, each path preceded by `prefix` ("" or a path with its last slash)."""
        known = self._listed.get((oid, prefix))
        if known is not None:
            return known
        make = None if prefix else self._expected.pop(oid, None)
        expected = None if make is None else make()
        return self._list(oid, prefix) if expected is None else self._listed.put((oid, ""), expected)

    def inside(self, oid: str, folder: str) -> Listed:
        """Everything below `folder`, a path below the folder `oid`, by paths from there; empty when it is no folder."""
        look_up = self._lookups.get(oid)
        if look_up is not None:
            return look_up[1](folder)
        found = self.find(oid, folder)
        return self.below(found.oid, f"{folder}/") if found is not None and found.mode == MODE_FOLDER else ()

    def knows(self, oid: str) -> bool:
        """Whether everything below the folder `oid` is remembered, or expected."""
        return oid in self._expected or self._listed.get((oid, "")) is not None

    def expect(self, oid: str, make: Callable[[], Listed | None]) -> None:
        """Let `make` give what is below the folder `oid`, when somebody asks: another process has listed it. Where it
        gives None after all, the folders themselves are read."""
        if len(self._expected) == _MOST_EXPECTED:
            self._expected.clear()
        self._expected[oid] = make

    def look_up(self, oid: str, entry: Callable[[str], Entry | None], below: Callable[[str], Listed]) -> None:
        """Let `entry` answer what `file` is asked about the folder `oid`, and `below` what `inside` is, so that neither
        it nor the folders in it need be read."""
        if len(self._lookups) == _MOST_EXPECTED:
            self._lookups.clear()
        self._lookups[oid] = entry, below

    def _list(self, oid: str, prefix: str) -> Listed:
        """A listing that is not remembered. Without recursion: folders may lie deeper than the interpreter's stack."""
        done: Listed = ()
        open_folders = [_Open(oid, prefix, iter(self.folder(oid).items()), [])]
        while open_folders:
            here = open_folders[-1]
            here.found.extend(done)
            done = ()
            for name, entry in here.rest:
                if entry.mode != MODE_FOLDER:
                    here.found.append((here.prefix + name, entry))
                    continue
                inner = f"{here.prefix}{name}/"
                known = self._listed.get((entry.oid, inner))
                if known is None:
                    open_folders.append(_Open(entry.oid, inner, iter(self.folder(entry.oid).items()), []))
                    break
                here.found.extend(known)
            else:
                done = self._listed.put((here.oid, here.prefix), tuple(here.found))
                open_folders.pop()
        return done


class Entries(Mapping[str, Entry]):
    """Every file, symlink and submodule of a tree by path, in git's order. One path costs one lookup per folder."""

    def __init__(self, folders: Folders, oid: str) -> None:
        self._folders = folders
        self._oid = oid

    def __getitem__(self, path: str) -> Entry:
        """The entry at `path`; `KeyError` when there is none, or when it is a folder."""
        found = self._folders.file(self._oid, path)
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        """Paths in git's order."""
        return (path for path, _ in self._folders.below(self._oid))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._folders.below(self._oid))

    def items(self) -> ItemsView[str, Entry]:
        """Path and entry pairs, without a lookup for each."""
        return _Items(self)

    def listed(self) -> Listed:
        """All pairs as one tuple, shared with everyone who asked for the same tree."""
        return self._folders.below(self._oid)


class _Items(ItemsView[str, Entry]):
    _mapping: Entries

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return iter(self._mapping.listed())
