"""The keys of a repository: public halves in a ring, private ones in a vault; what signs, and what is believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.port import KeyRefused, Purpose, Signer
from laneshift.evidence.keys.vault import Vault
from laneshift.evidence.note import NoteKey
from laneshift.evidence.signing import NoteSigner


@dataclass(frozen=True)
class KeyRing:
    """`keys` are all that there ever were; `vault` is None where only belief is asked for.

    Fulfils both `keys.port.Ring` and `signing.NoteKeys`.
    """

    keys: tuple[Key, ...]
    vault: Vault | None = None

    def active(self, purpose: Purpose) -> Key | None:
        """The key that signs for this purpose."""
        return next((key for key in reversed(self.keys) if key.purpose == purpose and key.active), None)

    def signer(self, purpose: Purpose) -> Signer | None:
        """What signs now; None where nobody made a key, or this machine has not its private half.

        Raises `CheckFailed` for a private half that is here and cannot be used.
        """
        key = self.active(purpose)
        if key is None or self.vault is None or not self.vault.holds(key.id):
            return None
        return self.vault.signer(key.id, purpose)

    def verify(self, key_id: str, data: bytes, signature: bytes, at: int) -> None:
        """Raises `KeyRefused` unless the signature counts."""
        key = next((key for key in self.keys if key.id == key_id), None)
        if key is None:
            raise KeyRefused("keys.unknown", "no key of this ring made the signature", where=key_id)
        key.hold(data, signature, at)

    def with_keys(self, keys: Iterable[Key]) -> KeyRing:
        """The same vault with other keys."""
        return KeyRing(tuple(sorted(keys, key=lambda key: (key.created, key.id))), self.vault)


@dataclass(frozen=True)
class JournalKeys:
    """The keys of a ring that sign the journal's seals."""

    ring: KeyRing

    def signer(self) -> NoteSigner | None:
        """What signs now."""
        found = self.ring.signer("journal")
        return _NoteSigner(found) if found is not None else None

    def trusted(self) -> tuple[NoteKey, ...]:
        """Every journal key that was not revoked."""
        return tuple(note_key(key) for key in self._keys() if key.revoked is None)

    def since(self) -> int | None:
        """When the first journal key was made."""
        return min((key.created for key in self._keys()), default=None)

    def _keys(self) -> list[Key]:
        return [key for key in self.ring.keys if key.purpose == "journal" and key.algorithm == "ed25519"]


@dataclass(frozen=True, slots=True)
class _NoteSigner:
    inner: Signer

    @property
    def key(self) -> NoteKey:
        return NoteKey(self.inner.key_id, _raw(self.inner.public_pem))

    def sign(self, data: bytes) -> bytes:
        return self.inner.sign(data)


def note_key(key: Key) -> NoteKey:
    """A key as the lines of notes name it."""
    return NoteKey(key.id, _raw(key.public_pem))


def _raw(pem: str) -> bytes:
    from laneshift.evidence import curves

    return curves.raw(pem)
