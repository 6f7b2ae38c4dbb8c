"""Sealed files: sections of bytes under one checksum, so that a file is either read whole and right, or not at all.

A crash, a full disk or a bad sector may leave any bytes behind; nothing inside is looked at before the checksum over
all of it has been compared. The key says what wrote the file and how it is to be read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Literal

_MAGIC = b"laneshift sealed\n"
_HEAD = struct.Struct("<IIHH")


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


def unseal(data: bytes, key: bytes) -> tuple[memoryview, ...]:
    """The sections of a sealed file. Raises `Unusable` for another key, and for anything but the bytes once sealed."""
    start = len(_MAGIC) + _HEAD.size
    if len(data) < start or not data.startswith(_MAGIC):
        raise Unusable("damaged", "the file does not start like an index file")
    check, size, key_size, count = _HEAD.unpack_from(data, len(_MAGIC))
    body = memoryview(data)[start:]
    if size != len(body) & 0xFFFFFFFF or key_size + 8 * count > len(body):
        raise Unusable("damaged", f"the file holds {len(body)} bytes and was written with another size")
    if zlib.crc32(body) != check:
        raise Unusable("damaged", "the checksum of the content differs")
    if body[:key_size] != key:
        raise Unusable("other-version", f"written by {bytes(body[:key_size]).decode('utf-8', 'replace')}")
    lengths = struct.unpack_from(f"<{count}Q", body, key_size)
    at = key_size + 8 * count
    sections = []
    for length in lengths:
        sections.append(body[at : at + length])
        at += length
    return tuple(sections)


def written_by(head: bytes) -> str:
    """The key in the first bytes of a sealed file, unchecked; empty where these are none."""
    start = len(_MAGIC) + _HEAD.size
    if len(head) < start or not head.startswith(_MAGIC):
        return ""
    key_size = _HEAD.unpack_from(head, len(_MAGIC))[2]
    return head[start : start + key_size].decode("utf-8", "replace")
