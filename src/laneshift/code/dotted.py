"""What a dotted name tells by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator


def is_standard(top: str) -> bool:
    """Whether the first part of an outside name belongs to the standard library of this Python."""
    return top in sys.stdlib_module_names


def parents(name: str) -> Iterator[str]:
    """The packages above a dotted name, nearest first."""
    while name := name.rpartition(".")[0]:
        yield name
