"""A passkey in software, and the browser that speaks for it: what WebAuthn has them say, and what a test changes."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from laneshift.rollout.assertion import Assertion, in_base64url
from laneshift.rollout.passkeys import Passkey

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential of the site `rp_id`, used on a page of `origin`. It counts, unless `counter` is held at 0."""

    rp_id: str = "localhost"
    origin: str = "http://localhost:8321"
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    counts: bool = True

    @property
    def id(self) -> str:
        """The id of the credential in base64url."""
        return in_base64url(self.credential)

    @property
    def der(self) -> bytes:
        """The public key as the file of passkeys has it."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def cose(self) -> bytes:
        """The public key as an authenticator gives it."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def pinned(self, person: str) -> str:
        """The line that makes this passkey the person's."""
        return f"{Passkey(person, self.id, self.der).line}\n"

    def client_data(self, kind: str, challenge: bytes, **changes: Any) -> bytes:
        """What the browser says; `changes` are other or further members, None leaves one out."""
        told = {"type": kind, "challenge": in_base64url(challenge), "origin": self.origin, "crossOrigin": False}
        told = {name: value for name, value in {**told, **changes}.items() if value is not None}
        return json.dumps(told, separators=(",", ":")).encode()

    def said(self, more: bytes = b"", flags: int = 0) -> bytes:
        """The authenticator data; the counter goes up first."""
        self.counter += 1 if self.counts else 0
        head = hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | flags])
        return head + self.counter.to_bytes(4, "big") + more

    def asserted(self, challenge: bytes, kind: str = "webauthn.get", **changes: Any) -> Assertion:
        """What it gives when it is asked to sign in or to approve."""
        client_data, said = self.client_data(kind, challenge, **changes), self.said()
        signature = self.key.sign(said + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        return Assertion(self.id, self.der, client_data, said, signature)

    def get(self, challenge: bytes, kind: str = "webauthn.get", **changes: Any) -> dict[str, Any]:
        """The same as `navigator.credentials.get()` has it, as JSON."""
        found = self.asserted(challenge, kind, **changes)
        response = {
            "clientDataJSON": in_base64url(found.client_data),
            "authenticatorData": in_base64url(found.authenticator_data),
            "signature": in_base64url(found.signature),
        }
        return self._credential(response)

    def create(self, challenge: bytes, kind: str = "webauthn.create", **changes: Any) -> dict[str, Any]:
        """What `navigator.credentials.create()` gives, as JSON, without attestation."""
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self.cose
        said = self.said(attested, ATTESTED)
        response = {
            "clientDataJSON": in_base64url(self.client_data(kind, challenge, **changes)),
            "attestationObject": in_base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})),
            "transports": ["internal"],
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "rawId": self.id, "type": "public-key", "response": response}
