"""The listing of a codemod's files, kept by a ref and met at the remote: every clone counts the same batches.

The remote's order comes first, so a clone that starts later, or lists something else, takes over what is there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from laneshift.code.codemods.records import Codemod
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.objects import Repository
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read
from laneshift.repo.remotes import Remote, fetch, find, look, push
from laneshift.repo.remotes import keep as note
from laneshift.runs.codemod_batches import key_of, ordered
from laneshift.runs.codemod_records import LISTED, keep_listing, listing_at
from laneshift.runs.paths import complaints

_TRIES = 4
_LARGEST = 64 << 20


def listed(
    repository: Repository, codemod: Codemod, files: Sequence[str], *, keep: bool, remote: str = ""
) -> list[str]:
    """The files in the order of their batches; with `keep` the order stays, here and at the remote of that name.

    Raises `Refused` (`codemod.bad-listing`) for a listing that cannot be read, `CheckFailed`
    (`codemod.listing-refused`) where the remote does not take it, and what looking at the remote raises.
    """
    ref = f"{LISTED}{key_of(codemod)}"
    if not remote:
        known = _files(repository, ref)
        order = ordered(known, files)
        if keep and order != known:
            keep_listing(repository, key_of(codemod), _text(order), read(repository, ref))
        return order
    return _met(repository, find(repository, remote), codemod, files, keep=keep)


def _met(repository: Repository, remote: Remote, codemod: Codemod, files: Sequence[str], *, keep: bool) -> list[str]:
    ref, said = f"{LISTED}{key_of(codemod)}", ""
    for _ in range(_TRIES):
        there = _fetched(repository, remote, ref)
        theirs = _read(listing_at(repository, there), ref) if there is not None else []
        order = ordered([*theirs, *(path for path in _files(repository, ref) if path not in theirs)], files)
        if not keep or order == theirs:
            return order
        commit = keep_listing(repository, key_of(codemod), _text(order), there)
        pushed = push(repository, remote, [RefUpdate(ref, there, commit)])
        if look(repository, remote, [ref])[ref] == commit:
            note(repository, remote, ref, commit)
            return order
        said = next(iter(pushed.refused.values()), pushed.said)
    raise CheckFailed(
        "codemod.listing-refused",
        f"{remote.name} does not take the listing of this codemod's batches",
        where=ref,
        why=said,
        cure="try again; or, where nobody else works on this codemod, --offline",
    )


def _fetched(repository: Repository, remote: Remote, ref: str) -> str | None:
    """The commit that the remote's listing is at, here; None where it has none. Asked first: most have none."""
    return fetch(repository, remote, ref) if look(repository, remote, [ref])[ref] is not None else None


def _files(repository: Repository, ref: str) -> list[str]:
    commit = read(repository, ref)
    return _read(listing_at(repository, commit), ref) if commit is not None else []


def _text(order: Sequence[str]) -> bytes:
    return json.dumps(list(order), indent=0).encode()


def _read(data: bytes | None, ref: str) -> list[str]:
    """The paths of a listing, which another clone may have written."""
    try:
        found = json.loads(data) if data is not None and len(data) <= _LARGEST else None
    except (ValueError, RecursionError) as error:
        raise _bad(ref, str(error)) from error
    if not isinstance(found, list) or not all(isinstance(path, str) and not [*complaints(path)] for path in found):
        raise _bad(ref, "it is no list of plain paths")
    return list(dict.fromkeys(found))


def _bad(ref: str, why: str) -> Refused:
    cure = f"git update-ref -d {ref}, here and at the remote; the batches are counted anew then"
    return Refused("codemod.bad-listing", "the listing of batches cannot be read", where=ref, why=why, cure=cure)
