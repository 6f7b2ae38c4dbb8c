"""Small repositories with a plan, and agents to make packs for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from laneshift.agents.packs.division import Division
from laneshift.agents.packs.making import divided
from laneshift.agents.registry import Registered, registered
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.runs.workshop import Workshop
from laneshift.wiring import workshop
from tests.agents.packs.ground import CONFIG, ground


@dataclass(frozen=True)
class Scene:
    """A repository at `path` with a plan."""

    path: Path
    shop: Workshop
    plan: Plan

    def agents(self, *names: str) -> list[Registered]:
        """Those of the settings with these names."""
        there = registered(self.shop.settings(self.shop.repository.tree("HEAD")))
        return [there[name] for name in names]

    def divided(self, *names: str) -> Division:
        """Packs for these agents, kept nowhere."""
        return divided(self.shop, self.plan, self.agents(*names))


def scene(path: Path, files: Mapping[str, str], moves: Mapping[str, str]) -> Scene:
    """The files, with the settings of `ground`, and a plan that moves each key to its value."""
    shop = workshop(ground(path, {"laneshift.toml": CONFIG, **files}), lambda _: None)
    lines = "".join(f"{src.removesuffix('.py').replace('/', '.')}\t{src}\t{dst}\n" for src, dst in moves.items())
    return Scene(path, shop, make_plan(shop, Order("small.tsv", lines.encode())).plan)
