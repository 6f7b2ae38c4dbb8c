"""The kinds of git objects, by the numbers that git gives them in its packs."""

from __future__ import annotations

import hashlib
from enum import IntEnum


class Kind(IntEnum):
    """What an object is. The library for git objects counts them in the same way."""

    COMMIT = 1
    TREE = 2
    BLOB = 3
    TAG = 4


NAMES: dict[int, bytes] = {Kind.COMMIT: b"commit", Kind.TREE: b"tree", Kind.BLOB: b"blob", Kind.TAG: b"tag"}
"""What git calls them in the bytes that it hashes."""


def object_id(kind: int, data: bytes) -> str:
    """The hexadecimal id that git gives to an object."""
    digest = hashlib.sha1(b"%s %d\0" % (NAMES[kind], len(data)), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()
