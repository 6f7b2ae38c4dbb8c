"""Write the list of known lane violations. Once there is one it may only shrink."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.code.index import Index
from laneshift.errors import CheckFailed, Fault
from laneshift.lanes.ratchet import judge, listed, write
from laneshift.repo.objects import Tree
from laneshift.runs.lane_check import Atlases, look, renamed, require_rules
from laneshift.runs.lane_rules import rules_of

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Baseline:
    """The list to write: its path and bytes, how many violations it has, and how many the list before had, if any."""

    path: str
    data: bytes
    count: int
    before: int | None


def baseline(index: Index, tree: Tree, base: Tree | None) -> Baseline:
    """The violations of `tree` as the list of known ones. `base` is the last commit, whose list they are held against.

    Raises `Refused` (`lanes.no-rules`) where nothing is forbidden, and `CheckFailed` (`lanes.would-grow`) when the list
    of the base lacks one of them: a person has to add it by hand, where a review will see it. A violation that moved
    with its file inside its lane stays the same one.
    """
    rules = rules_of(tree)
    lanes = rules.lanes(tree)
    require_rules(lanes)
    now = look(Atlases(index, rules.roots), tree, lanes)
    path = rules.baseline
    before = None
    if base is not None and path in base:
        known = listed(base, path)
        moves = renamed(base, tree)
        new = judge(None, now.found, known, moves).new
        if new:
            raise CheckFailed(
                "lanes.would-grow",
                f"{len(new)} violation(s) are not in the list of the last commit, which may only shrink",
                where=path,
                cure="remove them, or add their lines by hand and say why in the commit",
                faults=[Fault("lanes.crossing", str(each.chain[0].importer), str(each)) for each in new[:_SHOWN]],
            )
        before = len(known)
    return Baseline(path, write(each.identity for each in now.found), len({e.identity for e in now.found}), before)
