"""Writes bytes to a descriptor, all of them."""

from __future__ import annotations

import os


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`; the system may take less at a time. Raises `OSError`.

    A file object would ask the system three things about each file that are known here.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
