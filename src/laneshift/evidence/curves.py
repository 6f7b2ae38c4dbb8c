"""The two kinds of keys and what is done with their public halves. Pure.

It needs the extra `keys`, so it is imported where a key is at hand and nowhere else: most repositories have none.
"""

from __future__ import annotations

from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

SIGNATURE = ec.ECDSA(hashes.SHA256())
"""How P-256 signs."""


def algorithm_of(pem: str) -> Literal["ed25519", "ecdsa-p256"]:
    """What the key in a PEM is for. Raises `ValueError` for anything but Ed25519 and P-256."""
    return "ed25519" if isinstance(_public(pem), Ed25519PublicKey) else "ecdsa-p256"


def der(pem: str) -> bytes:
    """SubjectPublicKeyInfo. Raises as `algorithm_of` does."""
    return _public(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def raw(pem: str) -> bytes:
    """The 32 bytes of an Ed25519 key. Raises as `algorithm_of` does."""
    return _public(pem).public_bytes(Encoding.Raw, PublicFormat.Raw)


def holds(pem: str, signature: bytes, data: bytes) -> bool:
    """Whether the key in `pem` made the signature over `data`. Raises as `algorithm_of` does."""
    public = _public(pem)
    try:
        if isinstance(public, Ed25519PublicKey):
            public.verify(signature, data)
        else:
            public.verify(signature, data, SIGNATURE)
    except InvalidSignature:
        return False
    return True


def require_ed25519(public: bytes) -> None:
    """Raise `ValueError` unless these are the bytes of an Ed25519 key."""
    Ed25519PublicKey.from_public_bytes(public)


def ed25519_holds(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the Ed25519 key of these 32 bytes made the signature. Raises `ValueError` for other bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _public(pem: str) -> Ed25519PublicKey | ec.EllipticCurvePublicKey:
    try:
        found = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("this PEM holds no key that is known here") from error
    if isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1):
        return found
    if isinstance(found, Ed25519PublicKey):
        return found
    raise ValueError("a key is Ed25519 or P-256")
