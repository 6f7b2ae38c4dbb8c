"""The keys that wrap data keys: 32 bytes in a file of mode 600 each, in a folder that is in no repository.

A key is named for its own digest, so a file that was swapped or damaged is found by its name. Which one wraps now
stands in the file `active`, which is replaced only when the new key is on the disk.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import sync_folder, write_whole
from laneshift.evidence.encryption.aead import KEY
from laneshift.evidence.encryption.envelope import ID
from laneshift.evidence.keys import vault

_ACTIVE = "active"
_SUFFIX = ".kek"
_NAME = re.compile(rf"[0-9a-f]{{{2 * ID}}}")


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key that wraps data keys. It shows its name and nothing else."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder of wrapping keys."""

    folder: Path

    def make(self, draw: Callable[[int], bytes] = secrets.token_bytes) -> WrappingKey:
        """A new key, which wraps from now on; it is on the disk before this returns.

        Raises `Refused` (`keys.in-repository`, `keys.folder`) and `CheckFailed` (`keys.unsafe`) for a folder that is
        not safe for keys, `CheckFailed` (`evidence.not-writable`) when the disk does not take it.
        """
        vault.Vault(self.folder).prepare()
        key = _named(draw(KEY))
        write_whole(self._path(key.id), key.secret, durable=True)
        write_whole(self.folder / _ACTIVE, key.id.encode("ascii"), durable=True)
        return key

    def active(self) -> WrappingKey:
        """The key that wraps now. Raises as `key` does."""
        return self.key(self.active_id())

    def active_id(self) -> str:
        """The name of the key that wraps now. Raises `CheckFailed` where no key was made, or the file is not safe."""
        self._check()
        name = vault.read_private(self.folder / _ACTIVE).decode("ascii", "replace")
        if not _NAME.fullmatch(name):
            raise _damaged(self.folder / _ACTIVE)
        return name

    def key(self, name: str) -> WrappingKey:
        """The key of this name. Raises `CheckFailed`: `keys.no-private-key` where there is none, `keys.unsafe` where
        others could read it, `encryption.damaged` when the file does not hold it."""
        self._check()
        if not _NAME.fullmatch(name):
            raise Refused("encryption.key-name", "this is not the name of a key", cure=f"{2 * ID} hexadecimal digits")
        path = self._path(name)
        data = vault.read_private(path)
        found = _named(data) if len(data) == KEY else None
        if found is None or found.id != name:
            raise _damaged(path)
        return found

    def names(self) -> tuple[str, ...]:
        """The names of all keys that are here, in the order of their names."""
        return tuple(sorted(path.stem for path in self.folder.glob(f"*{_SUFFIX}") if _NAME.fullmatch(path.stem)))

    def drop(self, name: str) -> None:
        """Delete a key for good. `EncryptionManager.drop` is what looks first whether it is in use."""
        self._path(self.key(name).id).unlink()
        sync_folder(self.folder)

    def _check(self) -> None:
        vault.Vault(self.folder).require_safe()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_SUFFIX}"


def _named(secret: bytes) -> WrappingKey:
    return WrappingKey(sha256(b"laneshift wrapping key\0" + secret).hexdigest()[: 2 * ID], secret)


def _damaged(path: Path) -> CheckFailed:
    what = "this file is not what its name says"
    return CheckFailed("encryption.damaged", what, where=str(path), cure="bring it back from where it is kept safe")
