"""Whose key and passkey is whose, and what is revoked: files of the target's tip, so that a change counts at once."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.config import Settings
from laneshift.errors import Fault, Refused
from laneshift.repo.allowed_signers import LARGEST, key_lines
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.ssh_signatures import is_revocation_list
from laneshift.rollout import passkeys
from laneshift.rollout.assertion import Site

_KRL = b"SSHKRL\n\0"


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of allowed signers, of revoked keys and of passkeys as commit `tip` has them; no file is None.

    `site` is the one whose passkeys count, None where passkeys approve nothing. Without a file of allowed signers
    `signers` is empty, so that no SSH key is anybody's.
    """

    tip: str
    signers: bytes
    revoked: bytes | None
    passkeys: bytes | None = None
    site: Site | None = None


def keys_at(repository: Repository, settings: Settings, tip: str) -> Keys:
    """The keys in the tree of `tip`, in the files that the settings name.

    Raises `Refused`: `approval.no-signers` when there is no such file, `approval.bad-revoked` for a file of revoked
    keys of which a line would not be understood, since a key on it might still be taken for good, and
    `approval.bad-passkeys` for such a file of passkeys.
    """
    wanted = settings.approval
    if not wanted.signers and not wanted.passkeys:
        cure = 'set [approval] signers = "path of a file of allowed signers", as docs/approvals.md says'
        raise Refused("approval.no-signers", "no setting says whose key is whose", cure=cure)
    tree = repository.tree(tip)
    signers = _file(tree, wanted.signers, tip) if wanted.signers else b""
    revoked = _file(tree, wanted.revoked, tip) if wanted.revoked else None
    if revoked is not None:
        _refuse_unclear(revoked, wanted.revoked)
    held = _file(tree, wanted.passkeys, tip) if wanted.passkeys else None
    if held is not None:
        _refuse_bad_passkeys(held, wanted.passkeys)
    return Keys(tip, signers, revoked, held, site_of(settings))


def site_of(settings: Settings) -> Site | None:
    """The site whose passkeys may approve by these settings."""
    site = settings.webauthn
    return Site(site.rp_id, tuple(site.origins)) if settings.approval.passkeys else None


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


def _refuse_bad_passkeys(data: bytes, path: str) -> None:
    try:
        passkeys.passkeys_in(data)
    except ValueError as error:
        raise Refused(
            "approval.bad-passkeys",
            "the file of passkeys cannot be read to its end",
            where=path,
            why=str(error),
            cure="each line has a person, a credential and a public key, as docs/approvals.md says",
        ) from error
