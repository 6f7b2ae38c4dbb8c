"""Closing: manifests that the items of a train have made stale are regenerated once, on the combined tree.

Which ones is decided by the two trees alone, so that whoever combines the same items gets the same last commit, and the
way back from some of them closes what is left in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from laneshift.code.codemods.records import REGENERATE, Codemod
from laneshift.code.intents import Intent, Rules
from laneshift.evidence.canonical import digest
from laneshift.landing.renames import composed
from laneshift.landing.train import Closing, Train
from laneshift.manifests.applying import apply
from laneshift.manifests.keeping_up import stale_after
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.message import Message
from laneshift.repo.objects import Repository, Tree

ITEM = "manifests"
"""On whose behalf the synthesized intent is; it is no item of any plan."""


def regeneration(paths: Iterable[str]) -> Intent:
    """The intent that regenerates the manifests at `paths`: what an item of kind `manifest` carries out."""
    return Intent(ITEM, ".", ".", Codemod.asked(REGENERATE, tuple(paths), {}))


def closed(repository: Repository, train: Train, rules: Rules, author: Identity, when: int) -> Train:
    """The train with one more commit, where its items have made manifests stale that were right on its base.

    `when` is in unix seconds. The same train gives the same commit id wherever it is closed. Raises `Refused` for
    settings that cannot be read.
    """
    if not train.items:
        return train
    base, tree = repository.tree(train.base_tree), repository.tree(train.tree)
    paths = stale_after(base, tree, composed(coupled.renames for coupled in train.items))
    if not paths:
        return train
    intent = regeneration(paths)
    after = apply(tree, intent, rules).tree
    tip = write_commit(repository, after.oid, [train.tip], _text(intent, len(train.items)), author, when)
    return replace(train, tip=tip, tree=after.oid, closing=Closing(after.oid, tip, paths))


def after_closing(base: Tree, tree: Tree, renames: Iterable[Mapping[str, str]], rules: Rules) -> Tree:
    """What a train that makes `tree` of `base` lands: `renames` are those of its items, in their order."""
    paths = stale_after(base, tree, composed(renames)) if tree != base else ()
    return apply(tree, regeneration(paths), rules).tree if paths else tree


def _text(intent: Intent, items: int) -> str:
    paths = intent.codemod.paths if intent.codemod is not None else ()
    return Message(
        type="chore",
        scope=ITEM,
        subject="regenerate what the train made stale",
        problem=(f"{items} item(s) of this train changed what {len(paths)} manifest(s) tell",),
        solution=("Derive these manifests again, once, on the combined tree",),
        impact=("They say what the code says; what people wrote in them stays",),
        trailers=(("Laneshift-Intent", digest(intent.as_json())),),
    ).render()
