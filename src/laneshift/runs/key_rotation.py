"""Rotating and revoking keys: the new key is made and proved before the old one is retired, and all of it is on record.

One write of the ring is the moment at which the new key takes over. Before it the old key works, after it the new one;
what was left undone on either side is done by the next command about keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from laneshift.errors import Bug, Refused
from laneshift.evidence.canonical import Json
from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.port import Algorithm, Purpose, Signer
from laneshift.evidence.keys.ring import JournalKeys, KeyRing
from laneshift.evidence.keys.vault import Vault
from laneshift.runs.attesting import attest_again
from laneshift.runs.key_ring import keep_ring, ring_of
from laneshift.runs.sealing import seal
from laneshift.runs.workshop import Workshop

_CHALLENGE = 32
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Operator:
    """Who asks for it, and why: both go on record."""

    name: str
    reason: str

    def __post_init__(self) -> None:
        """Raises `Refused` (`keys.no-reason`) without a reason of one line."""
        if not self.reason.strip() or not self.reason.isprintable() or len(self.reason) > _LONGEST:
            what = f"a reason is one line of 1 to {_LONGEST} characters; it goes on record"
            raise Refused("keys.no-reason", what, where="--reason", cure='--reason "quarterly rotation"')


def rotate(shop: Workshop, vault: Vault, purpose: Purpose, algorithm: Algorithm, operator: Operator) -> Key:
    """Make a key for `purpose` and have it sign from now on; the new key.

    Raises `Refused` for a folder that is not safe for private keys, `CheckFailed` when something cannot be written.
    """
    now = shop.clock() * 1000
    ring = ring_of(shop.repository, vault)
    made = _proved(vault, vault.make(purpose, algorithm), purpose)
    new = Key(made.key_id, purpose, made.algorithm, made.public_pem, now)
    _note(shop, "created", new, now, operator, {"algorithm": new.algorithm, "public_pem": new.public_pem})
    keys = (*(key.retire(now) if key.purpose == purpose and key.active else key for key in ring.keys), new)
    keep_ring(shop.repository, keys)
    settle(shop, vault, operator)
    return new


def revoke(shop: Workshop, vault: Vault, key_id: str, operator: Operator) -> Key:
    """Have nothing that a key signed count any more. Raises `Refused` (`keys.unknown-key`) for a key that is none."""
    now = shop.clock() * 1000
    ring = ring_of(shop.repository, vault)
    key = next((key for key in ring.keys if key.id == key_id), None)
    if key is None:
        known = ", ".join(key.id for key in ring.keys) or "none"
        raise Refused("keys.unknown-key", f"{key_id!r} is no key of this repository", cure=f"its keys: {known}")
    if key.revoked is not None:
        return key
    gone = key.revoke(now, operator.reason)
    keep_ring(shop.repository, tuple(gone if each.id == key_id else each for each in ring.keys))
    settle(shop, vault, operator)
    return gone


def settle(shop: Workshop, vault: Vault, operator: Operator) -> KeyRing:
    """Do what follows from the ring as it is: record it, sign again what lives, and let go of old private halves."""
    ring = ring_of(shop.repository, vault)
    for key in ring.keys:
        if key.retired is not None:
            _note(shop, "retired", key, key.retired, operator, {})
        if key.revoked is not None:
            _note(shop, "revoked", key, key.revoked, replace(operator, reason=key.reason), {})
    renewed = replace(shop, ring=ring, keys=JournalKeys(ring))
    attest_again(renewed)
    seal(renewed)
    for key in ring.keys:
        if not key.active and vault.holds(key.id):
            vault.drop(key.id)
    return ring


def _proved(vault: Vault, made: Signer, purpose: Purpose) -> Signer:
    """The key as it is read back from its file, once it signed something that nobody could know before."""
    again = vault.signer(made.key_id, purpose)
    challenge = secrets.token_bytes(_CHALLENGE)
    key = Key(made.key_id, purpose, made.algorithm, made.public_pem, 0)
    if again.key_id != made.key_id:
        raise Bug("keys.not-proved", "a new key was read back as another one", where=made.key_id)
    key.hold(challenge, again.sign(challenge), 0)
    return again


def _note(shop: Workshop, what: str, key: Key, at: int, operator: Operator, facts: Mapping[str, Json]) -> None:
    told = {"key": key.id, "purpose": key.purpose, "operator": operator.name, "reason": operator.reason, **facts}
    shop.journal.append(f"keys/{key.id}/{what}", f"key.{what}", told, at=at, actor=operator.name, durable=True)
