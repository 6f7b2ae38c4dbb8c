"""What a tree breaks that the tree before it did not: of one item, or of all items of a train together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.gates.imports import newly_unresolved
from laneshift.lanes.crossings import Crossing
from laneshift.lanes.ratchet import judge_change
from laneshift.repo.objects import Tree
from laneshift.steps.work import Parts


@dataclass(frozen=True, slots=True)
class Broken:
    """`missing` are imports that find no module any more, by importing path; `crossings` are lane violations.

    `modules` maps the dotted name of each moved module to the one that it has now.
    """

    missing: tuple[tuple[str, str], ...]
    crossings: tuple[Crossing, ...]
    modules: Mapping[str, str]


def newly_broken(parts: Parts, before: Tree, after: Tree, relocations: Mapping[str, str]) -> Broken:
    """Hold `after` against `before`, by the lanes and the settings of the plan and the list of known violations.

    `relocations` maps old paths to new ones: what only travelled with its file is not new. Raises `Refused`
    (`lanes.bad-baseline`) for a list of known violations that cannot be read.
    """
    was, now = parts.graph(before), parts.graph(after, near=before)
    names, renamed = was.modules.by_path, now.modules.by_path
    pairs = ((names.get(old), renamed.get(new)) for old, new in relocations.items())
    modules = {old: new for old, new in pairs if old is not None and new is not None}
    missing = newly_unresolved(was.unresolved, now.unresolved, relocations, modules)
    found = parts.standing(before, before).found, parts.standing(after, before).found
    judgement = judge_change(*found, (before, after), parts.settings.lanes_baseline, relocations)
    return Broken(tuple(missing), judgement.new, modules)
