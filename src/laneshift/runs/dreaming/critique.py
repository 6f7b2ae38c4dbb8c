"""What is to be said of a way after it was followed to its end, and which way to try instead. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.landing.culprits import Culprits
from laneshift.landing.looked import fault_line
from laneshift.runs.dreaming.expanding import Expansion
from laneshift.runs.dreaming.imagining import Imagined
from laneshift.runs.dreaming.solo import Solo


@dataclass(frozen=True)
class Critique:
    """`stops` are items that their own steps would stop, `conflicts` those that the tree before them does not allow,
    `violations` what each item that boards adds to lanes on the tree before it, and `held` those that the landing holds
    since the combined tree would break lanes or imports. Each pairs an item with a sentence. `points` add up the danger
    of the items that land.
    """

    lands: tuple[str, ...]
    verified: tuple[str, ...]
    stops: tuple[tuple[str, str], ...]
    conflicts: tuple[tuple[str, str], ...]
    violations: tuple[tuple[str, str], ...]
    held: tuple[tuple[str, str], ...]
    points: int

    @property
    def value(self) -> tuple[int, int, int, int]:
        """Less is better: items that would be held, then items that do not land, then conflicts, then risk."""
        return len(self.held), -len(self.lands) - len(self.verified), len(self.conflicts), self.points

    def remarks(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        return (
            *(f"{item} would stop: {why}" for item, why in self.stops),
            *(f"{item} is not allowed by the tree before it: {why}" for item, why in self.conflicts),
            *(f"{item} breaks lanes together with those before it: {what}" for item, what in self.violations),
            *(f"{item} would be held: it {why}" for item, why in self.held),
        )

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "lands": list(self.lands),
            "verified": list(self.verified),
            "stops": [list(pair) for pair in self.stops],
            "conflicts": [list(pair) for pair in self.conflicts],
            "lane_violations": [list(pair) for pair in self.violations],
            "held": [list(pair) for pair in self.held],
            "risk_points": self.points,
        }


def boards(way: Imagined, solos: Mapping[str, Solo]) -> tuple[str, ...]:
    """The items of a way that get as far as a train, in order."""
    return tuple(name for name in way.order if not solos[name].stopped and not solos[name].verify_only)


def criticised(
    way: Imagined,
    solos: Mapping[str, Solo],
    expansions: Sequence[Expansion],
    left: Sequence[Expansion],
    held: Sequence[Culprits],
) -> Critique:
    """`expansions` are those of the items that board, in order; `left` of those that go on when `held` were found."""
    lands = tuple(each.item for each in left if not each.conflict)
    return Critique(
        lands=lands,
        verified=tuple(name for name in way.order if solos[name].verify_only and not solos[name].stopped),
        stops=tuple((name, f"{solos[name].stopped}: {solos[name].why}") for name in way.order if solos[name].stopped),
        conflicts=tuple((each.item, each.conflict) for each in left if each.conflict),
        violations=tuple((each.item, what) for each in expansions for what in each.violations),
        held=tuple((found.members[-1], fault_line(found.red, found.members)) for found in held),
        points=sum(solos[name].danger for name in lands),
    )


def advice(way: Imagined, found: Critique, fronted: Collection[str]) -> tuple[Imagined | None, frozenset[str]]:
    """The way to try next, None where nothing would be better; and the items that went to the front so far.

    What a tree does not allow goes first once, and is left out when that did not help. What would be held is left out.
    """
    out = {name: "it breaks lanes or imports together with others" for name, _ in found.held}
    front = [name for name, _ in found.conflicts if name not in fronted and name != way.order[0]]
    out |= {name: "no order was found that allows it" for name, _ in found.conflicts if name not in front}
    if not out and not front:
        return None, frozenset(fronted)
    kept = [name for name in way.order if name not in out and name not in front]
    order = (*(name for name in front if name not in out), *kept)
    left_out = (*way.left_out, *sorted(out.items()))
    return Imagined(way.strategy, order, left_out), frozenset({*fronted, *front})
