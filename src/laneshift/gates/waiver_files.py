"""The waivers that a tree carries, each checked: its form, its day, its person, and its signature by ssh-keygen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from laneshift.config import Settings
from laneshift.errors import LaneshiftError
from laneshift.gates.waivers import NAMESPACE, NONE, RefusedWaiver, Waiver, Waivers, fault, parse
from laneshift.repo import ssh_signatures
from laneshift.repo.allowed_signers import LARGEST, lines_for, signers_in
from laneshift.repo.objects import Tree
from laneshift.repo.sshsig import signature_in

_LARGEST = 64 << 10
_MOST = 1000


def waivers_of(tree: Tree, settings: Settings, gates: Collection[str], now: int) -> Waivers:
    """Every waiver of `tree`, in force at `now` (unix seconds) or refused. `gates` are the ids that there are.

    Trees without waivers cost one look. Only `.toml` files directly in the folder of the settings count.
    """
    folder = settings.gates.waivers
    names = [name for name in tree.folder(folder) if name.endswith(".toml")]
    if not names:
        return NONE
    held: list[Waiver] = []
    refused: list[RefusedWaiver] = []
    for name in names:
        file = f"{folder}/{name}"
        if len(held) + len(refused) >= _MOST:
            refused.append(RefusedWaiver(file, f"there are more than {_MOST} waivers"))
            continue
        try:
            waiver = parse(file, _read(tree, file))
            why = fault(waiver, _day(now), gates, settings.approval.people) or _unsigned(waiver, tree, settings, now)
        except ValueError as error:
            refused.append(RefusedWaiver(file, str(error)))
            continue
        except LaneshiftError as error:
            refused.append(RefusedWaiver(file, f"{error.what} {error.why}".strip()))
            continue
        if why:
            refused.append(RefusedWaiver(file, why))
        else:
            held.append(waiver)
    return Waivers(tuple(held), tuple(refused))


def _unsigned(waiver: Waiver, tree: Tree, settings: Settings, now: int) -> str:
    """What is wrong with the signature; empty for that of its person, by a key that counts in this tree."""
    if not settings.approval.signers:
        return "no setting says whose key is whose (approval.signers)"
    signature = signature_in(waiver.signature)
    if signature.namespace != NAMESPACE:
        return f"the signature is for {signature.namespace!r}, not for {NAMESPACE!r}"
    if signature.weakness:
        return signature.weakness
    if not ssh_signatures.holds(waiver.signature, NAMESPACE, waiver.signed):
        return "the signature is not over this waiver: it was changed after it was signed"
    signers, _ = signers_in(_key_file(tree, settings.approval.signers))
    lines = lines_for(signers, waiver.by, signature.key)
    if not lines:
        return f"the key {signature.fingerprint} is not one of {waiver.by}"
    revoked = _key_file(tree, settings.approval.revoked) if settings.approval.revoked else None
    told = ssh_signatures.fault(waiver.signature, NAMESPACE, waiver.signed, lines, waiver.by, now, revoked)
    return f"ssh-keygen refuses the signature: {told}" if told else ""


def _read(tree: Tree, path: str, largest: int = _LARGEST) -> bytes:
    entry = tree.entry(path)
    if entry is None or not entry.is_regular:
        raise ValueError(f"{path} is no plain file of the tree")
    if tree.repository.blob_size(entry.oid) > largest:
        raise ValueError(f"{path} is larger than {largest} bytes")
    return tree.read(path)


def _key_file(tree: Tree, path: str) -> bytes:
    return _read(tree, path, LARGEST)


def _day(now: int) -> dt.date:
    return dt.datetime.fromtimestamp(now, dt.UTC).date()
