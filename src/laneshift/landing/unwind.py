"""Unwind: take items back from a tip on which others have landed since, by inverse intents and never reverse patches.

What others did since the landing is a patch from the landed tree to the tip. It is carried across the inverse intents
onto the tree that would be there had the items never landed. Where nobody else touched anything, that tree comes back
byte for byte; what others did survives, rewritten to the old names. Anything that cannot be told for certain refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from laneshift.code.characterization import differ_in_entries_alone
from laneshift.code.codemods.fix import ends_of
from laneshift.code.intents import Intent, Rules
from laneshift.code.inverse import tests_of
from laneshift.code.moves import Mentions
from laneshift.errors import Bug, Fault, Refused
from laneshift.landing.carry import Patch, Turn, backward, bring_across, onto, remembered
from laneshift.landing.closing import after_closing
from laneshift.landing.closing_back import close_back
from laneshift.manifests.applying import apply
from laneshift.manifests.keeping_up import ENDING, keeps_up
from laneshift.repo.differences import differences
from laneshift.repo.merging import merge
from laneshift.repo.objects import Tree

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Unwound:
    """The tree without the items, the tree they would leave had nobody else done anything, and what others changed.

    `others` are paths of the tip that others changed since the landing.
    """

    tree: Tree
    wanted: Tree
    others: tuple[str, ...]


def unwind(
    base: Tree,
    standing: Sequence[Intent],
    back: Collection[str],
    tip: Tree,
    rules: Rules,
    mentions: Mentions | None = None,
    landed: Tree | None = None,
) -> Unwound:
    """Take the items `back` away from `tip`, on which the intents `standing` landed in this order on `base`.

    `landed` is the tree that they gave then, where it is known; it is computed otherwise.
    Pure. Raises `Refused` (`rollback.not-clean`) with one fault for each file that keeps it from being clean.
    """
    landed = landed or _landed(base, standing, rules, mentions)
    turn = remembered(backward(rules, mentions))
    going = [intent for intent in standing if intent.item in back]
    refuse = partial(_refuse, several=len(going) > 1)
    wanted = _without(base, standing, back, rules, mentions)
    others = differences(landed, tip)
    tests = tests_of(landed, going, rules).keys()
    if not others:
        return Unwound(wanted, wanted, ())
    refuse(_changed_tests(landed, tip, tests & others.keys()))
    refuse(_impossible(tip, going, turn))
    across = bring_across(Patch(landed, tip), going[::-1], turn)
    merged = onto(wanted, across)
    back_there = close_back(tip, merged, across, going, rules)
    refuse(Fault("rollback.disagrees", each.path, _CAUSES.get(each.why, each.why)) for each in back_there.conflicts)
    refuse(_ambiguous(back_there.tree, tip, going, rules, mentions))
    touched = {across.relocations.get(path, path) for path in others}
    _check(back_there.tree, wanted, touched.union(back_there.paths))
    return Unwound(back_there.tree, wanted, tuple(sorted(others)))


_CAUSES = {
    "both-changed": "a later change is on lines that the landing changed",
    "both-added": "a later change put a file where one goes back to",
    "deleted-and-changed": "a later change deleted what goes back, or changed what goes",
    "file-and-folder": "a later change has a file for a folder, or a folder for a file",
}


def _without(
    base: Tree, standing: Sequence[Intent], back: Collection[str], rules: Rules, mentions: Mentions | None
) -> Tree:
    """What the landing would have been without the items that go."""
    try:
        return _landed(base, [intent for intent in standing if intent.item not in back], rules, mentions)
    except Refused as refusal:
        what = f"the items that stay cannot stand without these: {refusal.what}"
        _refuse([Fault("rollback.depends", refusal.where, what, "take back these items as well")])
        raise


def _replayed(tree: Tree, intents: Iterable[Intent], rules: Rules, mentions: Mentions | None) -> Tree:
    """What the intents would make of a tree that others have edited. A fix in their midst is merged, to be compared."""
    for intent in intents:
        try:
            tree = apply(tree, intent, rules, mentions).tree
        except Refused as refusal:
            if intent.fix is None or refusal.code != "fix.drifted":
                raise
            bare = apply(tree, intent.unfixed, rules, mentions).tree
            before, after = ends_of(bare, intent.fix)
            tree = merge(before, bare, after).tree
    return tree


def _landed(base: Tree, intents: Iterable[Intent], rules: Rules, mentions: Mentions | None) -> Tree:
    """As `_replayed`, with the manifests regenerated that a train of the intents has made stale."""
    tree, renames = base, list[Mapping[str, str]]()
    for intent in intents:
        applied = apply(tree, intent, rules, mentions)
        tree = applied.tree
        renames.append(applied.result.relocations)
    return after_closing(base, tree, renames, rules)


def _changed_tests(landed: Tree, tip: Tree, tests: Iterable[str]) -> Iterable[Fault]:
    """Characterization tests that somebody added to: they would go with what was added."""
    for path in sorted(tests):
        if path in tip and not differ_in_entries_alone(landed.read(path), tip.read(path)):
            what = "the characterization test goes, and somebody has added to it since"
            yield Fault("rollback.test-changed", path, what, "move what was added to a test file of its own")


def _impossible(tip: Tree, going: Sequence[Intent], turn: Turn) -> Iterable[Fault]:
    """Intents that cannot be taken back from the tip, each tried after those that can."""
    tree = tip
    for intent in reversed(going):
        try:
            tree = turn(tree, intent).tree
        except Refused as refusal:
            what = f"{intent.item} cannot go back to {intent.src!r}: {refusal.what}"
            yield Fault(refusal.code, refusal.where, what, refusal.cure)


def _ambiguous(
    tree: Tree, tip: Tree, going: Sequence[Intent], rules: Rules, mentions: Mentions | None
) -> Iterable[Fault]:
    """Files that the way back rewrote and that the way there does not make what they were: both names met in them.

    Manifests that a landing regenerates are not compared: they are derived again on either way.
    """
    again = _replayed(tree, going, rules, mentions)
    own = tests_of(again, going, rules)
    for path, (there, here) in sorted(differences(again, tip).items()):
        untouched = here is not None and tree.entry(path) == here
        regenerated = path.endswith(ENDING) and there is not None and here is not None
        if path in own or untouched or (regenerated and keeps_up(tip)):
            continue
        what = "it would not come out the same if the items landed again: the old and the new name meet in it"
        yield Fault("rollback.ambiguous", path, what if there and here else "it would be lost")


def _check(tree: Tree, wanted: Tree, others: Collection[str]) -> None:
    """The tree is the wanted one but for what others touched, and for packages that they have put something into."""
    folders = {str(folder) for path in others for folder in PurePosixPath(path).parents}
    strays = [
        path
        for path in differences(wanted, tree)
        if path not in others and not (path.endswith("/__init__.py") and path.rpartition("/")[0] in folders)
    ]
    if strays:
        raise Bug("rollback.tree-differs", "the rollback would change what nobody else touched", where=strays[0])


def _refuse(faults: Iterable[Fault], several: bool = False) -> None:
    """Raise `Refused` with the faults that there are; of `several` items, some may go back that these do not touch."""
    found = list(faults)
    if found:
        cure = found[0].cure or "mend these by hand, then roll back again"
        raise Refused(
            "rollback.not-clean",
            f"the rollback would not be clean: {found[0].what}",
            where=found[0].where,
            why=f"others have landed since, and {len(found)} thing(s) of theirs are in the way",
            cure=f"{cure}; or take back with --only ITEM what these are not in the way of" if several else cure,
            faults=found[:_SHOWN],
        )
