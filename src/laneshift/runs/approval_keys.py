"""Whose key is whose, and which keys are revoked: files of the target's tip, so that a change counts at once."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.config import Approval
from laneshift.errors import Fault, Refused
from laneshift.repo.allowed_signers import LARGEST, key_lines
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.ssh_signatures import is_revocation_list

_KRL = b"SSHKRL\n\0"


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of allowed signers and of revoked keys as commit `tip` has them; no revoked keys are None."""

    tip: str
    signers: bytes
    revoked: bytes | None


def keys_at(repository: Repository, wanted: Approval, tip: str) -> Keys:
    """The keys in the tree of `tip`, in the files that the settings name.

    Raises `Refused`: `approval.no-signers` when there is no such file, `approval.bad-revoked` for a file of revoked
    keys of which a line would not be understood, since a key on it might still be taken for good.
    """
    if not wanted.signers:
        cure = 'set [approval] signers = "path of a file of allowed signers", as docs/approvals.md says'
        raise Refused("approval.no-signers", "no setting says whose key is whose", cure=cure)
    tree = repository.tree(tip)
    signers = _file(tree, wanted.signers, tip)
    revoked = _file(tree, wanted.revoked, tip) if wanted.revoked else None
    if revoked is not None:
        _refuse_unclear(revoked, wanted.revoked)
    return Keys(tip, signers, revoked)


def _file(tree: Tree, path: str, tip: str) -> bytes:
    entry = tree.entry(path)
    data = tree.read(path) if entry is not None and entry.is_regular else None
    if data is None or len(data) > LARGEST:
        what = "is no file there" if data is None else f"is larger than {LARGEST} bytes"
        raise Refused(
            "approval.no-signers",
            f"the settings name {path} for the keys of people, and it {what}",
            where=tip,
            cure="commit that file to the target branch; nobody can approve without it",
        )
    return data


def _refuse_unclear(data: bytes, path: str) -> None:
    if data.startswith(_KRL):
        faults = [] if is_revocation_list(data) else [Fault("approval.bad-revoked", path, "this list cannot be read")]
    else:
        passed = key_lines(data)[1]
        faults = [Fault("approval.bad-revoked", f"{path}:{line.line}", line.why) for line in passed]
    if faults:
        raise Refused(
            "approval.bad-revoked",
            "the file of revoked keys cannot be read to its end",
            where=path,
            cure="have one public key a line, or a list that `ssh-keygen -k` made",
            faults=faults,
        )
