"""A private key that was read from its file or just made. Needs the extra `keys`: `vault` imports it where it has one.

No error here shows what a file holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from laneshift.evidence.curves import SIGNATURE
from laneshift.evidence.keys.key import key_id
from laneshift.evidence.keys.port import Algorithm, Purpose

_Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class FileSigner:
    """One private key, read once. It shows its public half and nothing else."""

    key_id: str
    algorithm: Algorithm
    public_pem: str
    _private: _Private = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """64 bytes of Ed25519, or a DER signature of P-256 with SHA-256."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        return self._private.sign(data, SIGNATURE)


def made(algorithm: Algorithm, purpose: Purpose) -> tuple[FileSigner, bytes]:
    """A new key, and what its file is to hold."""
    private = Ed25519PrivateKey.generate() if algorithm == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    return _signer(private, purpose), private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read(data: bytes, purpose: Purpose) -> FileSigner | None:
    """The key in a file; None where it holds none of a kind that is known here."""
    try:
        private = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        return None
    return _signer(private, purpose) if isinstance(private, _Private) else None


def _signer(private: _Private, purpose: Purpose) -> FileSigner:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    algorithm: Algorithm = "ed25519" if isinstance(private, Ed25519PrivateKey) else "ecdsa-p256"
    return FileSigner(key_id(purpose, pem), algorithm, pem, private)
