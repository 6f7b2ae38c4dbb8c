"""The ceilings of a plan, with what the journal says has landed lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from laneshift.code.codemods.records import REGENERATE
from laneshift.config import Settings
from laneshift.errors import Fault, Refused
from laneshift.repo.objects import Tree
from laneshift.rollout.ceilings import Load, exceeded
from laneshift.rollout.exceptions import forced
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop

_DAY_MS = 24 * 60 * 60 * 1000


def refuse_excess(
    shop: Workshop, settings: Settings, items: Sequence[PlannedItem], where: str, tree: Tree | None = None
) -> None:
    """Raise `Refused` (`ceiling.exceeded`) with a fault for each ceiling that the items exceed.

    `tree` is that of the base: where manifests are promoted, its other modules count for the floor of Supporting.
    """
    _raise(_faults(shop, settings, items, () if tree is None else _others(settings, items, tree)), where)


def refuse_day(shop: Workshop, settings: Settings, items: Iterable[PlannedItem], where: str) -> None:
    """Raise as `refuse_excess` does for the ceiling of a day alone, which others may have filled since."""
    if settings.ceilings.per_day:
        _raise([fault for fault in _faults(shop, settings, items) if fault.where == "ceilings.per_day"], where)


def landed_lately(shop: Workshop) -> int:
    """How many items landed in the last 24 hours in this repository, by the journal, and were not taken back since."""
    since = shop.clock() * 1000 - _DAY_MS
    landed, back = (
        sum(len(record.facts["items"]) for record in shop.journal.records(kind=kind) if record.at >= since)
        for kind in ("land.recorded", "rollback.recorded")
    )
    return max(0, landed - back)


def _others(settings: Settings, items: Iterable[PlannedItem], tree: Tree) -> tuple[tuple[str, ...], ...]:
    """The stars of every module of the tree that no item promotes; none where no manifest is promoted."""
    starred = (item.intent.codemod for item in items if item.status == "ready" and item.stars and item.codemod)
    promoting = [each.paths for each in starred if each is not None and each.name == REGENERATE]
    if not promoting:
        return ()
    from laneshift.manifests.generating import chosen_units
    from laneshift.manifests.stars.load import load
    from laneshift.manifests.stars.subjects import stars_of
    from laneshift.manifests.world import world_of

    world = world_of(tree)
    promoted = {unit.manifest for paths in promoting for unit in chosen_units(world, paths)}
    known = stars_of(tree, world.found.units, load(tree, settings).canon)
    return tuple((star,) for manifest, star in known.items() if manifest not in promoted)


def _faults(
    shop: Workshop, settings: Settings, items: Iterable[PlannedItem], others: Sequence[tuple[str, ...]] = ()
) -> tuple[Fault, ...]:
    loads = [
        Load(item.lane, item.stars, item.src, forced(settings.exceptions, item.src, item.dst) is not None)
        for item in items
        if item.status == "ready"
    ]
    return exceeded(settings.ceilings, loads, landed_lately(shop) if settings.ceilings.per_day else 0, others)


def _raise(faults: Iterable[Fault], where: str) -> None:
    found = tuple(faults)
    if found:
        raise Refused(
            "ceiling.exceeded",
            f"{len(found)} ceiling(s) exceeded: {found[0].what}",
            where=where,
            cure=found[0].cure,
            faults=found,
        )
