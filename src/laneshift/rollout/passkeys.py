"""Whose passkey is whose, as a file of the tree says it. Pure.

Each line has the person, the id of the credential in base64url, and its public key: SubjectPublicKeyInfo (DER) in
base64, which every tool for keys reads. A server never decides whose passkey counts for an approval; this file does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from laneshift.config import is_principal

LARGEST = 2**20
"""Bytes of one file, at most."""

PublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey
_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{16,1400}")
_LEAST_RSA = 2048
_LARGEST_KEY = 2048


@dataclass(frozen=True, slots=True)
class Passkey:
    """One line: the person, the credential's id in base64url, and its public key in DER."""

    person: str
    credential: str
    key: bytes

    @property
    def line(self) -> str:
        """The line, without its end."""
        return f"{self.person} {self.credential} {base64.b64encode(self.key).decode()}"


def passkeys_in(data: bytes) -> tuple[Passkey, ...]:
    """The passkeys of a file; empty lines and those that begin with `#` say nothing.

    Raises `ValueError`, with the number of the line, for anything else: a line that is misread could be anybody's.
    """
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    found = []
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t\r")
        if text and not text.startswith("#"):
            try:
                found.append(_passkey(text.split()))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error
    return tuple(found)


def fingerprint(key: bytes) -> str:
    """A short name for a public key in DER: its SHA-256, as ssh-keygen writes those of its keys."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def public_key(data: bytes) -> PublicKey:
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


def _passkey(words: list[str]) -> Passkey:
    if len(words) != 3:
        raise ValueError("a line has a person, a credential and a public key")
    person, credential, text = words
    if not is_principal(person):
        raise ValueError("its first word does not name a person")
    if not _CREDENTIAL.fullmatch(credential):
        raise ValueError("its second word is no id of a credential")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("its third word is not base64") from error
    if len(key) > _LARGEST_KEY:
        raise ValueError("its key is too large")
    public_key(key)
    return Passkey(person, credential, key)
