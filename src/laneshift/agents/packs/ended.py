"""Which packs have ended, and the commit from which one that comes after others begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.agents.packs.kept import read
from laneshift.agents.packs.pack import Pack
from laneshift.errors import NeedsPerson, Refused
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.merging import merge
from laneshift.repo.message import Message
from laneshift.runs.state import DONE
from laneshift.runs.workshop import Workshop

JUDGED = "submission.judged"
"""The kind of record that tells of a submission."""


def accepted(shop: Workshop, plan_id: str) -> Mapping[str, Mapping[str, Any]]:
    """The last accepted submission of each pack of a plan, as the journal tells it."""
    told = (record.facts for record in shop.journal.records(kind=JUDGED))
    return {str(facts["pack"]): facts for facts in told if facts.get("plan") == plan_id and was_accepted(facts)}


def was_accepted(facts: Mapping[str, Any]) -> bool:
    """Whether a record of a submission tells of work that may land: a suggestion never does."""
    return bool(facts.get("accepted")) and not facts.get("suggested")


def has_ended(shop: Workshop, pack: Pack, taken: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a submission of it was accepted (`taken` are those of the plan), or all its items are done."""
    if pack.id in taken:
        return True
    items = shop.state(shop.plans.load(pack.plan)).items
    return all(items[item].state in DONE for item in pack.items)


def start(shop: Workshop, pack: Pack) -> str:
    """The commit from which the work on this pack begins: its base, with what the packs before it came to.

    The same packs and submissions give the same commit. Raises `Refused` (`claim.too-early`) with a fault for each pack
    that has not ended, `NeedsPerson` (`claim.start-conflict`) where their results do not fit together.
    """
    if not pack.after:
        return pack.base
    taken = accepted(shop, pack.plan)
    before = [read(shop, pack.plan, name) for name in pack.after]
    open_yet = [each.id for each in before if not has_ended(shop, each, taken)]
    if open_yet:
        raise Refused(
            "claim.too-early",
            f"{pack.id} comes after packs that have not ended",
            why=f"these share files with it: {', '.join(open_yet)}",
            cure="take another pack first, or wait until these are submitted",
        )
    commits = [str(taken[each.id]["commit"]) for each in before if each.id in taken]
    plan = shop.plans.load(pack.plan)
    landed = shop.state(plan).landed
    tips = [str(landed["tip"]), *commits] if landed is not None and len(commits) < len(before) else commits
    return _together(shop, pack, tips, plan.when)


def _together(shop: Workshop, pack: Pack, commits: list[str], when: int) -> str:
    """A commit on the base that has the results of all of `commits`. `when` is in unix seconds."""
    base = shop.repository.tree(pack.base)
    tree = base
    for commit in commits:
        merged = merge(base, tree, shop.repository.tree(commit))
        if not merged.clean:
            raise NeedsPerson(
                "claim.start-conflict",
                f"what comes before {pack.id} does not fit together",
                where=commit,
                why=", ".join(each.path for each in merged.conflicts[:3]),
                cure="merge it by hand, land that, and make packs of what is left",
            )
        tree = merged.tree
    text = Message(
        type="chore",
        scope="agents",
        subject="begin where the packs before it ended",
        problem=(f"{pack.id} shares files with packs before it",),
        solution=("Put together what these came to",),
        impact=("Work on it starts from what will be there",),
    ).render()
    who = Identity("laneshift", "laneshift@localhost")
    return write_commit(shop.repository, tree.oid, [pack.base, *dict.fromkeys(commits)], text, who, when)
