"""The public keys of passkeys. Pure. Needs the extra `keys`, so it is imported where a passkey is at hand."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

_LEAST_RSA = 2048


def public_key(data: bytes) -> EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey:
    """The key in this DER: P-256, Ed25519, or RSA of at least 2048 bits. Raises `ValueError` for any other."""
    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("it has no public key that can be read") from error
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA:
        return key
    if isinstance(key, Ed25519PublicKey):
        return key
    raise ValueError("its key is neither P-256, nor Ed25519, nor RSA of 2048 bits")


def holds(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the public key `key`, in DER, made the signature; False as well for a key that `public_key` refuses."""
    try:
        public = public_key(key)
        if isinstance(public, EllipticCurvePublicKey):
            public.verify(signature, data, ECDSA(SHA256()))
        elif isinstance(public, RSAPublicKey):
            public.verify(signature, data, PKCS1v15(), SHA256())
        else:
            public.verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
