"""The plainest way to ask for a move: two paths and switches. Quick to load, so that git can be asked first."""

from __future__ import annotations

from collections.abc import Sequence

_SWITCHES = frozenset({"--dry-run", "--explain", "--prove", "--shim", "--json", "--verbose", "-v"})


def switches_and_paths(words: Sequence[str]) -> tuple[frozenset[str], str, str] | None:
    """The switches and both paths of a move. None for anything else: the description of all commands judges that."""
    switches = frozenset(word for word in words[1:] if word.startswith("-"))
    paths = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["move"] or len(paths) != 2 or not switches <= _SWITCHES:
        return None
    return switches, paths[0], paths[1]
