"""Sealed files: sections of bytes under one checksum, so that a file is either read whole and right, or not at all.

A crash, a full disk or a bad sector may leave any bytes behind; nothing inside is looked at before the checksum over
all of it has been compared. The key says what wrote the file and how it is to be read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import reduce
from typing import BinaryIO, Literal

_MAGIC = b"laneshift sealed\n"
_HEAD = struct.Struct("<IIHH")
_START = len(_MAGIC) + _HEAD.size


class Unusable(Exception):
    """The bytes are no sealed file under the expected key: another version wrote them, or they are damaged."""

    def __init__(self, cause: Literal["other-version", "damaged"], why: str) -> None:
        super().__init__(why)
        self.cause = cause
        self.why = why


def seal(key: bytes, sections: Sequence[bytes | memoryview]) -> bytes:
    """One file with these sections. At most 65,535 sections of less than 2**64 bytes each."""
    body = [key, struct.pack(f"<{len(sections)}Q", *(len(part) for part in sections)), *sections]
    check = 0
    for part in body:
        check = zlib.crc32(part, check)
    size = sum(map(len, body))
    return b"".join([_MAGIC, _HEAD.pack(check, size & 0xFFFFFFFF, len(key), len(sections)), *body])


def unseal(file: BinaryIO, size: int, key: bytes) -> tuple[bytes, ...]:
    """The sections of a sealed file of `size` bytes. Raises `Unusable` for another key, and for anything but the bytes
    once sealed.

    Each section is read by itself, so that nobody has to copy out of the whole what he looks through.
    """
    head, start = file.read(_START), _START
    if len(head) < start or not head.startswith(_MAGIC):
        raise Unusable("damaged", "the file does not start like an index file")
    check, body_size, key_size, count = _HEAD.unpack_from(head, len(_MAGIC))
    named = key_size + 8 * count
    told = file.read(named) if named <= size - start else b""
    lengths = struct.unpack_from(f"<{count}Q", told, key_size) if len(told) == named else ()
    if body_size != (size - start) & 0xFFFFFFFF or named + sum(lengths) != size - start:
        raise Unusable("damaged", f"the file holds {size} bytes and was written with another size")
    sections = tuple(map(file.read, lengths))
    if reduce(lambda so_far, part: zlib.crc32(part, so_far), sections, zlib.crc32(told)) != check:
        raise Unusable("damaged", "the checksum of the content differs")
    if told[:key_size] != key:
        raise Unusable("other-version", f"written by {told[:key_size].decode('utf-8', 'replace')}")
    return sections


def written_by(head: bytes) -> str:
    """The key in the first bytes of a sealed file, unchecked; empty where these are none."""
    if len(head) < _START or not head.startswith(_MAGIC):
        return ""
    key_size = _HEAD.unpack_from(head, len(_MAGIC))[2]
    return head[_START : _START + key_size].decode("utf-8", "replace")
