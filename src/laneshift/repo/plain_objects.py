"""Git objects read from the files that git keeps them in, for who must not wait until a library is loaded.

Whatever is not plain, be it of another format, damaged, very large or not there, is None: the library is asked then,
and its word counts. What is given has the id that was asked for, since every object is hashed.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property

from laneshift.repo.kinds import NAMES, object_id
from laneshift.repo.packs import LARGEST, Pack
from laneshift.repo.plain_head import is_full_id
from laneshift.repo.plain_records import TYPE_CHECKING

if TYPE_CHECKING:  # takes as long to load as a hundred objects take to read
    from pathlib import Path

_KINDS = {name: kind for kind, name in NAMES.items()}
_MOST_PACKS = 64
_DEEPEST = 5
_LONGEST_HEAD = 64


class PlainObjects:
    """The objects below one folder and its alternates, as they were when first asked for. Threads may share it."""

    def __init__(self, folder: Path | str, identify: Callable[[int, bytes], str] = object_id) -> None:
        """`folder` is that named `objects` of a repository; nothing is read yet. `identify` gives the id of what has
        this kind and these bytes."""
        self._folder = os.fspath(folder)
        self._identify = identify

    def read(self, oid: str) -> tuple[int, bytes] | None:
        """Kind and bytes of the object with this full hexadecimal id; None where the library has to be asked."""
        if not is_full_id(oid):
            return None
        try:
            found = self._packed(bytes.fromhex(oid)) or self._loose(oid)
        except (OSError, ValueError, IndexError, KeyError, zlib.error):
            return None
        return found if found is not None and self._identify(*found) == oid else None

    def read_header(self, oid: str) -> tuple[int, int] | None:
        """Kind and number of bytes of a packed object, from the pack's own word; None where the library has to be
        asked, or the object is to be read."""
        if not is_full_id(oid):
            return None
        try:
            for pack in self._packs:
                offset = pack.find(bytes.fromhex(oid))
                if offset is not None:
                    kind, size = pack.header(offset)
                    return (kind, size) if kind in NAMES else None
        except (OSError, ValueError, IndexError, KeyError, zlib.error):
            return None
        return None

    @cached_property
    def _folders(self) -> list[str]:
        return list(dict.fromkeys(_with_alternates(self._folder, _DEEPEST)))

    @cached_property
    def _packs(self) -> list[Pack]:
        indexes = [path for folder in self._folders for path in _indexes(f"{folder}/pack")]
        if len(indexes) > _MOST_PACKS:
            raise ValueError("too many packs to look into each")
        return [Pack(index) for index in indexes]

    def _packed(self, oid: bytes) -> tuple[int, bytes] | None:
        for pack in self._packs:
            offset = pack.find(oid)
            if offset is not None:
                return pack.read(offset)
        return None

    def _loose(self, oid: str) -> tuple[int, bytes] | None:
        for folder in self._folders:
            try:
                handle = os.open(f"{folder}/{oid[:2]}/{oid[2:]}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            with os.fdopen(handle, "rb", buffering=0) as file:
                if os.fstat(handle).st_size > LARGEST:
                    raise ValueError("too large to be read here")
                return _unpacked(file.read())
        return None


def _unpacked(packed: bytes) -> tuple[int, bytes]:
    unpacker = zlib.decompressobj()
    whole = unpacker.decompress(packed, LARGEST + _LONGEST_HEAD)
    head, _, data = whole.partition(b"\0")
    name, _, size = head.partition(b" ")
    if not unpacker.eof or unpacker.unused_data or size != b"%d" % len(data):
        raise ValueError("not an object of the length that it tells")
    return _KINDS[name], data


def _indexes(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - as above
    except FileNotFoundError:
        return []
    return sorted(f"{folder}/{name}" for name in names if name.endswith(".idx"))


def _with_alternates(folder: str, deepest: int) -> Iterator[str]:
    """The folder, and those that it borrows objects from. Raises `OSError` or `ValueError` for what is not plain."""
    yield folder
    try:
        with open(f"{folder}/info/alternates", "rb") as file:  # noqa: PTH123 - as above
            told = file.read()
    except FileNotFoundError:
        return
    if not deepest or b'"' in told or b"#" in told:
        raise ValueError("alternates that are not plain")
    for line in filter(None, told.split(b"\n")):
        yield from _with_alternates(os.path.realpath(os.path.join(folder, os.fsdecode(line))), deepest - 1)  # noqa: PTH118 - as above
