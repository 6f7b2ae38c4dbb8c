"""Merkle roots over the lines of a journal, as RFC 6962 section 2.1 defines them. Pure.

A root stands for every line and for their order: whoever kept one sees any later change among those lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"
EMPTY = sha256(b"").digest()
"""The root over nothing."""


def leaf_of(line: bytes) -> bytes:
    """The 32 bytes that stand for one line."""
    return sha256(_LEAF + line).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The 32 bytes of the root over `leaves`, which `leaf_of` made."""
    return roots_at(leaves, (len(leaves),))[len(leaves)]


def roots_at(leaves: Iterable[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """The root over the first n of `leaves`, for each n of `sizes` up to their number. One pass over the leaves."""
    wanted = frozenset(sizes)
    found = {0: EMPTY} if 0 in wanted else {}
    stack: list[tuple[int, bytes]] = []
    for size, leaf in enumerate(leaves, start=1):
        _grow(stack, leaf)
        if size in wanted:
            found[size] = _folded(stack)
    return found


def _grow(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add a leaf to the perfect subtrees of `stack`, the highest first; two of one height become one."""
    height, node = 0, leaf
    while stack and stack[-1][0] == height:
        node = sha256(_NODE + stack.pop()[1] + node).digest()
        height += 1
    stack.append((height, node))


def _folded(stack: list[tuple[int, bytes]]) -> bytes:
    node = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        node = sha256(_NODE + left + node).digest()
    return node
