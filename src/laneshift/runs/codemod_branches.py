"""One branch for each batch of a codemod, with one commit. Opening pull requests from them is for the forge's own tool.

Branches stand beside one another where their batches write different files, and upon one another where they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.repo.commits import Identity, read_commit, trailers, write_commit
from laneshift.repo.differences import Differences, differences
from laneshift.repo.message import Message
from laneshift.repo.objects import Entry, Repository
from laneshift.repo.ref_names import is_valid
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read, swap
from laneshift.runs.codemod_batches import Batch

_TRAILER = "Laneshift-Codemod"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch for review: its name, its one commit, the commit below it, and how many files it changes."""

    name: str
    commit: str
    base: str
    files: int
    title: str


def put_branches(
    repository: Repository, base: str, found: Sequence[Batch], prefix: str, name: str, author: Identity, when: int
) -> list[Branch]:
    """Make the branches `prefix-N`. The same batches give the same commits; `when` is in unix seconds.

    Raises `Refused` for a bad prefix, and where a branch of that name holds something else.
    """
    apart = _disjoint(found)
    below, made, updates = base, list[Branch](), list[RefUpdate]()
    for batch in found:
        if batch.empty:
            continue
        changed = differences(batch.before, batch.after)
        tree = repository.tree(below).edit(_changes(changed))
        message = _message(name, batch, len(changed))
        commit = write_commit(repository, tree.oid, [below], message.render(), author, when)
        ref = f"refs/heads/{prefix}-{batch.number}"
        made.append(Branch(ref.removeprefix("refs/heads/"), commit, below, len(changed), message.first_line))
        updates += _update(repository, ref, commit, name)
        below = base if apart else commit
    swap(repository, updates, reason="laneshift: codemod")
    return made


def _changes(changed: Differences) -> dict[str, Entry | None]:
    return {path: after for path, (_, after) in changed.items()}


def _disjoint(found: Sequence[Batch]) -> bool:
    seen: set[str] = set()
    for batch in found:
        paths = differences(batch.before, batch.after).keys()
        if seen & paths:
            return False
        seen |= paths
    return True


def _update(repository: Repository, ref: str, commit: str, name: str) -> list[RefUpdate]:
    if not is_valid(ref):
        raise Refused("codemod.bad-branch", f"{ref.removeprefix('refs/heads/')!r} cannot name a branch")
    there = read(repository, ref)
    if there == commit:
        return []
    if there is not None and (_TRAILER, name) not in trailers(read_commit(repository, there).message):
        raise Refused("codemod.branch-taken", f"{ref} holds something else", cure="give another --branch name")
    return [RefUpdate(ref, there, commit)]


def _message(name: str, batch: Batch, files: int) -> Message:
    return Message(
        type="refactor",
        scope="codemod",
        subject=f"apply {name}, batch {batch.number}",
        problem=(f"{len(batch.files)} file(s) are as they were before {name}",),
        solution=(f"Change {len(batch.answer.edits)} place(s) in {files} file(s)",),
        impact=("A second run changes nothing",),
        trailers=((_TRAILER, name),),
    )
