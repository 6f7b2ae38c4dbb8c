"""Which lane and which item the options `--next` and `--lane` mean."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.runs.lane_check import lanes_of
from laneshift.runs.next_batch import next_item
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


def lane_name(shop: Workshop, lane: str) -> str:
    """The name of a lane of the last commit; empty for none asked. Raises `Refused` (`lanes.unknown`)."""
    if not lane:
        return ""
    tree = shop.repository.tree("HEAD")
    found = lanes_of(shop.settings(tree), tree).get(lane)
    if found is None:
        raise Refused("lanes.unknown", f"no lane is called {lane!r}", cure="laneshift lanes docs lists them")
    return found.name


def one_of(shop: Workshop, state: BatchState, lane: str) -> tuple[str, ...]:
    """The next item of a batch, or none where nothing waits. Raises as `lane_name` does."""
    item = next_item(state, lane_name(shop, lane))
    return () if item is None else (item,)
