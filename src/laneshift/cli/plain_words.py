"""The plainest ways to ask for a move and for a landing. Quick to load, so that git can be asked first."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_SWITCHES = frozenset({"--dry-run", "--explain", "--prove", "--shim", "--json", "--verbose", "-v"})
_OF_A_LANDING = frozenset({"--json", "--verbose", "-v"})
_FORCING = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables by which somebody asks for what a terminal would show."""


def switches_and_paths(words: Sequence[str]) -> tuple[frozenset[str], str, str] | None:
    """The switches and both paths of a move. None for anything else: the description of all commands judges that."""
    switches = frozenset(word for word in words[1:] if word.startswith("-"))
    paths = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["move"] or len(paths) != 2 or not switches <= _SWITCHES:
        return None
    return switches, paths[0], paths[1]


def switches_and_plan(words: Sequence[str]) -> tuple[frozenset[str], str] | None:
    """The switches and the plan of a landing of all that is ready. None for anything else, as above."""
    switches = frozenset(word for word in words[1:] if word.startswith("-"))
    plans = [word for word in words[1:] if not word.startswith("-")]
    return (switches, plans[0]) if words[:1] == ["land"] and len(plans) == 1 and switches <= _OF_A_LANDING else None


def is_watched() -> bool:
    """Whether a terminal shows what is said, so that a bar and colours are wanted."""
    return any(name in os.environ for name in _FORCING) or sys.stdout.isatty() or sys.stderr.isatty()
