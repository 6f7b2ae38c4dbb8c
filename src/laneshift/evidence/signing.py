"""What the records of a repository are signed with, as its users see it; the keys themselves are in `keys/`."""

from __future__ import annotations

from typing import Protocol

from laneshift.evidence.note import NoteKey


class NoteSigner(Protocol):
    """The one key that signs now."""

    @property
    def key(self) -> NoteKey:
        """Its public half."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature over `data`."""
        ...


class NoteKeys(Protocol):
    """The keys of a repository, for notes about its journal."""

    def signer(self) -> NoteSigner | None:
        """What signs now; None where nobody has made a key."""
        ...

    def trusted(self) -> tuple[NoteKey, ...]:
        """Every key whose signatures count: those in use, and those retired; none that was revoked."""
        ...

    def since(self) -> int | None:
        """When the first of them was made, in Unix milliseconds: from then on every landing has to be signed."""
        ...


class NoKeys:
    """A repository that signs nothing."""

    def signer(self) -> NoteSigner | None:
        """None."""
        return None

    def trusted(self) -> tuple[NoteKey, ...]:
        """None at all."""
        return ()

    def since(self) -> int | None:
        """Never."""
        return None
