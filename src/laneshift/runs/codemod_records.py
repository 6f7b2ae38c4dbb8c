"""Records and listings of codemods, kept by refs, so that git does not collect them and other clones can fetch them.

A record is named by its own id, so it never changes. A listing is one file for each thing that was asked; each change
of it is a commit upon the one before.
"""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.errors import LaneshiftError
from laneshift.repo.commits import KEEPER, write_commit
from laneshift.repo.fetching import has
from laneshift.repo.objects import MODE_FILE, Entry, File, Repository, Tree
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read, swap
from laneshift.repo.remotes import fetch, find, look, push

KEPT = "refs/laneshift/codemods/"
"""Below it, a commit for each record holds the blobs that it speaks of."""
LISTED = "refs/laneshift/codemod-batches/"
"""Below it, a commit for each listing of batches holds the listing."""
_FILE = "listing.json"


def keep(repository: Repository, oid: str, tree: Tree) -> None:
    """Keep a record, the blob `oid`, and the blobs of `tree` that it speaks of."""
    ref = f"{KEPT}{oid}"
    if read(repository, ref) is None:
        held = tree.edit({f"laneshift-record-{oid}.json": Entry(MODE_FILE, oid)})
        commit = write_commit(repository, held.oid, [], f"record {oid}\n", KEEPER, 0)
        swap(repository, [RefUpdate(ref, None, commit)], reason="laneshift: codemod")


def listing_at(repository: Repository, commit: str) -> bytes | None:
    """The bytes of the listing that a commit holds; None where it holds none."""
    tree = repository.tree(commit)
    return tree.read(_FILE) if _FILE in tree else None


def keep_listing(repository: Repository, key: str, data: bytes, onto: str | None) -> str:
    """Keep a listing as the one that follows commit `onto` (None: as the first); its commit."""
    ref = f"{LISTED}{key}"
    tree = repository.empty_tree().edit({_FILE: File(data)})
    parents = [onto] if onto is not None else []
    commit = write_commit(repository, tree.oid, parents, f"batches of codemod {key}\n", KEEPER, 0)
    swap(repository, [RefUpdate(ref, read(repository, ref), commit)], reason="laneshift: codemod")
    return commit


def publish(repository: Repository, oids: Iterable[str], name: str) -> str:
    """Push the records to the remote called `name`, where it lacks them; why they are not there, or empty."""
    refs = sorted({f"{KEPT}{oid}" for oid in oids})
    try:
        remote = find(repository, name)
        there = look(repository, remote, refs) if refs else {}
        here = {ref: read(repository, ref) for ref in refs if there[ref] is None}
        updates = [RefUpdate(ref, None, commit) for ref, commit in here.items() if commit is not None]
        pushed = push(repository, remote, updates) if updates else None
        missing = [ref for ref, at in look(repository, remote, refs).items() if at is None] if updates else []
    except LaneshiftError as error:
        return f"{error.what}: {error.why}" if error.why else error.what
    if not missing:
        return ""
    said = next(iter(pushed.refused.values()), pushed.said) if pushed is not None else ""
    return said or f"{name} does not keep {missing[0]}"


def bring(repository: Repository, oids: Iterable[str], name: str) -> None:
    """Have the records in this clone, from the remote called `name`. Raises as `fetch` does; a record that is nowhere
    is refused where it is needed."""
    for oid in sorted(set(oids)):
        ref = f"{KEPT}{oid}"
        if not has(repository, oid) and (commit := fetch(repository, find(repository, name), ref)) is not None:
            swap(repository, [RefUpdate(ref, read(repository, ref), commit)], reason="laneshift: codemod")
