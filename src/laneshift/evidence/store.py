"""Evidence files, named by what is in them: logs, reports, diffs that a journal record gives the digest of."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from laneshift.errors import Fault, Refused
from laneshift.evidence.atomic import not_writable, sync_folder, write_whole
from laneshift.evidence.canonical import digest_of, is_digest
from laneshift.evidence.packing import LARGEST_PACKED, as_bytes, damaged, missing, named, pack, refuse_bad_digest

_SCRATCH = "unfinished"
_DIGITS = frozenset("0123456789abcdef")


class Store:
    """A folder of compressed files, `<2 digits>/<62 digits>`, mode 600. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Plain strings: an item keeps sixteen files, and paths as objects cost as much as the calls.
        self._root = str(folder)
        self._scratch = f"{folder}/{_SCRATCH}"

    def put(self, content: bytes | str, *, durable: bool = False) -> str:
        """Keep `content` and return its digest; what is kept already is not written again, damage is mended.

        Bytes are kept as they are. Text is what programs said: secrets in it are redacted first, and the digest is that
        of the redacted UTF-8. With `durable` it is on the disk when this returns.
        Raises `Refused` above `LARGEST` bytes, or when a folder of the store is a symlink; `CheckFailed`
        (`evidence.not-writable`) when the disk or the folder does not take it.
        """
        data = as_bytes(content)
        digest = digest_of(data)
        bucket, path = self._place(digest)
        for folder in (self._root, bucket, self._scratch):
            _make_folder(folder)
        if _damage(path, digest) or durable:
            write_whole(Path(path), pack(data), durable=durable, scratch=self.folder / _SCRATCH)
        if durable:
            sync_folder(self.folder)
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this digest.

        Raises `Refused` (`evidence.bad-digest`) for text that is no digest; `CheckFailed` (`evidence.file-missing`,
        `evidence.file-damaged`) when it is not there or not what its name says.
        """
        _, path = self._place(digest)
        try:
            return named(_packed(path), digest)
        except FileNotFoundError as error:
            raise missing(digest, path) from error
        except (OSError, ValueError) as error:
            raise damaged(path, str(error)) from error

    def verify(self, expected: Iterable[str] = ()) -> list[Fault]:
        """Read every file: a fault for each that is damaged, has no business here, or is `expected` and missing."""
        faults: list[Fault] = []
        seen: set[str] = set()
        for path in self._walk():
            digest = f"sha256:{path.parent.name}{path.name}"
            if not (path.parent.parent == self.folder and is_digest(digest)):
                faults.append(Fault("evidence.file-stray", str(path), "not an evidence file", "move it away"))
                continue
            seen.add(digest)
            damage = _damage(path, digest)
            if damage:
                faults.append(Fault("evidence.file-damaged", str(path), damage, "take the file from a backup"))
        return faults + [
            Fault("evidence.file-missing", digest, "no such evidence file", "take it from a backup")
            for digest in sorted(set(expected) - seen)
        ]

    def sweep(self, older_than_seconds: float = 3600.0) -> int:
        """Delete what killed processes left unfinished, when older than this. Returns how many files."""
        scratch = self.folder / _SCRATCH
        if scratch.is_symlink() or not scratch.is_dir():
            return 0
        oldest = time.time() - older_than_seconds
        stale = [path for path in scratch.iterdir() if path.lstat().st_mtime <= oldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _place(self, digest: str) -> tuple[str, str]:
        """The folder of a file, and the file."""
        refuse_bad_digest(digest)
        digits = digest.removeprefix("sha256:")
        bucket = f"{self._root}/{digits[:2]}"
        return bucket, f"{bucket}/{digits[2:]}"

    def _walk(self) -> Iterator[Path]:
        """Every name in the store but the unfinished ones; links are not followed."""
        if not self.folder.is_dir():
            return
        for bucket in sorted(self.folder.iterdir()):
            if bucket.name == _SCRATCH and not bucket.is_symlink():
                continue
            is_bucket = bucket.is_dir() and not bucket.is_symlink() and len(bucket.name) == 2
            if is_bucket and _DIGITS.issuperset(bucket.name):
                yield from sorted(bucket.iterdir())
            else:
                yield bucket


def _damage(path: Path | str, digest: str) -> str:
    """Why the file is not what its name says; empty when it is."""
    try:
        named(_packed(path), digest)
    except FileNotFoundError:
        return "it is missing"
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def _packed(path: Path | str) -> bytes:
    """What the file holds. Raises `OSError` for a link or no file, `ValueError` for what is none."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("it is not a regular file")
        return file.read(LARGEST_PACKED)


def _make_folder(folder: str) -> None:
    try:
        mode = os.lstat(folder).st_mode
    except OSError:
        mode = 0
    if stat.S_ISDIR(mode):
        return
    if stat.S_ISLNK(mode):
        raise Refused("evidence.not-a-folder", "a folder of the evidence store is a symlink", where=folder)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise not_writable(Path(folder), error) from error
