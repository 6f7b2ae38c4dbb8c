"""Reading blobs for the index."""

from __future__ import annotations

import pygit2

from laneshift.errors import Refused

LARGEST = 8 * 1024 * 1024
"""Blobs of more bytes than this are not taken apart: what is asked about them is answered by a search."""


def read_blob(odb: pygit2.Odb, oid: bytes, largest: int = LARGEST) -> bytes | None:
    """The bytes of a blob; None when there are more than `largest`. Raises `Refused` when it is missing."""
    try:
        _, size = odb.read_header(oid.hex())
        return odb.read(oid.hex())[1] if size <= largest else None
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise Refused(
            "index.missing-object",
            f"blob {oid.hex()} cannot be read",
            where="object database",
            why=str(error),
            cure="run `git fsck`; fetch what a partial clone left out",
        ) from error
