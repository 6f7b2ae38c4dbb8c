"""Places that say what is checked, run or believed stay as they are, whoever owns them."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import Ground, Touch, added_lines
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.places import guarded
from laneshift.agents.submitting.submission import Objection
from laneshift.config import Settings

NAME = "protected"
_CURE = "leave it to a person"


def check(ground: Ground) -> Iterator[Objection]:
    """Each touched path by its name, and by the files that the settings of the base read."""
    own = policies(ground.settings)
    for touch in ground.touches:
        cause, what = guarded(touch.path, own)
        if cause:
            line, text = _first_new(touch)
            yield objection(cause, touch.path, what, _CURE, line, text)


def policies(settings: Settings) -> tuple[str, ...]:
    """Files of the tree that the settings take rules, keys or excuses from, as globs."""
    approval = settings.approval
    files = [approval.signers, approval.revoked, approval.passkeys, settings.lanes_baseline]
    folders = [f"{folder}/**" for folder in (settings.gates.waivers, *filter(None, files)) if folder]
    return tuple(
        name for name in (*files, *folders, *settings.pins.star_rules, *settings.exceptions.protected_paths) if name
    )


def _first_new(touch: Touch) -> tuple[int, str]:
    """The first line that is new; 0 where none is."""
    return next(added_lines(touch), (0, "")) if touch.new is not None else (0, "")
