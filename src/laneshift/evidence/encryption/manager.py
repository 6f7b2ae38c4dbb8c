"""`EncryptionManager`: seals secrets, opens them again, and changes the keys that wrap them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence.encryption.aead import KEY, NONCE, TAG, Algorithm, best, decrypt, encrypt
from laneshift.evidence.encryption.envelope import ID, LARGEST, Envelope, context_bytes, envelope_of
from laneshift.evidence.encryption.key_folder import KeyFolder
from laneshift.evidence.encryption.randomness import Randomness


class CannotOpen(CheckFailed):
    """A sealed secret that does not open. It is one error for every cause, so that nobody learns from it."""


@dataclass(frozen=True, slots=True)
class EncryptionManager:
    """Secrets of up to 1 MiB under the wrapping keys of `keys`.

    `algorithm` is what is encrypted with; secrets of the other cipher open all the same where the machine has it.
    A context says whose a secret is and what it is called, and the secret opens under no other one. It may hold a
    version, so that an older value cannot take the place of a newer one.
    """

    keys: KeyFolder
    algorithm: Algorithm = field(default_factory=best)
    randomness: Randomness = field(default_factory=Randomness, repr=False)

    @classmethod
    def at(cls, folder: Path) -> EncryptionManager:
        """The manager of the keys in `folder`."""
        return cls(KeyFolder(folder))

    def seal(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        """`secret`, encrypted under a data key of its own and bound to `context`.

        Raises `Refused` (`encryption.size`, `encryption.context`), and `CheckFailed` where no wrapping key can be used.
        """
        bound = context_bytes(context)
        if not 0 < len(secret) <= LARGEST:
            raise Refused("encryption.size", f"a secret has 1 to {LARGEST} bytes, this one has {len(secret)}")
        draw = self.randomness.draw
        data_key, nonce = draw(KEY), draw(NONCE)
        bare = Envelope(self.algorithm, self.algorithm, "", draw(ID), b"", b"", nonce, b"")
        payload = encrypt(bare.cipher, data_key, nonce, secret, bare.bound_to_payload(bound))
        return self._wrapped(replace(bare, payload=payload), data_key, bound).as_bytes()

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """The secret, whole. Raises `CannotOpen` (`encryption.cannot-open`) for anything else, whatever the cause."""
        found = self._opened(sealed, context)
        if found is None:
            raise _cannot_open()
        return found[1]

    def rewrap(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """The same secret under the key that wraps now; its payload stays byte for byte. Raises as `open` does."""
        found = self._opened(sealed, context)
        envelope = envelope_of(sealed)
        if found is None or envelope is None:
            raise _cannot_open()
        return self._wrapped(replace(envelope, wrapping=self.algorithm), found[0], context_bytes(context)).as_bytes()

    def rotate(self) -> str:
        """Make a new wrapping key, which counts from now on; its name. Older ones stay until they are dropped."""
        return self.keys.make(self.randomness.draw).id

    def drop(self, key_id: str, stored: Iterable[bytes]) -> None:
        """Delete a wrapping key that none of `stored`, all secrets that there are, is wrapped by.

        Raises `Refused` (`encryption.key-in-use`) for the key that wraps now, for one that a secret needs, and when
        one of `stored` is no sealed secret, since nobody can tell what that one needs.
        """
        if key_id == self.keys.active_id():
            raise _in_use(key_id, "it is the one that wraps now")
        for sealed in stored:
            name = wrapped_by(sealed)
            if name is None:
                raise _in_use(key_id, "something that is stored is no sealed secret, so what it needs cannot be told")
            if name == key_id:
                raise _in_use(key_id, "a stored secret is wrapped by it")
        self.keys.drop(key_id)

    def _wrapped(self, envelope: Envelope, data_key: bytes, bound: bytes) -> Envelope:
        key = self.keys.active()
        named = replace(envelope, key_id=key.id, wrap_nonce=self.randomness.draw(NONCE))
        wrapped = encrypt(named.wrapping, key.secret, named.wrap_nonce, data_key, named.bound_to_wrapping(bound))
        return replace(named, wrapped=wrapped)

    def _opened(self, sealed: bytes, context: Mapping[str, str]) -> tuple[bytes, bytes] | None:
        """Data key and secret; None where anything is not as it was sealed."""
        try:
            bound = context_bytes(context)
            envelope = envelope_of(sealed)
            if envelope is None:
                return None
            key = self.keys.key(envelope.key_id).secret
            associated = envelope.bound_to_wrapping(bound)
            data_key = decrypt(envelope.wrapping, key, envelope.wrap_nonce, envelope.wrapped, associated)
            if data_key is None:
                return None
            associated = envelope.bound_to_payload(bound)
            secret = decrypt(envelope.cipher, data_key, envelope.nonce, envelope.payload, associated)
        except (LaneshiftError, ValueError):
            return None
        return None if secret is None else (data_key, secret)


def wrapped_by(sealed: bytes) -> str | None:
    """The name of the wrapping key that a sealed secret asks for, unproved; None for what is no sealed secret."""
    envelope = envelope_of(sealed)
    return envelope.key_id if envelope is not None else None


def _cannot_open() -> CannotOpen:
    return CannotOpen("encryption.cannot-open", "this secret cannot be opened")


def _in_use(key_id: str, why: str) -> Refused:
    cure = "rewrap every stored secret first"
    return Refused("encryption.key-in-use", "this key cannot be dropped", where=key_id, why=why, cure=cure)


OVERHEAD = 4 + 2 + ID + ID + NONCE + KEY + TAG + NONCE + TAG
"""Bytes by which a sealed secret is longer than the secret."""
