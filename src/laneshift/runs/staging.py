"""Which turn of a run takes each item: the canary first, then the shares that the settings say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from laneshift.code.codemods.records import REGENERATE
from laneshift.config import Rollout
from laneshift.rollout.canary import Candidate
from laneshift.rollout.stages import stages
from laneshift.runs.plan import PlannedItem

FEWEST = 10
"""Items to run below which a run has one stage: the share of so few says nothing, and waiting for each other costs."""


def candidates(items: Iterable[PlannedItem]) -> list[Candidate]:
    """What the canary draws from: the items that a run works on, in the order of the plan."""
    return [Candidate(item.id, item.stratum, item.critical) for item in items if item.to_run]


def staged(items: Sequence[PlannedItem], rollout: Rollout) -> tuple[PlannedItem, ...]:
    """The items with their stages, from 1."""
    found = candidates(items)
    keys = [[each.key for each in found]] if len(found) < FEWEST else stages(found, [rollout.canary, *rollout.stages])
    turns = {key: number for number, stage in enumerate(keys, 1) for key in stage}
    return tuple(replace(item, stage=turns.get(item.id, 0)) for item in items)


def regenerated_last(items: Iterable[PlannedItem]) -> list[PlannedItem]:
    """The items in their order, but those that regenerate manifests last: what these say is about all the others."""
    return sorted(items, key=_regenerates)


def _regenerates(item: PlannedItem) -> bool:
    codemod = item.intent.codemod
    return codemod is not None and codemod.name == REGENERATE
