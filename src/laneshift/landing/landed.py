"""Which intents have landed between two commits, read from the commits themselves, so that any clone can tell.

A landed commit names its item, source and destination, and carries the digest of the intent that these three make. Text
that does not add up to its digest, or that its trees do not bear out, is no landing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from laneshift.code.commit_text import UNFIXED
from laneshift.code.intents import Intent, Rules
from laneshift.code.moves import Mentions
from laneshift.errors import Refused
from laneshift.evidence.canonical import digest
from laneshift.landing.carry import Turn, Turned, backward, forward
from laneshift.repo.commits import Commit, history
from laneshift.repo.message import Message, parse
from laneshift.repo.objects import Repository, Tree

_SOURCE = re.compile(r"`([^`]+)` is not where its lane wants it")
_DESTINATION = re.compile(r"Move [0-9]+ files? to `([^`]+)`")


@dataclass(frozen=True, slots=True)
class Landed:
    """Intents in the order in which they took effect. Those of `undone` were taken back, not landed."""

    intents: tuple[Intent, ...] = ()
    undone: frozenset[Intent] = frozenset()

    def turn(self, rules: Rules, mentions: Mentions | None = None) -> Turn:
        """What each of the intents did to a tree."""
        there, back = forward(rules, mentions), backward(rules, mentions)

        def turn(tree: Tree, intent: Intent) -> Turned:
            return back(tree, intent) if intent in self.undone else there(tree, intent)

        return turn


def landed_between(repository: Repository, old: str, new: str) -> Landed:
    """The intents that landed, or were taken back, in the history of `new` and not of `old`. Raises `Refused`."""
    net: dict[Intent, bool] = {}
    for commit in reversed(history(repository, new, old)):
        for intent, back in _effects(repository, commit):
            # The same intent there and back, or back and there, is nothing at all.
            if net.get(intent, back) != back:
                del net[intent]
            else:
                net[intent] = back
    return Landed(tuple(net), frozenset(intent for intent, back in net.items() if back))


def intent_of(repository: Repository, commit: Commit) -> Intent | None:
    """The intent that a commit says it carries out, if its digest and its trees agree with what it says."""
    message = _message(commit)
    if message is None or len(commit.parents) != 1:
        return None
    item, said = message.trailer("Laneshift-Item"), message.trailer("Laneshift-Intent")
    source = next((found[1] for text in message.problem if (found := _SOURCE.match(text))), "")
    destination = next((found[1] for text in message.solution if (found := _DESTINATION.match(text))), "")
    if not (item and source and destination):
        return None
    intent = Intent(item, source, destination)
    # What was mended in it besides is no part of the move: for others it is a change like any.
    if digest(intent.as_json()) not in (said, message.trailer(UNFIXED)):
        return None
    before, after = repository.tree(commit.parents[0]), repository.tree(commit.tree)
    moved = _holds(before, source) and not _holds(after, source) and _holds(after, destination)
    return intent if moved else None


def _effects(repository: Repository, commit: Commit) -> Iterator[tuple[Intent, bool]]:
    """What one commit did, as intents and whether they went back."""
    intent = intent_of(repository, commit)
    if intent is not None:
        yield intent, False
        return
    message = _message(commit)
    base, tip = (message.trailer(name) if message else None for name in ("Laneshift-Reverts", "Laneshift-Landing"))
    if message is None or message.type != "revert" or not base or not tip:
        return
    gone = {value for key, value in message.trailers if key == "Laneshift-Taken-Back"}
    try:
        landed = history(repository, tip, base)
    except Refused:
        return
    for each in landed:
        found = intent_of(repository, each)
        if found is not None and found.item in gone:
            yield found, True


def _message(commit: Commit) -> Message | None:
    try:
        return parse(commit.message)
    except Refused:
        return None


def _holds(tree: Tree, path: str) -> bool:
    return path in tree or tree.is_folder(path)
