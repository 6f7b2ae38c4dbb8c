"""Reading blobs for the index."""

from __future__ import annotations

from typing import Protocol

from laneshift.errors import Refused

LARGEST = 8 * 1024 * 1024
"""Blobs of more bytes than this are not taken apart: what is asked about them is answered by a search."""


class Blobs(Protocol):
    """What gives kind and bytes, or kind and length, of an object by its hexadecimal id; `KeyError` when it cannot."""

    def read(self, oid: str, /) -> tuple[int, bytes]: ...

    def read_header(self, oid: str, /) -> tuple[int, int]: ...


def read_blob(blobs: Blobs, oid: bytes, largest: int = LARGEST) -> bytes | None:
    """The bytes of a blob; None when there are more than `largest`. Raises `Refused` when it is missing."""
    try:
        _, size = blobs.read_header(oid.hex())
        return blobs.read(oid.hex())[1] if size <= largest else None
    except KeyError as error:
        raise Refused(
            "index.missing-object",
            f"blob {oid.hex()} cannot be read",
            where="object database",
            why=str(error),
            cure="run `git fsck`; fetch what a partial clone left out",
        ) from error
