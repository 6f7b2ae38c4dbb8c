"""The two ciphers: authenticated encryption with associated data, 256-bit keys, 96-bit nonces, 128-bit tags. Pure."""

from __future__ import annotations

from functools import cache
from typing import Literal

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, ChaCha20Poly1305

Algorithm = Literal["aes-256-gcm-siv", "chacha20-poly1305"]

KEY = 32
NONCE = 12
TAG = 16
"""Sizes in bytes."""


@cache
def has_gcm_siv() -> bool:
    """Whether the OpenSSL that is linked here has AES-GCM-SIV: it came with 3.2, and is asked for by using it."""
    try:
        AESGCMSIV(bytes(KEY))
    except UnsupportedAlgorithm:
        return False
    return True


def best() -> Algorithm:
    """What to encrypt with: AES-256-GCM-SIV, which forgives a nonce that comes twice, where there is one."""
    return "aes-256-gcm-siv" if has_gcm_siv() else "chacha20-poly1305"


def encrypt(algorithm: Algorithm, key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes:
    """The ciphertext and its tag. Raises `ValueError` for sizes that do not fit and for a cipher that is not here."""
    return _cipher(algorithm, key, nonce).encrypt(nonce, data, associated)


def decrypt(algorithm: Algorithm, key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes | None:
    """The plaintext, whole; None where the tag does not hold. Raises as `encrypt` does."""
    cipher = _cipher(algorithm, key, nonce)
    if len(data) < TAG:
        return None
    try:
        return cipher.decrypt(nonce, data, associated)
    except InvalidTag:
        return None


def _cipher(algorithm: Algorithm, key: bytes, nonce: bytes) -> AESGCMSIV | ChaCha20Poly1305:
    if len(key) != KEY or len(nonce) != NONCE:
        raise ValueError("the size of the key or of the nonce is wrong")
    if algorithm == "chacha20-poly1305":
        return ChaCha20Poly1305(key)
    if not has_gcm_siv():
        raise ValueError("this machine's OpenSSL has no AES-GCM-SIV")
    return AESGCMSIV(key)
