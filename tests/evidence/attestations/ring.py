"""A ring in memory, with real keys."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from laneshift.evidence.keys.port import Algorithm, KeyRefused, Purpose, Signer

_P256 = ec.ECDSA(hashes.SHA256())


class MemoryRing:
    """One key for everything; `revoked` makes what it signed count no more."""

    def __init__(self, algorithm: Algorithm = "ed25519", key_id: str = "key-1") -> None:
        self.algorithm: Algorithm = algorithm
        self.key_id = key_id
        self.revoked = False
        self._edwards = Ed25519PrivateKey.generate()
        self._p256 = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_pem(self) -> str:
        key = self._edwards if self.algorithm == "ed25519" else self._p256
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def signer(self, purpose: Purpose) -> Signer:
        assert purpose == "attestation"
        return self

    def sign(self, data: bytes) -> bytes:
        return self._edwards.sign(data) if self.algorithm == "ed25519" else self._p256.sign(data, _P256)

    def verify(self, key_id: str, data: bytes, signature: bytes, at: int) -> None:
        if key_id != self.key_id or self.revoked or at < 0:
            raise KeyRefused("keys.unknown", "no key of this ring", where=key_id)
        try:
            if self.algorithm == "ed25519":
                self._edwards.public_key().verify(signature, data)
            else:
                self._p256.public_key().verify(signature, data, _P256)
        except InvalidSignature as error:
            raise KeyRefused("keys.bad-signature", "the signature is not over this", where=key_id) from error
