"""The kinds of git objects, by the numbers that git gives them in its packs."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from types import ModuleType

_LITTLE = 1 << 17


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
    return _id_by(_library(), kind, data)


def object_id_of_little(kind: int, data: bytes) -> str:
    """As `object_id`, for who hashes no more than some small objects."""
    return _id_by(_library() if len(data) > _LITTLE else _of_python(), kind, data)


def _id_by(module: ModuleType, kind: int, data: bytes) -> str:
    digest = module.sha1(b"%s %d\0" % (NAMES[kind], len(data)), usedforsecurity=False)
    digest.update(data)
    return str(digest.hexdigest())


@lru_cache(1)
def _library() -> ModuleType:
    import hashlib  # noqa: PLC0415 - takes a tenth of a small command to load

    return hashlib


@lru_cache(1)
def _of_python() -> ModuleType:
    """What Python has where hashlib finds no library: several times as slow, and loaded at once."""
    try:
        return __import__("_sha1")
    except ImportError:
        return _library()
