"""What signs and what is believed, as those who make and check signatures see it."""

from __future__ import annotations

from typing import Literal, Protocol

from laneshift.errors import CheckFailed

Algorithm = Literal["ed25519", "ecdsa-p256"]
Purpose = Literal["attestation", "journal"]
PURPOSES: tuple[Purpose, ...] = ("journal", "attestation")


class KeyRefused(CheckFailed):
    """A signature that does not count: `keys.unknown`, `keys.revoked`, `keys.not-yet`, `keys.bad-signature`."""


class Signer(Protocol):
    """A private key that can be used, and never be looked at."""

    @property
    def key_id(self) -> str:
        """The name of its public half in the ring."""
        ...

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""
        ...

    @property
    def public_pem(self) -> str:
        """Its public half: SubjectPublicKeyInfo in PEM."""
        ...

    def sign(self, data: bytes) -> bytes:
        """64 bytes of Ed25519, or a DER signature of P-256 with SHA-256."""
        ...


class Ring(Protocol):
    """The keys of a repository."""

    def signer(self, purpose: Purpose) -> Signer | None:
        """What signs now for this purpose; None where nobody has made a key."""
        ...

    def verify(self, key_id: str, data: bytes, signature: bytes, at: int) -> None:
        """Raises `KeyRefused` unless `signature` over `data`, made at `at` (Unix milliseconds), is by a key that was
        good then and has not been revoked."""
        ...


class NoRing:
    """A repository that has no keys."""

    def signer(self, _: Purpose) -> Signer | None:
        """None."""
        return None

    def verify(self, key_id: str, data: bytes, signature: bytes, at: int) -> None:
        """Raises `KeyRefused`: nothing is believed."""
        del data, signature, at
        raise KeyRefused("keys.unknown", "no key of this repository made this signature", where=key_id)
