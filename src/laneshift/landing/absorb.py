"""Absorb: what becomes of a stale branch. Its moves become intents, the rest is carried, and what is left is named.

The branch's own moves are taken back from its result first. What then differs from its base is a patch in the old
names, which is carried across the moves that have landed; and on the outcome the branch's moves are done as intents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from laneshift.code.intents import Applied, Intent, Rules
from laneshift.code.moves import Mentions, Move, move
from laneshift.code.recognise import Recognised, recognise
from laneshift.errors import Refused
from laneshift.landing.carry import Patch, carry
from laneshift.landing.landed import Landed
from laneshift.manifests.applying import apply
from laneshift.repo.merging import Conflict
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rename of the branch.

    `state`: moved, already-landed, left (a person has to decide), or carried (it is no move, so it went as a change).
    `intent` is the move in today's paths.
    """

    found: Recognised
    intent: Intent
    state: str
    why: str = ""


@dataclass(frozen=True)
class Absorbed:
    """A branch on today's tip: the tree with its changes carried, then the moves in order, and what is left.

    `conflicts` are under today's paths before the moves.
    """

    carried: Tree
    moved: tuple[tuple[Intent, Applied], ...]
    outcomes: tuple[Outcome, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def tree(self) -> Tree:
        """Everything that could be brought over."""
        return self.moved[-1][1].tree if self.moved else self.carried


def absorb(patch: Patch, tip: Tree, landed: Landed, rules: Rules, mentions: Mentions | None = None) -> Absorbed:
    """Bring a branch (its base and its result) onto `tip`, where `landed` took effect since the base. Pure."""
    found = recognise(patch.base, patch.result, rules, mentions)
    result = patch.result
    outcomes: list[Outcome] = []
    for each in reversed(found):
        outcome = _planned(each, landed)
        if each.is_move:
            intent = each.intent
            try:
                back = move(result, Move(intent.src, intent.dst).inverse(), roots=rules.roots, mentions=mentions)
            except Refused as refusal:
                outcome = replace(outcome, state="left", why=f"it cannot be told apart: {refusal.what}")
            else:
                result = back.tree
        outcomes.insert(0, outcome)
    merged = carry(Patch(patch.base, result), tip, landed.intents, landed.turn(rules, mentions))
    moved, outcomes = _moved(merged.tree, outcomes, rules, mentions)
    return Absorbed(merged.tree, tuple(moved), tuple(outcomes), merged.conflicts)


def _planned(found: Recognised, landed: Landed) -> Outcome:
    """The move in today's paths, and whether what has landed leaves it to be done."""
    src, dst = found.intent.src, found.intent.dst
    if not found.is_move:
        return Outcome(found, found.intent, "carried", found.why)
    for intent in landed.intents:
        there, here = (intent.dst, intent.src) if intent in landed.undone else (intent.src, intent.dst)
        if there == src and _after(dst, there, here) != here:
            why = f"{there!r} has landed at {here!r}, the branch has it at {dst!r}"
            return Outcome(found, replace(found.intent, src=here, dst=dst), "left", why)
        src, dst = _after(src, there, here), _after(dst, there, here)
    intent = replace(found.intent, src=src, dst=dst)
    return Outcome(found, intent, "already-landed" if src == dst else "moved")


def _after(path: str, src: str, dst: str) -> str:
    """Where a path is after a move of it or of a folder above it."""
    if path == src:
        return dst
    return dst + path[len(src) :] if path.startswith(f"{src}/") else path


def _moved(
    tree: Tree, outcomes: Sequence[Outcome], rules: Rules, mentions: Mentions | None
) -> tuple[list[tuple[Intent, Applied]], list[Outcome]]:
    """Do the moves one after the other; one that the tip does not allow is left."""
    moved: list[tuple[Intent, Applied]] = []
    told: list[Outcome] = []
    for outcome in outcomes:
        if outcome.state != "moved":
            told.append(outcome)
            continue
        try:
            applied = apply(tree, outcome.intent, rules, mentions)
        except Refused as refusal:
            told.append(replace(outcome, state="left", why=refusal.what))
            continue
        tree = applied.tree
        moved.append((outcome.intent, applied))
        told.append(outcome)
    return moved, told
