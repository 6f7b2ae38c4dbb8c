"""The plainest ways to generate and to validate manifests, which go without the description of all commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Asked(NamedTuple):
    """What is asked of all manifests of the work tree in the current folder."""

    verb: str
    roundtrip: bool = False
    as_json: bool = False
    verbose: bool = False


_COMMON = frozenset({"--json", "-v", "--verbose"})
_OWN = {"validate": frozenset({"--roundtrip"}), "generate": frozenset({"--all"})}
_NEEDED = {"validate": frozenset[str](), "generate": frozenset({"--all"})}


def plainly_asked(words: Sequence[str]) -> Asked | None:
    """`manifest validate` or `manifest generate --all` with switches; None for anything else."""
    if words[:1] != ["manifest"] or len(words) == 1 or words[1] not in _OWN:
        return None
    verb, switches = words[1], set(words[2:])
    if not _NEEDED[verb] <= switches <= _COMMON | _OWN[verb]:
        return None
    return Asked(
        verb,
        roundtrip="--roundtrip" in switches,
        as_json="--json" in switches,
        verbose=not switches.isdisjoint({"-v", "--verbose"}),
    )
