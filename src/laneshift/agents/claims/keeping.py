"""The work of a claim that lapsed stays on a branch, committed or not: nothing that an agent began is lost."""

from __future__ import annotations

from laneshift.agents.claims.port import KEPT, Claim
from laneshift.errors import LaneshiftError
from laneshift.repo.checkouts import checked_out_at
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.message import Message
from laneshift.repo.objects import Repository
from laneshift.repo.ref_names import check, component
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.repo.snapshot import snapshot

_WHO = Identity("laneshift", "laneshift@localhost")


def kept_ref(claim: Claim) -> str:
    """Where the work of this claim is kept once it lapsed."""
    return check(f"{KEPT}/{component(claim.agent)}/{component(claim.id)}")


def keep(repository: Repository, claim: Claim, at: int) -> str:
    """Keep what is on the claim's branch, and in a work tree that has it checked out; the commit that is kept.

    Empty where there is nothing that its base does not have. `at` is in unix seconds. What was kept before stays.
    Raises `Refused` and `CheckFailed` as writing refs does.
    """
    tip = read(repository, claim.branch) if claim.branch else None
    if tip is None:
        return ""
    ref = kept_ref(claim)
    there = read(repository, ref)
    if there is not None:
        return there
    tip = _with_uncommitted(repository, claim, tip, at)
    if tip == claim.base:
        return ""
    swap(repository, [RefUpdate(ref, None, tip)], reason=f"laneshift: {claim.id} lapsed")
    return tip


def _with_uncommitted(repository: Repository, claim: Claim, tip: str, at: int) -> str:
    """The tip, or a commit upon it of what lies in a work tree and was never committed."""
    for tree in checked_out_at(repository, claim.branch):
        try:
            found = snapshot(Repository.open(tree.path))
        except LaneshiftError:
            continue  # half a merge, or a folder that goes away at this moment: what is committed is kept all the same
        if found.oid != repository.tree(tip).oid:
            return write_commit(repository, found.oid, [tip], _text(claim), _WHO, at)
    return tip


def _text(claim: Claim) -> str:
    return Message(
        type="chore",
        scope="agents",
        subject=f"keep what {claim.agent} had not committed",
        problem=(f"The claim {claim.id} on {claim.pack} lapsed with work that was not committed",),
        solution=("Keep the work tree as it was found",),
        impact=("Nothing is lost; nothing of it lands by itself",),
    ).render()
