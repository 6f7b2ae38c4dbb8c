"""One pack of git objects, read through its index: whole objects and those that are told as changes of others.

Nothing here is trusted: whoever reads compares the id of what he got. A pack that is cut short, of another version or
not what its index says raises an error, never more memory than `LARGEST` asks for.
"""

from __future__ import annotations

import mmap
import os
import zlib
from bisect import bisect_left

from laneshift.repo.plain_records import TYPE_CHECKING

if TYPE_CHECKING:  # takes as long to load as a hundred objects take to read
    from pathlib import Path

LARGEST = 8 << 20
"""Objects of more bytes than this are not read here."""
_INDEX_MAGIC, _PACK_MAGIC = b"\xfftOc\0\0\0\2", b"PACK\0\0\0\2"
_FANOUT, _NAMES = 8, 8 + 4 * 256
_OID, _FOUR, _EIGHT = 20, 4, 8
_TRAILERS = 2 * _OID
_BY_OFFSET, _BY_ID = 6, 7
_DEEPEST = 300
_LONGEST_HEAD = 64
_ENOUGH_FOR_A_HEAD = 512
"""Deflated bytes: the tables of a block, which stand before its first byte, take up to about 300."""
_MOST_HELD = 8 << 20
_FAR = 1 << 31


class Pack:
    """A pack and its index. Threads may share it. Every method raises `ValueError`, `IndexError` or `zlib.error` for
    bytes that are not right."""

    def __init__(self, index: Path | str) -> None:
        """Raises `OSError` where one of the two files cannot be opened, `ValueError` where it is not what it says."""
        self._index, self._data = _mapped(index), _mapped(os.fspath(index).removesuffix(".idx") + ".pack")
        self._count = self._number(_NAMES - _FOUR)
        self._offsets = _NAMES + self._count * (_OID + _FOUR)
        if self._index[:_FANOUT] != _INDEX_MAGIC or self._data[:_FANOUT] != _PACK_MAGIC:
            raise ValueError("not a pack of version 2")
        if len(self._index) < self._offsets + self._count * _FOUR + _TRAILERS:
            raise ValueError("the index is cut short")
        self._bases: dict[int, tuple[int, bytes]] = {}
        self._held = 0

    def find(self, oid: bytes) -> int | None:
        """Where the object with this binary id starts; None where it is not in here."""
        first = oid[0]
        low = self._number(_FANOUT + _FOUR * (first - 1)) if first else 0
        high = self._number(_FANOUT + _FOUR * first)
        if not low <= high <= self._count:
            raise ValueError("the index counts wrongly")
        row = bisect_left(range(high), oid, low, key=self._name)
        return self._offset(row) if row < high and self._name(row) == oid else None

    def read(self, offset: int) -> tuple[int, bytes]:
        """Kind and bytes of the object that starts there."""
        deltas: list[tuple[int, bytes]] = []
        while (found := self._bases.get(offset)) is None:
            kind, size, start = self._head(offset)
            if kind not in (_BY_OFFSET, _BY_ID):
                found = kind, self._inflated(start, size)
                break
            if len(deltas) == _DEEPEST:
                raise ValueError("too many changes of changes")
            base, start = self._base(kind, offset, start)
            deltas.append((offset, self._inflated(start, size)))
            offset = base
        for here, delta in reversed(deltas):
            self._hold(offset, found)
            found, offset = (found[0], patched(found[1], delta)), here
        return found

    def header(self, offset: int) -> tuple[int, int]:
        """Kind and number of bytes of the object that starts there, without its bytes. It and all that it is told as a
        change of are there."""
        kind, size, start = self._head(offset)
        if kind in (_BY_OFFSET, _BY_ID):
            base, start = self._base(kind, offset, start)
            size = self._made_by(start, size)
            for _ in range(_DEEPEST):
                kind, _, start = self._head(base)
                if kind not in (_BY_OFFSET, _BY_ID):
                    break
                base, _ = self._base(kind, base, start)
            else:
                raise ValueError("too many changes of changes")
        return kind, size

    def _made_by(self, start: int, size: int) -> int:
        """How many bytes the change that starts there makes: its second number."""
        packed = self._data[start : start + _ENOUGH_FOR_A_HEAD]
        head = zlib.decompressobj().decompress(packed, min(size, _LONGEST_HEAD))
        return _size(head, _size(head, 0)[1])[0]

    def _hold(self, offset: int, found: tuple[int, bytes]) -> None:
        """Remember what others are told as changes of."""
        if self._held > _MOST_HELD:
            self._bases, self._held = {}, 0
        if offset not in self._bases:
            self._bases[offset] = found
            self._held += len(found[1])

    def _number(self, at: int, size: int = _FOUR) -> int:
        return int.from_bytes(self._index[at : at + size])

    def _name(self, row: int) -> bytes:
        at = _NAMES + _OID * row
        return self._index[at : at + _OID]

    def _offset(self, row: int) -> int:
        offset = self._number(self._offsets + _FOUR * row)
        if offset < _FAR:
            return offset
        return self._number(self._offsets + _FOUR * self._count + _EIGHT * (offset - _FAR), _EIGHT)

    def _head(self, at: int) -> tuple[int, int, int]:
        """Kind, number of bytes, and where what follows starts."""
        byte = self._data[at]
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 0x80:
            at += 1
            byte = self._data[at]
            size |= (byte & 0x7F) << shift
            shift += 7
        return kind, size, at + 1

    def _base(self, kind: int, offset: int, at: int) -> tuple[int, int]:
        """Where the object starts that this one is a change of, and where the change starts."""
        if kind == _BY_ID:
            base = self.find(self._data[at : at + _OID])
            if base is None:
                raise ValueError("a base is missing")
            return base, at + _OID
        byte = self._data[at]
        back = byte & 0x7F
        while byte & 0x80:
            at += 1
            byte = self._data[at]
            back = (back + 1 << 7) | byte & 0x7F
        if not 0 < back < offset:
            raise ValueError("a base lies nowhere")
        return offset - back, at + 1

    def _inflated(self, start: int, size: int) -> bytes:
        if size > LARGEST:
            raise ValueError("too large to be read here")
        unpacker = zlib.decompressobj()
        # Bytes that do not get smaller get larger by less than this; a pack that wastes more is left to the library.
        data = unpacker.decompress(self._data[start : start + size + size // 8 + 64], size + 1)
        if len(data) != size or not unpacker.eof:
            raise ValueError("not as long as it says")
        return data


def patched(base: bytes, delta: bytes) -> bytes:
    """What `delta` makes of `base`: pieces of the base and new bytes, in turn."""
    known, at = _size(delta, 0)
    wanted, at = _size(delta, at)
    if known != len(base) or wanted > LARGEST:
        raise ValueError("a change of something else")
    parts: list[bytes] = []
    made = 0
    while at < len(delta):
        order = delta[at]
        at += 1
        if order & 0x80:
            start, at = _given(delta, at, order, 4)
            length, at = _given(delta, at, order >> 4, 3)
            part = base[start : start + (length or 0x10000)]
        else:
            part = delta[at : at + order]
            at += order
        made += len(part)
        if not part or made > wanted:
            raise ValueError("a change that makes something else")
        parts.append(part)
    if made != wanted:
        raise ValueError("a change that is cut short")
    return b"".join(parts)


def _given(delta: bytes, at: int, which: int, most: int) -> tuple[int, int]:
    """A number of which only the bytes that `which` names are written, and where the next one starts."""
    number = 0
    for place in range(most):
        if which >> place & 1:
            number |= delta[at] << 8 * place
            at += 1
    return number, at


def _size(delta: bytes, at: int) -> tuple[int, int]:
    size = shift = 0
    while True:
        byte = delta[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, at


def _mapped(path: Path | str) -> mmap.mmap:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(handle)
