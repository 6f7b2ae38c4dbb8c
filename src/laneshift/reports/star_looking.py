"""Look at the stars of one tree: its canon, its rules, its modules."""

from __future__ import annotations

from laneshift.code.index import Index
from laneshift.errors import CheckFailed, Fault
from laneshift.manifests.stars.canon import Canon
from laneshift.manifests.stars.lint import doubtful, unusable
from laneshift.manifests.stars.load import Loaded, load, usable
from laneshift.manifests.stars.subjects import Seen, subjects_of
from laneshift.manifests.world import world_of
from laneshift.repo.objects import Tree
from laneshift.reports.star_report import Report, report


def look(tree: Tree, index: Index, landed_today: int) -> Report:
    """The report about a tree. `landed_today` are items that landed in the last 24 hours.

    Raises `Refused` for a canon or rules that cannot be used, and `CheckFailed` (`stars.nothing-checked`) when there is
    no module to judge.
    """
    world = world_of(tree, index)
    loaded = usable(tree, world.settings)
    return report(tree.oid, loaded, seen(tree, index, loaded.canon), world.settings, world.lanes, landed_today)


def seen(tree: Tree, index: Index, canon: Canon) -> Seen:
    """The modules of a tree as the rules see them."""
    world = world_of(tree, index)
    return subjects_of(tree, world.found.units, index.links(tree), canon)


def lint(tree: Tree, index: Index) -> tuple[Loaded, int, tuple[Fault, ...], tuple[Fault, ...]]:
    """The rules of a tree, how many modules they were tried on, what is wrong with them, and notes.

    Packaged rules are meant for every repository, so that some of them do not hit is a note and no fault. Raises
    `Refused` for files that cannot be read as rules or as a canon, `CheckFailed` (`stars.nothing-checked`) without a
    module.
    """
    loaded = load(tree, world_of(tree, index).settings)
    subjects = seen(tree, index, loaded.canon).subjects
    if not subjects:
        raise CheckFailed("stars.nothing-checked", "there is no module to try the rules on", where=tree.oid)
    faults = unusable(loaded.rules, loaded.canon, loaded.rules_from)
    doubts = doubtful(loaded.rules, subjects, loaded.rules_from)
    if loaded.own_rules:
        return loaded, len(subjects), (*faults, *doubts), ()
    notes = tuple(each for each in doubts if each.code == "stars.never-hits")
    return loaded, len(subjects), (*faults, *(each for each in doubts if each not in notes)), notes
