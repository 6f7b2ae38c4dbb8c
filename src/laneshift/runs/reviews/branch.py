"""The branch of a change is put where the tested commit is, here or at the remote; what others put there stays."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.errors import CheckFailed, NeedsPerson
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.repo.remote_trouble import certain, refusal
from laneshift.repo.remotes import find, look, push
from laneshift.runs.reviews.names import HEADS
from laneshift.runs.workshop import Workshop


def put_branch(shop: Workshop, branch: str, tip: str, ours: Collection[str], remote: str) -> None:
    """Have `branch` at `tip`. `ours` are the commits that laneshift ever put there; `remote` is "" for this repository.

    Raises `NeedsPerson` (`change.branch-taken`) when somebody else's commit is there, and what the remote's answer
    calls for. It looks first, so doing it again does nothing.
    """
    ref = f"{HEADS}{branch}"
    if remote:
        _at_remote(shop, ref, tip, ours, remote)
        return
    there = read(shop.repository, ref)
    if there != tip:
        _refuse_others(ref, there, ours, "this repository")
        swap(shop.repository, [RefUpdate(ref, there, tip)], reason=f"laneshift: change {branch}")


def _at_remote(shop: Workshop, ref: str, tip: str, ours: Collection[str], name: str) -> None:
    remote = find(shop.repository, name)
    there = look(shop.repository, remote, [ref])[ref]
    if there == tip:
        return
    _refuse_others(ref, there, ours, name)
    pushed = push(shop.repository, remote, [RefUpdate(ref, there, tip)])
    if look(shop.repository, remote, [ref])[ref] == tip:
        return
    if pushed.refused:
        raise refusal(name, ref, pushed)
    raise certain(name, pushed.said) or CheckFailed(
        "change.not-pushed", f"{name} does not have {ref} yet", why=pushed.said, cure="laneshift resume"
    )


def _refuse_others(ref: str, there: str | None, ours: Collection[str], where: str) -> None:
    if there is not None and there not in ours:
        name = ref.removeprefix(HEADS)
        raise NeedsPerson(
            "change.branch-taken",
            f"{name} of {where} holds a commit that laneshift did not put there",
            where=there,
            why="it would be lost: what is tested is made of intents alone",
            cure=f"merge or close the change as it is, or delete {name}, then land again",
        )
