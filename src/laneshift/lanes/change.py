"""What a change adds to the violations of a tree, at the price of what changed."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.lanes.arrows import Arrow
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.crossings import Crossing, Identity, Standing, direct, is_known, standing
from laneshift.lanes.kept_arrows import differing


def added(before: Standing, after: Atlas) -> tuple[Crossing, ...]:
    """The violations of `after` that are not in `before`, sorted: what `standing` on both trees would say.

    Chains are searched for again only when an import was added that may lie on one.
    """
    ground = before.ground.on(after)
    known = {each.identity for each in before.found}
    fresh = dict(_added_arrows(before.ground.atlas, after))
    if any(_may_complete(before, after, pair, fresh, known) for pair in _pairs(before)):
        found = standing(ground).found
    else:
        found = tuple(sorted(direct(ground, fresh)))
    return tuple(each for each in found if not is_known(each.identity, known))


def _pairs(before: Standing) -> list[tuple[str, str]]:
    lanes = [lane.name for lane in before.ground.lanes.lanes]
    return [(a, b) for a in lanes for b in lanes if not before.ground.allows(a, b)]


def _added_arrows(before: Atlas, after: Atlas) -> Iterator[tuple[str, list[Arrow]]]:
    """The imports that are new, by importing path. Unchanged files share their arrows with the atlas before."""
    for path in differing(before.out, after.out):
        targets = {(arrow.target, arrow.kind) for arrow in before.out.get(path, ())}
        fresh = [arrow for arrow in after.out[path] if (arrow.target, arrow.kind) not in targets]
        if fresh:
            yield path, fresh


def _may_complete(
    before: Standing,
    after: Atlas,
    pair: tuple[str, str],
    fresh: dict[str, list[Arrow]],
    known: set[Identity],
) -> bool:
    """Whether added imports may make a new chain between two lanes. Removed ones are not looked at: yes is a maybe."""
    source, target = pair
    ground = before.ground
    reaching = set(before.reaching.get(pair, ()))
    pending = [(path, arrow.target) for path, arrows in fresh.items() for arrow in arrows]
    while pending:
        path, imported = pending.pop()
        lane = ground.lane(path)
        if lane == target or not ground.allows(lane, ground.lane(imported)):
            continue
        if imported not in reaching and ground.lane(imported) != target:
            continue
        if lane == source:
            if ("indirect", source, target, path, imported) not in known:
                return True
        elif path not in reaching:
            reaching.add(path)
            pending.extend((importer, path) for importer in after.into.get(path, ()))
    return False
