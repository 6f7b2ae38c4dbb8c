"""How evidence is kept: redacted where it is text, compressed, and never larger than what can be read back. Pure."""

from __future__ import annotations

import zlib

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.canonical import digest_of, is_digest
from laneshift.evidence.redaction import redact_text

LARGEST = 256 << 20
"""The most bytes that one evidence file holds."""
LARGEST_PACKED = LARGEST + (1 << 20)
_LEVEL = 6
_SMALL = 4096
_SMALL_WINDOW = 12
_SMALL_MEMORY = 4


def as_bytes(content: bytes | str) -> bytes:
    """Bytes as they are; text is what programs said, so it is redacted. Raises `Refused` above `LARGEST` bytes."""
    data = content if isinstance(content, bytes) else redact_text(content).encode("utf-8", "backslashreplace")
    if len(data) > LARGEST:
        raise Refused("evidence.file-too-large", f"{len(data)} bytes; an evidence file holds up to {LARGEST}")
    return data


def pack(data: bytes) -> bytes:
    """The bytes compressed."""
    if len(data) > _SMALL:
        return zlib.compress(data, _LEVEL)
    # Most evidence is small, and making tables for large content takes longer than compressing it.
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _SMALL_WINDOW, _SMALL_MEMORY)
    return packer.compress(data) + packer.flush()


def unpack(packed: bytes) -> bytes:
    """The bytes that were packed. Raises `ValueError` for all but one whole stream of at most `LARGEST` bytes."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, LARGEST + 1)
    except zlib.error as error:
        raise ValueError(f"it does not unpack: {error}") from error
    if len(data) > LARGEST or not unpacker.eof or unpacker.unused_data:
        raise ValueError("it is cut, too long, or has something after its end")
    return data


def named(packed: bytes, digest: str) -> bytes:
    """The bytes that were packed, if they have this digest. Raises `ValueError` when they do not, or as `unpack`."""
    data = unpack(packed)
    if digest_of(data) != digest:
        raise ValueError("its content has another digest")
    return data


def refuse_bad_digest(digest: str) -> None:
    """Raise `Refused` for text that is no digest."""
    if not is_digest(digest):
        raise Refused("evidence.bad-digest", f"{digest[:80]!r} is not a digest", cure="give sha256: and 64 digits")


def missing(digest: str, where: str) -> CheckFailed:
    """The error for evidence that is not there."""
    return CheckFailed("evidence.file-missing", f"no evidence file {digest}", where=where)


def damaged(where: str, why: str) -> CheckFailed:
    """The error for evidence that is not what its name says."""
    cure = "take the file from a backup, or run again what produced it"
    return CheckFailed("evidence.file-damaged", "an evidence file is damaged", where=where, why=why, cure=cure)
