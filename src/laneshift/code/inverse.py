"""The way back of an intent: the move undone, its characterization test taken back, its package markers gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laneshift.code.changed import Changed
from laneshift.code.characterization import test_path
from laneshift.code.intents import Intent, Rules, in_order_again
from laneshift.code.modules import Modules
from laneshift.code.moves import Mentions, Move, MoveResult, move
from laneshift.repo.objects import Tree


@dataclass(frozen=True)
class Unapplied:
    """What taking an intent back makes of a tree: the move back, the test that went, and the tree after both."""

    result: MoveResult | Changed
    test_path: str
    tree: Tree


def unapply(tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None) -> Unapplied:
    """Take `intent` back. Pure, and for a move the inverse of `apply`: `unapply(apply(tree)) == tree`.

    A codemod forgets what it replaced, and so does a fix: they stay as they are here, and what others did since is
    merged, file by file, into the tree that the batch would have left without them.

    Raises `Refused` under `moves.*` when the old path is taken or the new one is gone. The test goes whatever it holds
    by now: whether somebody added to it is for the caller to know.
    """
    if intent.codemod is not None:
        return Unapplied(Changed(tree, tree, (), {}, ()), "", tree)
    [path] = tests_of(tree, [intent], rules)
    result = move(tree.edit({path: None}), Move(intent.src, intent.dst).inverse(), roots=rules.roots, mentions=mentions)
    return Unapplied(result, path, result.tree.edit(in_order_again(result, rules)))


def tests_of(tree: Tree, intents: Iterable[Intent], rules: Rules) -> dict[str, Intent]:
    """Where the characterization tests of the intents stand in a tree that has them applied."""
    modules = Modules.of(tree.entries, rules.roots)
    intents = [intent for intent in intents if intent.codemod is None]
    titles = ((modules.name_of(intent.dst) or intent.dst, intent) for intent in intents)
    return {test_path(rules.characterization_dir, title): intent for title, intent in titles}
