"""How entries are kept: agents bring plain files alone, and do not change what kind of thing a path is."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import Ground
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_SUBMODULE, MODE_SYMLINK

NAME = "kinds"
_CURE = "leave the path the plain file that it was"


def check(ground: Ground) -> Iterator[Objection]:
    """Symlinks, submodules and modes, in every commit: what a later one takes back counts."""
    for touch in ground.touches:
        modes = [entry.mode for entry in (touch.before, touch.after) if entry is not None]
        if MODE_SYMLINK in modes:
            yield objection("symlink", touch.path, "a symlink comes, goes or leads elsewhere", _CURE)
        elif MODE_SUBMODULE in modes:
            yield objection("submodule", touch.path, "a submodule comes, goes or moves", _CURE)
        elif len(set(modes)) > 1:
            yield objection("mode", touch.path, f"the mode was {modes[0]:o} and is {modes[1]:o}", _CURE)
        elif touch.before is None and modes == [MODE_EXECUTABLE]:
            yield objection("mode", touch.path, "the file is new and may be executed", "chmod -x the file")
