"""The stages of a run, and when a run pauses between them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from laneshift.errors import Bug
from laneshift.rollout.canary import Candidate, canary


def stages(candidates: Sequence[Candidate], sizes: Sequence[Decimal]) -> tuple[tuple[str, ...], ...]:
    """The keys that each stage adds, each in the order given: disjoint, and everything when the last size is 1.

    A stage is the canary of its size without what earlier stages hold; what went out stays out, though the larger
    sample alone need not contain it. A stage may be empty. Raises as `canary` does.
    """
    out: set[str] = set()
    found = []
    for size in sizes:
        added = tuple(key for key in canary(candidates, size) if key not in out)
        out.update(added)
        found.append(added)
    return tuple(found)


def pauses(failed: int, done: int, limit: Decimal | float) -> bool:
    """Whether `failed` of `done` items is a larger share than `limit`, in exact arithmetic.

    Raises `Bug` when nothing was done: no share can be judged then.
    """
    if not 0 <= failed <= done or done == 0:
        raise Bug("rollout.bad-count", f"{failed} of {done} items cannot have failed")
    return failed > Fraction(str(limit)) * done
