"""Items applied one after the other, as a train applies them; the same item on the same tree is worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.code.intents import Applied, Intent
from laneshift.landing.closing import regeneration
from laneshift.landing.looked import Faults
from laneshift.landing.renames import composed
from laneshift.landing.train import Guard, boarded
from laneshift.lanes.ratchet import judge_change
from laneshift.manifests.applying import apply
from laneshift.manifests.keeping_up import stale_after
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.rollout.exceptions import verdict
from laneshift.runs.dreaming.scene import Scene
from laneshift.runs.land_looks import faults_between
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop
from laneshift.steps.work import Parts


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One file that an item changes: its blob afterwards, "" where it is gone, and how many references in it."""

    path: str
    change: str
    blob: str
    edits: int = 0
    was: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        told = {"path": self.path, "change": self.change, "blob": self.blob, "edits": self.edits}
        return {**told, "was": self.was} if self.was else told


@dataclass(frozen=True)
class Expansion:
    """One item on the tree of those before it. With a `conflict` the tree stays; else `files` are what changes.

    `violations` are the lane violations that it adds to that tree.
    """

    item: str
    tree: str
    conflict: str = ""
    files: tuple[FileEdit, ...] = ()
    violations: tuple[str, ...] = ()
    renames: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "item": self.item,
            "tree": self.tree,
            "conflict": self.conflict,
            "files": [each.as_json() for each in self.files],
            "lane_violations": list(self.violations),
        }


class Expander:
    """Expands in one scene. `done` counts what was asked, whether it had to be worked out or not."""

    def __init__(self, shop: Workshop, scene: Scene, parts: Parts) -> None:
        self._shop = shop
        self._scene = scene
        self._parts = parts
        self._known: dict[tuple[str, str], Expansion] = {}
        self._guard = _guard(scene)

    def expand(self, tree: str, item: PlannedItem) -> Expansion:
        """`item` on the tree with this id."""
        key = (tree, item.id)
        if key not in self._known:
            self._known[key] = self._expanded(self._shop.repository.tree(tree), item)
        return self._known[key]

    def faults(self, train: Sequence[Expansion]) -> Faults:
        """What items break together that were expanded one after the other, as their landing looks at it."""
        last = train[-1].tree if train else self._scene.onto.oid
        renames = [each.renames or {} for each in train if not each.conflict]
        return faults_between(self._parts, self._scene.onto.oid, last, renames)

    def closed(self, tree: str, renames: list[Mapping[str, str]]) -> tuple[str, tuple[str, ...]]:
        """The tree that lands, after the manifests which the items made stale were regenerated, and their paths."""
        onto, combined = self._scene.onto, self._shop.repository.tree(tree)
        paths = stale_after(onto, combined, composed(renames)) if combined != onto else ()
        if not paths:
            return tree, ()
        return apply(combined, regeneration(paths), self._scene.rules).tree.oid, paths

    def _expanded(self, before: Tree, item: PlannedItem) -> Expansion:
        applied = boarded(before, item.intent, self._scene.rules, self._shop.index.mentions, self._guard)
        if isinstance(applied, str):
            return Expansion(item.id, before.oid, applied)
        return Expansion(
            item.id,
            applied.tree.oid,
            files=edited_files(before, applied),
            violations=self._violations(before, applied),
            renames=dict(applied.result.relocations),
        )

    def _violations(self, before: Tree, applied: Applied) -> tuple[str, ...]:
        onto, parts = self._scene.onto, self._parts
        was, now = parts.standing(before, onto), parts.standing(applied.tree, onto)
        path, moves = self._scene.settings.lanes_baseline, applied.result.relocations
        return tuple(map(str, judge_change(was.found, now.found, (before, applied.tree), path, moves).new))


def edited_files(before: Tree, applied: Applied) -> tuple[FileEdit, ...]:
    """Every path that is not what it was, sorted; a moved file is told at its new path."""
    moved = {new: old for old, new in applied.result.relocations.items()}
    gone = set(moved.values())
    edits = Counter(edit.path for edit in applied.result.edits)
    found = []
    for path, (was, now) in differences(before, applied.tree).items():
        if now is None:
            if path not in gone:
                found.append(FileEdit(path, "removed", ""))
            continue
        change = "moved" if path in moved else "added" if was is None else "changed"
        found.append(FileEdit(path, change, now.oid, edits[path], moved.get(path, "")))
    return tuple(sorted(found, key=lambda each: each.path))


def _guard(scene: Scene) -> Guard | None:
    exceptions = scene.settings.exceptions

    def guard(intent: Intent, tree: Tree, applied: Applied) -> str:
        return verdict(exceptions, intent.src, intent.dst, differences(tree, applied.tree))[0]

    return guard if exceptions.protected_paths else None
