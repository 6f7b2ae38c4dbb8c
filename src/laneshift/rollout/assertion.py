"""What a passkey signed, checked without a server, a network or a clock. Pure.

A passkey signs two things that it says: the client data (what for, with which challenge, on a page of which origin) and
the authenticator data (for which site, whether somebody was there and was verified). Here both are read from the very
bytes that were signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.evidence.json_text import once

_HEAD = 37
_PRESENT, _VERIFIED, _BACKUP, _BACKED_UP, _MORE = 0x01, 0x04, 0x08, 0x10, 0xC0
_NAMES = ("credential", "key", "client_data", "authenticator_data", "signature")


@dataclass(frozen=True, slots=True)
class Site:
    """The site whose passkeys count, and the origins of its pages."""

    rp_id: str
    origins: Collection[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """The id of the credential in base64url, its public key in DER, and the three texts that a passkey gives."""

    credential: str
    key: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    def as_proof(self) -> dict[str, str]:
        """Plain data, from which `in_proof` makes an equal assertion."""
        return {"credential": self.credential, **{name: in_base64url(getattr(self, name)) for name in _NAMES[1:]}}

    @classmethod
    def in_proof(cls, proof: Mapping[str, Any]) -> Assertion:
        """Read it from an envelope. Raises `ValueError` for anything that `as_proof` never gives."""
        if set(proof) != {*_NAMES} or not all(isinstance(proof[name], str) for name in _NAMES):
            raise ValueError("it has not exactly the parts of what a passkey signs")
        return cls(proof["credential"], *(from_base64url(proof[name]) for name in _NAMES[1:]))

    @property
    def counter(self) -> int:
        """How often the passkey says that it was used; 0 for one that does not count."""
        return int.from_bytes(self.authenticator_data[33:_HEAD], "big")


def is_signed(assertion: Assertion, key: bytes) -> bool:
    """Whether the public key `key`, in DER, signed what the assertion has."""
    from laneshift.rollout import passkey_keys

    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    return passkey_keys.holds(key, assertion.signature, signed)


def challenged(assertion: Assertion) -> bytes:
    """The challenge that was signed; nothing for client data that cannot be read."""
    try:
        found = _client_data(assertion)["challenge"]
        return from_base64url(found)
    except ValueError:
        return b""


def problem(assertion: Assertion, site: Site) -> str:
    """Why what was signed, whoever signed it, is no assertion of a verified person to this site; "" for a good one."""
    try:
        told = _client_data(assertion)
    except ValueError as error:
        return str(error)
    if told["type"] != "webauthn.get":
        return f"it was made for {told['type'][:40]!r}, and not to sign in or to approve"
    if told["origin"] not in site.origins:
        return f"it was made on a page of {told['origin'][:200]!r}, which is none of this site"
    if told.get("crossOrigin", False) is not False or "topOrigin" in told:
        return "it was made inside a page of another site"
    return _authenticator_problem(assertion.authenticator_data, site.rp_id)


def in_base64url(data: bytes) -> str:
    """As WebAuthn writes bytes: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """The bytes that `in_base64url` wrote like this. Raises `ValueError` for any other text."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("it is not base64url") from error
    if in_base64url(data) != text:
        raise ValueError("it is not base64url in its one form")
    return data


def _client_data(assertion: Assertion) -> dict[str, Any]:
    try:
        told = json.loads(assertion.client_data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise ValueError("what the browser says of it cannot be read") from error
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in _TOLD):
        raise ValueError("the browser does not say what it is for")
    return told


_TOLD = ("type", "challenge", "origin")


def _authenticator_problem(data: bytes, rp_id: str) -> str:
    if len(data) < _HEAD or (len(data) > _HEAD and not data[32] & _MORE):
        return "what the passkey says of it cannot be read"
    if data[:32] != hashlib.sha256(rp_id.encode()).digest():
        return f"the passkey is not one of {rp_id}"
    flags = data[32]
    if not flags & _PRESENT:
        return "nobody was there when it was made"
    if not flags & _VERIFIED:
        return "the passkey did not verify who used it"
    return "what the passkey says of its copies is not possible" if flags & _BACKED_UP and not flags & _BACKUP else ""
