"""The bytes of a sealed secret, and what its two layers are bound to. Pure.

    3 "LSE" | 1 version | 1 payload cipher | 1 wrapping cipher | 16 key id | 16 secret id | 12 nonce | 48 data key
    | 12 nonce | payload and tag

The data key, drawn for this secret alone, is wrapped by the key that the key id names. What comes before the first
nonce is authenticated with it, and so is the caller's context. The payload is bound to everything but the wrapping, so
that a rotation leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.evidence.encryption.aead import KEY, NONCE, TAG, Algorithm

ID = 16
LARGEST = 1 << 20
"""Bytes of the largest secret."""
LARGEST_CONTEXT = 1 << 12
_MAGIC = b"LSE\x01"
_CODES: dict[Algorithm, int] = {"aes-256-gcm-siv": 1, "chacha20-poly1305": 2}
_NAMES = {code: name for name, code in _CODES.items()}
_HEAD = len(_MAGIC) + 2 + ID + ID
_WRAPPED = KEY + TAG
_BODY = _HEAD + NONCE + _WRAPPED


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed secret in its parts. Nothing in it is secret."""

    cipher: Algorithm
    wrapping: Algorithm
    key_id: str
    secret_id: bytes = field(repr=False)
    wrap_nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    payload: bytes = field(repr=False)

    def as_bytes(self) -> bytes:
        """What is stored; `envelope_of` reads it."""
        return b"".join((self._head(), self.wrap_nonce, self.wrapped, self.nonce, self.payload))

    def bound_to_wrapping(self, context: bytes) -> bytes:
        """What the wrapped data key is authenticated with."""
        return b"laneshift data key\0" + self._head() + context

    def bound_to_payload(self, context: bytes) -> bytes:
        """What the payload is authenticated with."""
        return b"laneshift payload\0\0" + _MAGIC + bytes((_CODES[self.cipher],)) + self.secret_id + context

    def _head(self) -> bytes:
        codes = bytes((_CODES[self.cipher], _CODES[self.wrapping]))
        return _MAGIC + codes + bytes.fromhex(self.key_id) + self.secret_id


def envelope_of(data: bytes) -> Envelope | None:
    """The parts of a sealed secret; None for bytes that are none."""
    if not _BODY + NONCE + TAG <= len(data) <= _BODY + NONCE + TAG + LARGEST or not data.startswith(_MAGIC):
        return None
    at = len(_MAGIC)
    cipher, wrapping = _NAMES.get(data[at]), _NAMES.get(data[at + 1])
    if cipher is None or wrapping is None:
        return None
    at += 2
    return Envelope(
        cipher,
        wrapping,
        data[at : at + ID].hex(),
        data[at + ID : _HEAD],
        data[_HEAD : _HEAD + NONCE],
        data[_HEAD + NONCE : _BODY],
        data[_BODY : _BODY + NONCE],
        data[_BODY + NONCE :],
    )


def context_bytes(context: Mapping[str, str]) -> bytes:
    """A context as it is authenticated: the same for the same names and values in any order.

    Raises `Refused` (`encryption.context`) for one that is empty, not text, or larger than `LARGEST_CONTEXT` bytes.
    """
    if not context or not all(isinstance(part, str) for pair in context.items() for part in pair):
        raise _no_context("a context has at least one name, and text for each")
    try:
        data = canonical(dict(context))
    except Refused as error:
        raise _no_context("a context is Unicode text") from error
    if len(data) > LARGEST_CONTEXT:
        raise _no_context(f"a context has at most {LARGEST_CONTEXT} bytes")
    return data


def _no_context(why: str) -> Refused:
    return Refused(
        "encryption.context",
        "a secret is stored under a context, and this is none",
        why=why,
        cure="say whose the secret is and what it is called",
    )
