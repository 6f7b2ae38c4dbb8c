"""Before a claim: whether a change that is open at the forge writes any of the files already."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from laneshift.errors import Fault, Refused
from laneshift.forge.port import Change, Changes
from laneshift.repo.commits import merge_base
from laneshift.repo.differences import differences
from laneshift.repo.objects import Repository
from laneshift.repo.ref_names import is_valid
from laneshift.repo.refs import read

_SHOWN = 3


def refuse_open_changes(
    repository: Repository, changes: Changes, files: Collection[str], own: Collection[str] = ()
) -> None:
    """Raise `Refused` (`claim.open-change`) with a fault for each open change that writes one of `files`.

    A change whose commit is not here cannot be looked at, and is a fault as well. `own` are short names of branches
    that do not count: those of the pack itself, and of packs that it comes after.
    """
    faults = [
        fault
        for change in changes.all()
        if change.state == "open" and change.head not in own
        for fault in _faults(repository, change, frozenset(files))
    ]
    if faults:
        raise Refused(
            "claim.open-change",
            f"{len(faults)} open change(s) are in the way",
            cure="wait until they are merged or closed, or take another pack",
            faults=faults,
        )


def _faults(repository: Repository, change: Change, files: frozenset[str]) -> Iterator[Fault]:
    where = f"change {change.number} ({change.head})"
    head, base = _commit(repository, change.head, change.commit), _commit(repository, change.base, "")
    if head is None or base is None:
        yield Fault("claim.unseen-change", where, "it cannot be looked at: its commits are not here", "git fetch")
        return
    fork = merge_base(repository, base, head)
    before = repository.tree(fork) if fork else repository.empty_tree()
    both = sorted(files & differences(before, repository.tree(head)).keys())
    if both:
        more = f" and {len(both) - _SHOWN} more" if len(both) > _SHOWN else ""
        what = f"it writes {', '.join(map(repr, both[:_SHOWN]))}{more}"
        yield Fault("claim.open-change", where, what, f"wait for {change.title[:60]!r}")


def _commit(repository: Repository, branch: str, commit: str) -> str | None:
    """Where the branch is now, here; else the commit that it was last known at, if that is here."""
    ref = f"refs/heads/{branch}"
    found = read(repository, ref) if is_valid(ref) else None
    if found is None and commit:
        try:
            return repository.commit_id(commit)
        except Refused:
            return None
    return found
