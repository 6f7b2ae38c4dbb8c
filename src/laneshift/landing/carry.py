"""Carry: bring a patch that somebody wrote against an old base across the moves that have landed since.

A patch is a pair of trees, base B and result R. The landed intents M are applied to both, and the three-way merge runs
between M(B), the tip and M(R). Old paths and old imports are then the same on all three sides, so that only true
disagreements remain, and those are reported and never merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from laneshift.code.intents import Intent, Rules
from laneshift.code.moves import Mentions
from laneshift.errors import Refused
from laneshift.manifests.applying import apply, unapply
from laneshift.repo.differences import differences
from laneshift.repo.merging import Conflict, Merged, merge
from laneshift.repo.objects import Entry, Tree
from laneshift.repo.similarity import renames


@dataclass(frozen=True, slots=True)
class Patch:
    """What somebody changed: the tree that they started from, and the tree that they ended with."""

    base: Tree
    result: Tree


@dataclass(frozen=True, slots=True)
class Turned:
    """What one intent made of a tree: old path to new of what moved, and the paths that it wrote whatever was there."""

    relocations: Mapping[str, str]
    wrote: tuple[str, ...]
    tree: Tree


Turn = Callable[[Tree, Intent], Turned]
"""What a landed intent does to a tree. Raises `Refused` when the tree does not allow it."""


def forward(rules: Rules, mentions: Mentions | None = None) -> Turn:
    """Intents as they land."""

    def turn(tree: Tree, intent: Intent) -> Turned:
        applied = apply(tree, intent, rules, mentions)
        return Turned(applied.result.relocations, tuple(applied.tests), applied.tree)

    return turn


def backward(rules: Rules, mentions: Mentions | None = None) -> Turn:
    """Intents as they are taken back."""

    def turn(tree: Tree, intent: Intent) -> Turned:
        undone = unapply(tree, intent, rules, mentions)
        return Turned(undone.result.relocations, (), undone.tree)

    return turn


def remembered(turn: Turn) -> Turn:
    """The same, asked once for each tree and intent: what is carried after one another starts from the same trees."""
    known: dict[tuple[str, Intent], Turned | Refused] = {}

    def turned(tree: Tree, intent: Intent) -> Turned:
        key = (tree.oid, intent)
        if key not in known:
            try:
                known[key] = turn(tree, intent)
            except Refused as refusal:
                known[key] = refusal
        found = known[key]
        if isinstance(found, Refused):
            raise found
        return found

    return turned


@dataclass(frozen=True)
class Across:
    """A patch on the far side of the intents, what it and they disagree about, and where each moved path went.

    Conflicts are under their paths on the far side; `relocations` maps paths of either tree before to those after.
    """

    patch: Patch
    conflicts: tuple[Conflict, ...]
    relocations: Mapping[str, str]


def carry(patch: Patch, tip: Tree, intents: Sequence[Intent], turn: Turn) -> Merged:
    """Bring `patch` onto `tip`, on which `intents` have landed (in this order) since the patch's base.

    Pure. The tree has the tip's side of every conflict. A patch that applies before the moves gives what the moves
    give when the patch is applied first.
    """
    return onto(tip, bring_across(patch, intents, turn))


def onto(tip: Tree, across: Across) -> Merged:
    """Merge what came across into the tip. Where it disagrees with the intents themselves, the tip stays as it is."""
    merged = merge(across.patch.base, tip, across.patch.result)
    known = {conflict.path for conflict in across.conflicts}
    kept = {path: tip.entry(path) for path in known if merged.tree.entry(path) != tip.entry(path)}
    left = [conflict for conflict in merged.conflicts if conflict.path not in known]
    return Merged(merged.tree.edit(kept) if kept else merged.tree, tuple(sorted([*left, *across.conflicts])))


def bring_across(patch: Patch, intents: Sequence[Intent], turn: Turn) -> Across:
    """Apply the intents to both trees of the patch, one after the other."""
    conflicts: list[Conflict] = []
    relocations: dict[str, str] = {}
    for intent in intents:
        step = _Step(patch, intent, turn)
        conflicts = [_renamed(conflict, step.relocations) for conflict in conflicts]
        conflicts += step.conflicts
        relocations = {old: step.relocations.get(new, new) for old, new in relocations.items()}
        arrived = set(relocations.values())
        relocations.update({old: new for old, new in step.relocations.items() if new not in arrived})
        patch = step.patch
    return Across(patch, tuple(conflicts), relocations)


class _Step:
    """One intent over both trees. What the patch itself did to the paths of the move is met here."""

    def __init__(self, patch: Patch, intent: Intent, turn: Turn) -> None:
        self.relocations: Mapping[str, str] = {}
        self.conflicts: list[Conflict] = []
        self._patch = patch
        self._intent = intent
        self._turn = turn
        self.patch = self._stepped()

    def _stepped(self) -> Patch:
        base, result = self._patch.base, self._patch.result
        before, after = self._turned(base), self._turned(result)
        if isinstance(before, Turned):
            self.relocations = before.relocations
        if isinstance(before, Refused) or (isinstance(after, Refused) and before is None):
            return self._given_up(base, before if isinstance(before, Refused) else after)
        if before is None:
            return Patch(base, after.tree if isinstance(after, Turned) else result)
        if not isinstance(after, Turned):
            return self._over_obstacles(before)
        self.relocations = {**before.relocations, **after.relocations}
        self._overwritten(before.wrote)
        return Patch(before.tree, after.tree)

    def _turned(self, tree: Tree) -> Turned | Refused | None:
        """The tree turned; None where it has nothing that the intent moves."""
        try:
            return self._turn(tree, self._intent)
        except Refused as refusal:
            return None if refusal.code == "moves.source-missing" else refusal

    def _overwritten(self, paths: Sequence[str]) -> None:
        """What the patch did to files that the intent writes would be lost without a word."""
        for path in paths:
            ours, theirs = self._patch.base.entry(path), self._patch.result.entry(path)
            if ours != theirs:
                self.conflicts.append(Conflict(path, "both-changed", ours, None, theirs))

    def _over_obstacles(self, before: Turned) -> Patch:
        """The result turned as if it had every file that moves and nothing where they go; then its own doing again.

        What it deleted is deleted at the new path. What it put where a moved file goes is a disagreement, and so is a
        moved file that it renamed to another place.
        """
        base, result = self._patch.base, self._patch.result
        gone = [old for old in before.relocations if result.entry(old) is None]
        taken = [new for new in before.relocations.values() if base.entry(new) is None and new in result]
        lent: dict[str, Entry | None] = {old: base.entry(old) for old in gone}
        try:
            turned = self._turn(result.edit({**lent, **dict.fromkeys(taken)}), self._intent)
        except Refused as refusal:
            return self._given_up(before.tree, refusal)
        self._overwritten(before.wrote)
        elsewhere = {old: new for new, old in renames(base, result).items()} if gone else {}
        for old in gone:
            new = before.relocations[old]
            if old in elsewhere:
                where = elsewhere[old]
                self.conflicts.append(
                    Conflict(new, f"also-moved to {where}", base.entry(old), None, result.entry(where))
                )
        for new in taken:
            self.conflicts.append(Conflict(new, "both-added", None, turned.tree.entry(new), result.entry(new)))
        dropped: dict[str, Entry | None] = {before.relocations[old]: None for old in gone}
        if set(gone) == set(before.relocations):
            dropped.update(dict.fromkeys(before.wrote))
        return Patch(before.tree, turned.tree.edit(dropped))

    def _given_up(self, base: Tree, refusal: object) -> Patch:
        """Nothing of the patch can be brought across this move, so that all that it changed is a disagreement."""
        why = f"cannot be brought across: {refusal.what}" if isinstance(refusal, Refused) else "cannot be moved"
        for path, (old, new) in differences(self._patch.base, self._patch.result).items():
            self.conflicts.append(Conflict(self.relocations.get(path, path), why, old, None, new))
        return Patch(base, base)


def _renamed(conflict: Conflict, relocations: Mapping[str, str]) -> Conflict:
    path = relocations.get(conflict.path, conflict.path)
    return Conflict(path, conflict.why, conflict.base, conflict.ours, conflict.theirs)
