"""A key as everybody may see it: its public half, what it is for, and since when and until when it counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, get_args

from laneshift.evidence.canonical import Json
from laneshift.evidence.keys.port import Algorithm, KeyRefused, Purpose

CLOCK_SKEW = 300_000
"""Milliseconds by which two machines of one team may differ."""
_ID_DIGITS = 16
_FIELDS = frozenset({"id", "purpose", "algorithm", "public_pem", "created", "retired", "revoked", "reason"})
_BOUND = 1 << 53


@dataclass(frozen=True, slots=True)
class Key:
    """Times are Unix milliseconds. `retired` ends signing, `revoked` ends belief, for `reason`."""

    id: str
    purpose: Purpose
    algorithm: Algorithm
    public_pem: str
    created: int
    retired: int | None = None
    revoked: int | None = None
    reason: str = ""

    @property
    def active(self) -> bool:
        """Whether it signs."""
        return self.retired is None and self.revoked is None

    def hold(self, data: bytes, signature: bytes, at: int) -> None:
        """Raises `KeyRefused` unless `signature` over `data`, made at `at`, counts."""
        if self.revoked is not None:
            raise _refused("revoked", self.id, f"it was revoked: {self.reason}")
        if at < self.created - CLOCK_SKEW:
            raise _refused("not-yet", self.id, "it was made after what it signs")
        if self.retired is not None and at > self.retired + CLOCK_SKEW:
            raise _refused("retired", self.id, "it was retired before what it signs")
        from laneshift.evidence import curves

        if not curves.holds(self.public_pem, signature, data):
            raise _refused("bad-signature", self.id, "the signature is not over this")

    def retire(self, at: int) -> Key:
        """The key once another one signs in its place."""
        return replace(self, retired=at) if self.retired is None else self

    def revoke(self, at: int, reason: str) -> Key:
        """The key once nothing that it signed is believed."""
        return replace(self, revoked=at, reason=reason)

    def as_json(self) -> dict[str, Json]:
        """Plain data, from which `key_of` makes an equal key."""
        return {name: getattr(self, name) for name in sorted(_FIELDS)}


def key_id(purpose: Purpose, public_pem: str) -> str:
    """The name of a key: what it is for, and a part of the digest of its public half."""
    from laneshift.evidence import curves

    return f"{purpose}-{sha256(curves.der(public_pem)).hexdigest()[:_ID_DIGITS]}"


def key_of(fields: Mapping[str, Any]) -> Key:
    """The key with these fields. Raises `ValueError` for a field that is missing, unknown or wrong."""
    if fields.keys() != _FIELDS:
        raise ValueError("the fields are not those of a key")
    for name in ("id", "purpose", "algorithm", "public_pem", "reason"):
        if type(fields[name]) is not str or not fields[name].replace("\n", "").isprintable():
            raise ValueError(f"{name} is text")
    for name in ("created", "retired", "revoked"):
        time = fields[name]
        if (type(time) is not int or not 0 <= time < _BOUND) and not (time is None and name != "created"):
            raise ValueError(f"{name} is a time in Unix milliseconds")
    if fields["purpose"] not in get_args(Purpose) or fields["algorithm"] not in get_args(Algorithm):
        raise ValueError("a key of this purpose or algorithm is not known")
    from laneshift.evidence import curves

    if curves.algorithm_of(fields["public_pem"]) != fields["algorithm"]:
        raise ValueError("the public half is of another algorithm")
    if key_id(fields["purpose"], fields["public_pem"]) != fields["id"]:
        raise ValueError("the name is not that of this public half")
    return Key(**fields)


def _refused(cause: str, key: str, why: str) -> KeyRefused:
    return KeyRefused(f"keys.{cause}", f"a signature by {key} does not count: {why}", where=key)
