"""Private keys in files of their own: mode 600, in a folder that is not in any repository. They never leave this file.

No error here shows what a file holds, and none is chained to one that could.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import sync_folder, write_whole
from laneshift.evidence.keys.port import Algorithm, Purpose, Signer

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 1 << 14


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of private keys."""

    folder: Path

    def make(self, purpose: Purpose, algorithm: Algorithm) -> Signer:
        """A new key, on the disk before this returns. Raises `Refused` for a folder that is not safe for one."""
        self.prepare()
        from laneshift.evidence.keys import file_signer

        signer, data = file_signer.made(algorithm, purpose)
        write_whole(self._path(signer.key_id), data, durable=True)
        return signer

    def signer(self, key: str, purpose: Purpose) -> Signer:
        """The private half of `key`, read from its file.

        Raises `CheckFailed`: `keys.no-private-key` where there is none, `keys.unsafe` where others could read it or it
        is not a plain file of this user, `keys.damaged` when it is not the key of that name.
        """
        self.require_safe()
        data = read_private(self._path(key))
        from laneshift.evidence.keys import file_signer

        found = file_signer.read(data, purpose)
        if found is None or found.key_id != key:
            raise _damaged(self._path(key))
        return found

    def holds(self, key: str) -> bool:
        """Whether there is a file for this key."""
        return self._path(key).exists()

    def drop(self, key: str) -> None:
        """Delete the private half of `key`, where there is one."""
        self._path(key).unlink(missing_ok=True)
        sync_folder(self.folder)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.pem"

    def prepare(self) -> None:
        """Make the folder, for its user alone. Raises `Refused`: `keys.in-repository`, `keys.folder`."""
        inside = repository_around(self.folder)
        if inside is not None:
            raise Refused(
                "keys.in-repository",
                "a folder inside a repository is no place for private keys",
                where=str(self.folder),
                why=f"{inside} is a repository",
                cure="set LANESHIFT_KEYS to a folder elsewhere, or leave it out",
            )
        try:
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        except OSError as error:
            raise Refused("keys.folder", "no folder for private keys can be made there", where=str(error)) from error
        self.require_safe()

    def require_safe(self) -> None:
        """Raises `CheckFailed` (`keys.no-private-key`, `keys.unsafe`) unless only this user can enter the folder."""
        try:
            found = self.folder.lstat()
        except OSError as error:
            raise _missing(self.folder) from error
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & _OTHERS or found.st_uid != os.geteuid():
            raise _unsafe(self.folder, "chmod 700")


def vault_of(environment: Mapping[str, str]) -> Vault:
    """Where a user's private keys are: `LANESHIFT_KEYS`, or a folder among the settings of their programs."""
    named = environment.get("LANESHIFT_KEYS", "")
    settings = Path(environment.get("XDG_CONFIG_HOME", "") or Path.home() / ".config")
    return Vault(Path(named).absolute() if named else settings / "laneshift" / "keys")


def repository_around(folder: Path) -> Path | None:
    """The repository, with a work tree or bare, that `folder` lies in or would lie in."""
    for place in (folder.absolute(), *folder.absolute().parents):
        real = place.resolve()
        if (real / ".git").exists() or all((real / part).exists() for part in ("HEAD", "objects", "refs")):
            return real
    return None


def read_private(path: Path) -> bytes:
    """The content of a file that only this user can read. Raises `CheckFailed` as `Vault.signer` does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise _unsafe(path, "chmod 600") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS or found.st_uid != os.geteuid():
            raise _unsafe(path, "chmod 600")
        return os.read(handle, _LARGEST)
    finally:
        os.close(handle)


def _missing(path: Path) -> CheckFailed:
    cure = "bring the file from where the key was made, set LANESHIFT_KEYS, or laneshift keys rotate"
    return CheckFailed("keys.no-private-key", "the private half of this key is not here", where=str(path), cure=cure)


def _unsafe(path: Path, cure: str) -> CheckFailed:
    what = "others could read this private key, or it is no plain file of this user"
    return CheckFailed("keys.unsafe", what, where=str(path), cure=f"{cure} {path}; if it was open to others, rotate")


def _damaged(path: Path) -> CheckFailed:
    what = "this file is not the private half of the key that it is named for"
    return CheckFailed("keys.damaged", what, where=str(path), cure="bring it back, or laneshift keys rotate")
