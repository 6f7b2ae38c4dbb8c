"""How many tests a landing would run, by the selection that its steps make and by how its trains are cut. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from laneshift.code.facts import Facts
from laneshift.runs.dreaming.scene import Scene
from laneshift.runs.dreaming.solo import Solo
from laneshift.runs.train_size import train_size


@dataclass(frozen=True, slots=True)
class Load:
    """Of one scene: how many test files the whole suite has, and how many items a train takes, None for all.

    A size that follows what landed before counts as with nothing landed yet, so that it follows from the tree alone.
    """

    suite: int
    most: int | None

    @classmethod
    def of(cls, scene: Scene, facts: Mapping[str, Facts]) -> Load:
        """The load of a scene; `facts` are those of the tree that items land on."""
        return cls(sum(fact.is_test for fact in facts.values()), train_size(scene.settings.landing.train_size, []).most)

    def of_items(self, solos: Sequence[Solo]) -> dict[str, Any]:
        """What items that land would have run: their own selections, then the whole suite once for each train."""
        trains = ceil(len(solos) / (self.most or len(solos))) if solos else 0
        return {
            "selected": sum(len(solo.tests) for solo in solos),
            "distinct": len({test for solo in solos for test in solo.tests}),
            "suite": self.suite,
            "trains": trains,
        }
