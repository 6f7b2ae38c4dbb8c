"""The scored inventory of a lane at a commit, and plans made from such a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from laneshift.config import Settings
from laneshift.errors import Bug, Refused
from laneshift.lanes import answers, globs
from laneshift.lanes.model import Lane
from laneshift.manifests.inventory.build import build
from laneshift.manifests.inventory.gather import History, survey
from laneshift.manifests.inventory.reading import read
from laneshift.manifests.inventory.records import Inventory
from laneshift.manifests.inventory.text import document, text
from laneshift.repo.ages import is_shallow, last_changes, settled
from laneshift.repo.objects import Tree
from laneshift.runs.batch import ParsedBatch
from laneshift.runs.inventory_batch import Filters, Taken, options_of, take
from laneshift.runs.lane_check import lanes_of
from laneshift.runs.planning import Order, Planned, make_plan
from laneshift.runs.workshop import Workshop

_KIND = "ages"


@dataclass(frozen=True)
class Counted:
    """An inventory, its document and the bytes of its file. `shallow`: history is cut off, so ages may be too small."""

    inventory: Inventory
    lane: Lane
    document: dict[str, Any]
    data: bytes
    shallow: bool


@dataclass(frozen=True)
class PlannedFrom:
    """A plan made from a manifest, and what of the manifest is in it."""

    planned: Planned
    taken: Taken


def inventory(shop: Workshop, name: str, base: str = "HEAD", wanted: str = "") -> Counted:
    """The inventory of the lane called `name` at the commit `base`; `wanted` names the lane above, empty chooses.

    Everything comes from the commit: the same tree with the same history gives the same bytes. Raises `Refused`
    (`lanes.unknown`, `inventory.nothing-above`, `inventory.not-above`, `inventory.empty`).
    """
    tree = shop.repository.tree(base)
    settings = shop.settings(tree)
    lanes = lanes_of(settings, tree)
    lane = lanes.get(name)
    if lane is None:
        raise Refused("lanes.unknown", f"no lane is called {name!r}", cure=f"known: {', '.join(lanes.names)}")
    made = settled(shop.repository, base)
    looked = survey(
        tree, shop.index, settings, lanes, lane, lambda: History(made.when, _ages(tree, made.oid, _folders(lane)))
    )
    found = build(looked, lanes, lane, settings, wanted)
    if not found.entries and not found.left_out:
        raise Refused("inventory.empty", f"lane {lane.name} has no Python file", where=base)
    told = document(found, looked.roots)
    data = text(told)
    _prove(data)
    return Counted(found, lane, told, data, is_shallow(shop.repository))


def plan_from(shop: Workshop, order: Order, filters: Filters) -> PlannedFrom:
    """Plan the promotions that a manifest lists. `order` holds its bytes; raises `Refused` as `make_plan` does."""
    taken: list[Taken] = []

    def parsed(settings: Settings, tree: Tree) -> ParsedBatch:
        taken.append(take(order.file, order.data, filters, lanes_of(settings, tree)))
        return taken[0].batch

    planned = make_plan(shop, replace(order, parsed=parsed, options=options_of(filters)))
    return PlannedFrom(planned, taken[0])


def _prove(data: bytes) -> None:
    """What is written has to be what is read. Raises `Bug` otherwise."""
    found = read("inventory", data)
    faults = (*found.faults, *(fault for row in found.rows for fault in row.faults))
    if faults:
        raise Bug("inventory.bad-document", "the inventory would be refused", why=str(faults[0]))


def _folders(lane: Lane) -> tuple[str, ...]:
    """The folders that hold every file of the lane; none where that may be the whole tree."""
    found = sorted({"/".join(_plain(glob)) for glob in lane.paths})
    return () if "" in found else tuple(found)


def _plain(glob: str) -> list[str]:
    """The segments of a glob before its first wildcard."""
    found = []
    for segment in globs.trimmed(glob).split("/"):
        if "*" in segment or "?" in segment:
            break
        found.append(segment)
    return found


def _ages(tree: Tree, commit: str, folders: tuple[str, ...]) -> dict[str, int]:
    """When the files of these folders were last changed, remembered by tree and commit."""
    question = repr((commit, folders))
    # History that is cut off may be fetched later, and then says more about the same commit.
    known = None if is_shallow(tree.repository) else answers.load(tree, _KIND, question)
    if known is not None:
        return {str(path): int(when) for path, when in known.items()}
    found = last_changes(tree.repository, commit, folders)
    here = {path: when for path, when in found.items() if path in tree}
    answers.keep(tree, _KIND, question, here)
    return here
