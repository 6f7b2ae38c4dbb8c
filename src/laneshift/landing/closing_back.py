"""The way back and manifests: what others derived since is derived again, where lines of both sides would disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.code.codemods.records import REGENERATE
from laneshift.code.intents import Intent, Rules
from laneshift.landing.carry import Across
from laneshift.landing.closing import regeneration
from laneshift.manifests.applying import apply
from laneshift.manifests.keeping_up import ENDING, keeps_up, right_in, stale_after
from laneshift.repo.merging import Conflict, Merged
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True)
class ClosedBack:
    """The tree, what is left of the conflicts, and the manifests that were regenerated."""

    tree: Tree
    conflicts: tuple[Conflict, ...]
    paths: tuple[str, ...] = ()


def close_back(tip: Tree, merged: Merged, across: Across, going: Sequence[Intent], rules: Rules) -> ClosedBack:
    """What came back from `tip`, with the manifests regenerated that were right there and are stale here. Pure.

    A conflict about such a manifest is none: what people wrote is the tip's, and the rest is derived. It stays one
    where the items that go have regenerated manifests themselves, since what they set besides has to go with them.
    """
    if not keeps_up(tip):
        return ClosedBack(merged.tree, merged.conflicts)
    were = {new: old for old, new in across.relocations.items()}
    ours_alone = any(intent.codemod is not None and intent.codemod.name == REGENERATE for intent in going)
    disputed = {} if ours_alone else {each.path: each for each in merged.conflicts if _is_about_lines(each)}
    right = right_in(tip, {were.get(path, path) for path in disputed}) if disputed else frozenset[str]()
    taken = {path: each.theirs for path, each in disputed.items() if were.get(path, path) in right}
    tree = merged.tree.edit(taken) if taken else merged.tree
    paths = stale_after(tip, tree, across.relocations)
    after = apply(tree, regeneration(paths), rules).tree if paths else tree
    left = tuple(each for each in merged.conflicts if each.path not in taken)
    return ClosedBack(after, left, tuple(sorted({*paths, *taken})))


def _is_about_lines(conflict: Conflict) -> bool:
    regular = all(entry is not None and entry.is_regular for entry in (conflict.ours, conflict.theirs))
    return conflict.why == "both-changed" and conflict.path.endswith(ENDING) and regular
