"""The violations of a tree that imports the same as one before: what stood there, with the lines of now."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.lanes.arrows import shape_of
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.crossings import Crossing, Hop
from laneshift.lanes.kept_arrows import differing


def relined(found: Iterable[Crossing], before: Atlas, after: Atlas) -> tuple[Crossing, ...] | None:
    """What `standing` would find in `after`, from what it found in `before` under the same lanes, sorted.

    None where the two differ in more than lines: another import, or the same ones in another order.
    """
    if before.out.keys() != after.out.keys():
        return None
    changed = differing(before.out, after.out)
    if any(shape_of(before.out[path]) != shape_of(after.out[path]) for path in changed):
        return None
    lines = {(path, arrow.target, arrow.kind): arrow.line for path in changed for arrow in after.out[path]}

    def now(hop: Hop) -> Hop:
        line = lines.get((hop.importer, hop.imported, hop.kind), hop.line)
        return hop if line == hop.line else Hop(hop.importer, hop.imported, line, hop.kind)

    return tuple(sorted(Crossing(each.from_lane, each.to_lane, tuple(map(now, each.chain))) for each in found))
