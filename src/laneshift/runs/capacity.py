"""The ceilings of a plan, with what the journal says has landed lately."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.config import Settings
from laneshift.errors import Fault, Refused
from laneshift.rollout.ceilings import Load, exceeded
from laneshift.rollout.exceptions import forced
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop

_DAY_MS = 24 * 60 * 60 * 1000


def refuse_excess(shop: Workshop, settings: Settings, items: Iterable[PlannedItem], where: str) -> None:
    """Raise `Refused` (`ceiling.exceeded`) with a fault for each ceiling that the items exceed. Only moves count."""
    _raise(_faults(shop, settings, items), where)


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


def _faults(shop: Workshop, settings: Settings, items: Iterable[PlannedItem]) -> tuple[Fault, ...]:
    loads = [
        Load(item.lane, item.stars, item.src, forced(settings.exceptions, item.src, item.dst) is not None)
        for item in items
        if item.status == "ready"
    ]
    return exceeded(settings.ceilings, loads, landed_lately(shop) if settings.ceilings.per_day else 0)


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
