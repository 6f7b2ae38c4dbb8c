"""The local branch follows what moved on a remote, unless somebody's work is in it; its work trees come along."""

from __future__ import annotations

from laneshift.landing.swap import REASON
from laneshift.repo.commits import is_ancestor
from laneshift.repo.forward import fast_forward, overlapping_changes, refuse_overlaps
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.workshop import Workshop


def follow(shop: Workshop, plan: str, key: str, target: str, tip: str) -> str:
    """Move the local branch `target` forward to `tip`; why it stays where it is, or "".

    Where it came from is recorded first, so that a process killed between the branch and the work trees can be taken
    up. Raises `NeedsPerson` for local changes in the way, with nothing moved, and `CheckFailed` for one who was faster.
    """
    repository = shop.repository
    there = read(repository, target)
    name = target.removeprefix("refs/heads/")
    if there is None:
        return f"there is no branch {name} here"
    if there == tip:
        begun = shop.journal.records(prefix=f"{key}/following/")
        if begun:
            fast_forward(repository, target, begun[-1].facts["old"], tip)
        return ""
    if is_ancestor(repository, tip, there):
        return ""
    if not is_ancestor(repository, there, tip):
        return f"{name} has commits of its own here; git pull --rebase brings them on top"
    refuse_overlaps(overlapping_changes(repository, target, there, tip))
    facts = {"plan": plan, "target": target, "old": there, "new": tip}
    shop.journal.append(f"{key}/following/{there}", "land.following", facts, durable=True)
    swap(repository, [RefUpdate(target, there, tip)], reason=f"{REASON}follow {tip[:12]}")
    fast_forward(repository, target, there, tip)
    return ""
