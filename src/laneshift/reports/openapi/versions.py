"""Whether a version announces that clients may break. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

_SEMVER = re.compile(
    r"v?(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
)


class Step(StrEnum):
    """What a version says about the one before. `UNTOLD` is for versions that are not semantic, or do not rise."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    UNTOLD = "untold"


def step(old: str, new: str) -> Step:
    """A higher major version may break; before 1.0.0 a higher minor one may."""
    before, after = _SEMVER.fullmatch(old.strip()), _SEMVER.fullmatch(new.strip())
    if before is None or after is None:
        return Step.UNTOLD
    had, has = (tuple(int(each[at]) for at in (1, 2, 3)) for each in (before, after))
    if has < had:
        return Step.UNTOLD
    if has[0] > had[0] or (has[0] == 0 and has[1] > had[1]):
        return Step.BREAKING
    return Step.COMPATIBLE
