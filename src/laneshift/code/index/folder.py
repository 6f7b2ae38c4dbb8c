"""The folder that holds the index: sealed files named for their kind, their version and their content.

Files never change after an atomic rename gives them their name, so any number of processes read and add at once
without a lock. What cannot be read is dropped with a notice, and what cannot be written is kept in memory with one:
the index only ever saves time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from laneshift.code.index.sealed import Unusable, seal, unseal, written_by
from laneshift.repo.late_patterns import late

_LOG = "laneshift.index"
_FORMAT = late(r"\w+ format ([0-9]{1,6}),")
_LONGEST_HEAD = 4096
_LARGEST_FILE = 1 << 30
_STALE_SECONDS = 7 * 24 * 3600
_ABANDONED_SECONDS = 3600


class IndexFolder:
    """The files of one kind under one key. `key` is UTF-8 text that names format, tool and Python.

    `told` is what was said already; folders that share it do not repeat one another.
    """

    def __init__(self, path: Path, kind: str, key: bytes, told: set[str] | None = None) -> None:
        self.path = path
        self.kind = kind
        self.key = key
        self._prefix = f"{kind}-{hashlib.blake2b(key, digest_size=4).hexdigest()}-"
        self._seen: set[str] = set()
        self._told: set[str] = set() if told is None else told

    def new_files(self) -> Iterator[tuple[str, tuple[bytes, ...]]]:
        """Name and sections of every file that this object has not yielded or written before."""
        for name in self._names():
            if name not in self._seen:
                self._seen.add(name)
                sections = self._read(name, self.key)
                if sections is not None:
                    yield name, sections

    def add(self, sections: Sequence[bytes]) -> str | None:
        """Write one file and give its name; None, with a notice, when it cannot be written."""
        data = seal(self.key, sections)
        name = f"{self._prefix}{hashlib.blake2b(data, digest_size=12).hexdigest()}"
        if not self._write(name, data):
            return None
        self._seen.add(name)
        return name

    def _write(self, name: str, data: bytes) -> bool:
        partial = self.path / f".{name}.{os.getpid()}-{os.urandom(8).hex()}.partial"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data)
            partial.replace(self.path / name)
        except OSError as error:
            self._notice("not-written", str(self.path), str(error))
            self._unlink(partial)
            return False
        return True

    def put(self, what: str, sections: Sequence[bytes], most: int) -> None:
        """Write the file that is named for `what`, and keep no more than the `most` that were written last."""
        name = f"{self._prefix}{what}"
        self._write(name, seal(self.key + what.encode(), sections))
        ours = sorted((entry for entry in self._listing() if entry.name.startswith(self._prefix)), key=_modified)
        self.discard(entry.name for entry in ours[:-most] if entry.name != name)

    def get(self, what: str) -> tuple[bytes, ...] | None:
        """The sections that were put for `what`; None when there are none that can be used."""
        return self._read(f"{self._prefix}{what}", self.key + what.encode())

    def newest(self) -> str | None:
        """What was put last; None when there is nothing."""
        ours = [entry for entry in self._listing() if entry.name.startswith(self._prefix)]
        return max(ours, key=_modified).name.removeprefix(self._prefix) if ours else None

    def discard(self, names: Iterable[str]) -> None:
        """Remove files whose content was written elsewhere, and leftovers of other versions and of killed writers.

        What an older format wrote goes at once, since it can be made again and is of no more use. Files of a newer
        format, and of another Python that may work here as well, stay for a week after they were written.
        """
        for name in names:
            self._unlink(self.path / name)
        for entry in self._listing():
            if self._is_left_over(entry.name, time.time() - _modified(entry)):
                self._unlink(self.path / entry.name)

    def clear(self) -> None:
        """As `discard` of nothing; and where then nothing is left, the folder goes too, so that all see: no index."""
        self.discard(())
        if not self._listing():
            with contextlib.suppress(OSError):  # it was not there, or somebody has begun to write
                self.path.rmdir()

    def _is_left_over(self, name: str, age: float) -> bool:
        if name.startswith(".") and name.endswith(".partial"):
            return age > _ABANDONED_SECONDS
        return self._foreign(name) and (age > _STALE_SECONDS or self._outdated(name))

    def _foreign(self, name: str) -> bool:
        return name.startswith(f"{self.kind}-") and not name.startswith(self._prefix)

    def _outdated(self, name: str) -> bool:
        """Whether an older format of this kind wrote the file. What cannot be read is not judged."""
        try:
            with _regular(self.path / name) as file:
                theirs = _FORMAT.match(written_by(file.read(_LONGEST_HEAD)))
        except (OSError, Unusable):
            return False
        ours = _FORMAT.match(self.key.decode())
        return theirs is not None and ours is not None and int(theirs[1]) < int(ours[1])

    def drop(self, name: str, why: str) -> None:
        """Say that a file is damaged and remove it, so that the next process does not stumble over it."""
        self._notice("damaged", name, why)
        self._unlink(self.path / name)

    def _names(self) -> list[str]:
        names = [entry.name for entry in self._listing()]
        others = sum(map(self._foreign, names))
        if others and not any(name.startswith(self._prefix) for name in names):
            why = "another version wrote what is here; it is not used, and `laneshift dream` builds another"
            self._notice("other-version", str(self.path), why)
        return sorted(name for name in names if name.startswith(self._prefix))

    def _listing(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path) as entries:
                return list(entries)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._notice("not-readable", str(self.path), str(error))
            return []

    def _read(self, name: str, key: bytes) -> tuple[bytes, ...] | None:
        try:
            with _regular(self.path / name) as file:
                return unseal(file, os.fstat(file.fileno()).st_size, key)
        except FileNotFoundError:
            return None  # merged away by another process since the folder was listed
        except OSError as error:
            self._notice("not-readable", name, str(error))
        except Unusable as error:
            if error.cause == "other-version":
                self._notice("other-version", name, error.why)
            else:
                self.drop(name, error.why)
        return None

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._notice("not-removed", str(path), str(error))

    def _notice(self, cause: str, where: str, why: str) -> None:
        """One warning for each cause and place: a read-only folder is not reported at every step."""
        if f"{cause} {where}" not in self._told:
            self._told.add(f"{cause} {where}")
            import logging  # noqa: PLC0415 - a whole index has nothing to say, and this takes long to load

            why_not = "%s: this part of the index is rebuilt or bypassed: %s [index.%s]"
            logging.getLogger(_LOG).warning(why_not, where, why, cause)


def _regular(path: Path) -> BinaryIO:
    """A plain file, to be read. A pipe under this name would block for ever, a link may lead anywhere."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    file = os.fdopen(handle, "rb")
    found = os.fstat(handle)
    if stat.S_ISREG(found.st_mode) and found.st_size <= _LARGEST_FILE:
        return file
    file.close()
    raise Unusable("damaged", "not a plain file of reasonable size")


def _modified(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return time.time()
