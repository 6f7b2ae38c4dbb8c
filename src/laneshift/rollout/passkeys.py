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

from laneshift.config import is_principal

LARGEST = 2**20
"""Bytes of one file, at most."""

_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{16,1400}")
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


def _passkey(words: list[str]) -> Passkey:
    from laneshift.rollout import passkey_keys

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
    passkey_keys.public_key(key)
    return Passkey(person, credential, key)
