"""How many items land together: many while nearly all are good, few when bad ones are frequent. Pure.

A bad item in a train costs a search and another full run, which everybody in that train waits for; a short train costs
a full run of its own. The size follows the observed rate of bad items: the whole queue up to 1 %, about 16 at 3 %,
8 at 10 %, and between them the power law through those two points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

PRIOR = 100
"""As many items as must have been in trains before their own rate stands alone."""
WINDOW = 300
"""How many of the last items count: a team that mends its ways is not held to what was."""

_WHOLE_UP_TO = 1
_AT_THREE, _AT_TEN = 16, 8
_EXPONENT = math.log(_AT_THREE / _AT_TEN) / math.log(10 / 3)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class TrainSize:
    """How long a train may be, and on what grounds. `most` None is the whole queue; `fixed` is a team's setting."""

    most: int | None
    seen: int
    bad: int
    fixed: bool = False

    @property
    def why(self) -> str:
        """One sentence for a person."""
        some = "the whole queue at a time" if self.most is None else f"{self.most} at a time"
        if self.fixed:
            return f"{some}: landing.train_size says so"
        if not self.seen:
            return f"{some}: no item was in a train yet"
        share = f"{100 * self.bad / self.seen:.1f} %"
        early = f", counted as of {PRIOR}" if self.bad and self.seen < PRIOR else ""
        return f"{some}: {self.bad} of the last {self.seen} item(s) in trains were bad ({share}{early})"

    def cut(self, items: Sequence[str]) -> list[str]:
        """The items of the next train: the first of those that wait, in their order."""
        return list(items if self.most is None else items[: self.most])


def rate(seen: int, bad: int) -> float:
    """The estimated share of bad items, 0 to 1: `bad / max(seen, 100)`.

    The prior is 100 good items, and each item that is seen takes the place of one of them. So the first bad item of all
    counts as 1 %, which changes nothing yet, and from 100 items on the estimate is what was observed, without bias.
    """
    return bad / max(seen, PRIOR)


def size_for(share: float) -> int | None:
    """The longest train for this share of bad items, 0 to 1; None is the whole queue.

    `16 * (0.03 / share) ** 0.576` above 1 %, and never below 2. It never grows with the share.
    """
    if share * 100 <= _WHOLE_UP_TO:
        return None
    return max(_FEWEST, round(_AT_THREE * math.pow(0.03 / share, _EXPONENT)))


def train_size(setting: int | str, passengers: Sequence[bool]) -> TrainSize:
    """How long a train is. `passengers` says of each item that was in a train whether it was bad, oldest first."""
    last = passengers[-WINDOW:]
    seen, bad = len(last), sum(last)
    if isinstance(setting, int):
        return TrainSize(setting, seen, bad, fixed=True)
    return TrainSize(size_for(rate(seen, bad)), seen, bad)
