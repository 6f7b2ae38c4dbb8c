"""Which manifests a change of other files has made stale: those that were right before it, and are not any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from laneshift.config import Settings
from laneshift.lanes.globs import first_match
from laneshift.manifests.document import NotReadableError
from laneshift.repo.objects import Tree

ENDING = ".manifest.json"
"""How the path of every manifest ends."""


def keeps_up(tree: Tree) -> bool:
    """Whether a change of `tree` takes manifests along: it has some, and `manifests.on_landing` does not forbid it.

    Raises `Refused` for settings that cannot be read, where it has manifests.
    """
    return _settings_of(tree) is not None


def stale_after(before: Tree, after: Tree, renames: Mapping[str, str]) -> tuple[str, ...]:
    """The manifests of `after`, in the order of paths, that are stale there and were right in `before`.

    `renames` is what moved in between, old path to new. What is protected, new, unreadable or was stale before is left
    to people. Pure, and costs a look at the paths of `before` where it has no manifest. Raises `Refused` for settings
    that cannot be read.
    """
    settings = _settings_of(before)
    if settings is None:
        return ()
    were = {new: old for old, new in renames.items()}
    guarded = settings.exceptions.protected_paths
    stale = {
        path: were.get(path, path)
        for path, changes in _judged(after, {path for path, _ in after.below("") if path.endswith(ENDING)}).items()
        if changes and not first_match(guarded, path)
    }
    right = right_in(before, {old for old in stale.values() if old in before}) if stale else frozenset()
    return tuple(sorted(new for new, old in stale.items() if old in right))


def right_in(tree: Tree, manifests: Collection[str]) -> frozenset[str]:
    """Those of the manifests at these paths that say what a regeneration would. Raises as `stale_after` does."""
    there = {path for path in manifests if path in tree}
    return frozenset(path for path, changes in _judged(tree, there).items() if changes is False)


def _settings_of(tree: Tree) -> Settings | None:
    """The settings of a tree that has manifests and takes them along; None for any other."""
    if not any(path.endswith(ENDING) for path, _ in tree.below("")):
        return None
    from laneshift.manifests.world import settings_in

    settings = settings_in(tree)
    return settings if settings.manifests.on_landing else None


def _judged(tree: Tree, wanted: Collection[str]) -> dict[str, bool | None]:
    """Whether a regeneration would change each manifest of a module; None where it cannot be kept up."""
    from laneshift.manifests.generating import regenerated
    from laneshift.manifests.world import world_of

    world = world_of(tree)
    found: dict[str, bool | None] = {}
    for unit in world.found.units:
        if unit.manifest not in wanted:
            continue
        try:
            found[unit.manifest] = regenerated(world, tree, unit) is not None
        except NotReadableError:
            found[unit.manifest] = None
    return found
