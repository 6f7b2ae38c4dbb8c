"""Standard input and output, kept for the protocol alone.

Whatever else prints to standard output is told on standard error instead, and who reads standard input finds it at its
end: only the server has the real ones.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Wire:
    """The two descriptors that the protocol is spoken over."""

    read: int
    write: int


@contextmanager
def kept_apart() -> Iterator[Wire]:
    """The real standard input and output, which nobody else has in the block."""
    sys.stdout.flush()
    read, write = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        yield Wire(read, write)
    finally:
        sys.stdout.flush()
        os.dup2(read, 0)
        os.dup2(write, 1)
        for each in (nothing, read, write):
            os.close(each)
