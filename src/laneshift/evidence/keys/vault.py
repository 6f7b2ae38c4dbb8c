"""Private keys in files of their own: mode 600, in a folder that is not in any repository. They never leave this file.

No error here shows what a file holds, and none is chained to one that could.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import sync_folder, write_whole
from laneshift.evidence.keys.key import key_id
from laneshift.evidence.keys.port import Algorithm, Purpose

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 1 << 14
_SIGNATURE = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class FileSigner:
    """One private key, read once. It shows its public half and nothing else."""

    key_id: str
    algorithm: Algorithm
    public_pem: str
    _private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """64 bytes of Ed25519, or a DER signature of P-256 with SHA-256."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        return self._private.sign(data, _SIGNATURE)


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of private keys."""

    folder: Path

    def make(self, purpose: Purpose, algorithm: Algorithm) -> FileSigner:
        """A new key, on the disk before this returns. Raises `Refused` for a folder that is not safe for one."""
        self.prepare()
        private = Ed25519PrivateKey.generate() if algorithm == "ed25519" else ec.generate_private_key(ec.SECP256R1())
        signer = _signer(private, purpose)
        data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_whole(self._path(signer.key_id), data, durable=True)
        return signer

    def signer(self, key: str, purpose: Purpose) -> FileSigner:
        """The private half of `key`, read from its file.

        Raises `CheckFailed`: `keys.no-private-key` where there is none, `keys.unsafe` where others could read it or it
        is not a plain file of this user, `keys.damaged` when it is not the key of that name.
        """
        self.require_safe()
        data = read_private(self._path(key))
        try:
            private = load_pem_private_key(data, password=None)
        except (ValueError, TypeError):
            private = None
        if not isinstance(private, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise _damaged(self._path(key))
        found = _signer(private, purpose)
        if found.key_id != key:
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


def _signer(private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey, purpose: Purpose) -> FileSigner:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    algorithm: Algorithm = "ed25519" if isinstance(private, Ed25519PrivateKey) else "ecdsa-p256"
    return FileSigner(key_id(purpose, pem), algorithm, pem, private)


def _missing(path: Path) -> CheckFailed:
    cure = "bring the file from where the key was made, set LANESHIFT_KEYS, or laneshift keys rotate"
    return CheckFailed("keys.no-private-key", "the private half of this key is not here", where=str(path), cure=cure)


def _unsafe(path: Path, cure: str) -> CheckFailed:
    what = "others could read this private key, or it is no plain file of this user"
    return CheckFailed("keys.unsafe", what, where=str(path), cure=f"{cure} {path}; if it was open to others, rotate")


def _damaged(path: Path) -> CheckFailed:
    what = "this file is not the private half of the key that it is named for"
    return CheckFailed("keys.damaged", what, where=str(path), cure="bring it back, or laneshift keys rotate")
