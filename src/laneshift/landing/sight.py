"""What a remote shows of a push, and what follows from it. Pure: the same sight gives the same verdict.

The recovery ref moves in the same transaction as the target, so it tells that the push happened even when somebody has
since taken the target elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laneshift.repo.ref_names import check, component

Verdict = Literal["landed", "untouched", "moved", "taken-away"]


@dataclass(frozen=True, slots=True)
class Sight:
    """`there`: the commit of the target (None: it has no such branch); `holds`: whether the pushed commit is in it.

    `recovered`: whether the recovery ref is at the pushed commit.
    """

    there: str | None
    holds: bool
    recovered: bool


def verdict(sight: Sight, expected: str) -> Verdict:
    """Whether the push landed, never happened (or not yet), lost to others, or landed and was undone by others."""
    if sight.there is not None and sight.holds:
        return "landed"
    if sight.recovered:
        return "taken-away"
    return "untouched" if sight.there == expected else "moved"


def recovery_ref(key: str, tip: str) -> str:
    """The ref of a remote that tells that the attempt `key` (`<plan>/land-1`) has pushed `tip`.

    It is `refs/laneshift/landed/<plan>/<attempt>/<commit>`: an attempt after one that was taken away has another one.
    """
    return check(f"refs/laneshift/landed/{'/'.join(map(component, key.split('/')))}/{tip}")
