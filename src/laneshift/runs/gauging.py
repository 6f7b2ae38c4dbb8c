"""How things stand that the journal does not tell: the age of the keys that sign, and what ceilings still let land."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.evidence.keys.port import PURPOSES
from laneshift.evidence.keys.ring import KeyRing
from laneshift.repo.objects import Tree
from laneshift.runs.capacity import landed_lately
from laneshift.runs.workshop import Workshop
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Sample


def gauges(shop: Workshop, ring: Callable[[], KeyRing], rev: str = "HEAD") -> Iterator[Sample]:
    """A sample for each purpose that a key signs for, and for the ceiling of a day where the commit sets one."""
    keys = ring()
    for purpose in PURPOSES:
        key = keys.active(purpose)
        if key is not None:
            yield known.KEY_MADE.sample(key.created / 1000, purpose=purpose)
    settings = _settings(shop, rev)
    if settings is not None and settings.ceilings.per_day:
        yield known.CEILING.sample(settings.ceilings.per_day - landed_lately(shop), ceiling="per_day")


def _settings(shop: Workshop, rev: str) -> Settings | None:
    """Those of the commit. None where they cannot be read: then there is no ceiling to tell of."""
    if rev == "HEAD" and shop.repository.handle.head_is_unborn:
        return None
    try:
        tree: Tree = shop.repository.tree(rev)
        return shop.settings(tree)
    except Refused:
        return None
