"""Trains: items applied one after another, as intents, to one base. No textual merge anywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from laneshift.code.commit_text import Provenance, compose
from laneshift.code.intents import Applied, Intent, Rules
from laneshift.code.moves import Mentions
from laneshift.errors import Refused
from laneshift.manifests.applying import apply
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import Repository, Tree


@dataclass(frozen=True, slots=True)
class Passenger:
    """One item of a train: its intent, and what its commit says besides."""

    intent: Intent
    scope: str
    provenance: Provenance


Guard = Callable[[Intent, Tree, Applied], str]
"""Why an intent may not do to this tree what it does; empty when it may."""


@dataclass(frozen=True, slots=True)
class Coupled:
    """One item as it stands in a train: the tree after it, its commit, its own tests, and the paths it renamed."""

    item: str
    tree: str
    commit: str
    tests: tuple[str, ...]
    renames: dict[str, str]


@dataclass(frozen=True, slots=True)
class Closing:
    """The commit after the last item, and its tree: it regenerates the manifests at `paths` on the combined tree."""

    tree: str
    commit: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Train:
    """Commits on top of `base`. `dropped` are items that this base does not allow, with the reason.

    `closing` is None where the items have made no manifest stale.
    """

    base: str
    base_tree: str
    tip: str
    tree: str
    items: tuple[Coupled, ...]
    dropped: tuple[tuple[str, str], ...] = ()
    closing: Closing | None = None


def combine(
    repository: Repository,
    base: str,
    passengers: Sequence[Passenger],
    rules: Rules,
    author: Identity,
    when: int,
    mentions: Mentions | None = None,
    upon: Train | None = None,
    guard: Guard | None = None,
) -> Train:
    """Apply every intent in order to the tree of `base`, one commit each. `when` is in unix seconds.

    The result depends on the arguments alone: the same train has the same commit ids wherever it is built. `upon` is a
    train on the same base that the passengers follow: the result is the train of its passengers and these. What `guard`
    does not let through is dropped.
    """
    start = upon or Train(base, repository.tree(base).oid, base, repository.tree(base).oid, ())
    tree, tip = repository.tree(start.tree), start.tip
    coupled, dropped = list(start.items), list(start.dropped)
    for passenger in passengers:
        applied = boarded(tree, passenger.intent, rules, mentions, guard)
        if isinstance(applied, str):
            dropped.append((passenger.intent.item, applied))
            continue
        text = compose(passenger.intent, applied, passenger.scope, passenger.provenance)
        tree = applied.tree
        tip = write_commit(repository, tree.oid, [tip], text, author, when)
        renames = dict(applied.result.relocations)
        coupled.append(Coupled(passenger.intent.item, tree.oid, tip, tuple(applied.tests), renames))
    return Train(base, start.base_tree, tip, tree.oid, tuple(coupled), tuple(dropped))


def boarded(
    tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None, guard: Guard | None = None
) -> Applied | str:
    """What an intent makes of the tree of the train before it, or why it is dropped."""
    try:
        applied = apply(tree, intent, rules, mentions)
    except Refused as refusal:
        return refusal.what
    if applied.tree == tree:
        return "the base already has this change"
    return applied if guard is None else guard(intent, tree, applied) or applied


def leading(train: Train, items: Collection[str]) -> Train:
    """The train of `items` alone, the first that `train` was combined of, not closed: what follows changes none."""
    coupled = tuple(each for each in train.items if each.item in items)
    tip, tree = (coupled[-1].commit, coupled[-1].tree) if coupled else (train.base, train.base_tree)
    return Train(train.base, train.base_tree, tip, tree, coupled, tuple(d for d in train.dropped if d[0] in items))


def replay(tree: Tree, intents: Sequence[Intent], rules: Rules) -> list[str]:
    """The tree id after each intent, computed from nothing but the tree, the intents and the rules."""
    ids = []
    for intent in intents:
        tree = apply(tree, intent, rules).tree
        ids.append(tree.oid)
    return ids
