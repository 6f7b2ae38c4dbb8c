"""What the sessions of one divided suite share: two files without a name, which go with the run."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """Descriptors that all sessions inherit. The position of `tickets` is the number of the next file of tests to take;
    `rewritten` has the test modules that a session rewrote, and is the file `inode`."""

    tickets: int
    rewritten: int
    inode: int

    @property
    def taken(self) -> int:
        """How many files of tests the sessions have asked for so far."""
        return os.lseek(self.tickets, 0, os.SEEK_CUR)

    @property
    def handed(self) -> tuple[int, ...]:
        """The descriptors."""
        return self.tickets, self.rewritten

    @property
    def facts(self) -> Mapping[str, int]:
        """What the session is told of them."""
        return {"tickets": self.tickets, "rewritten": self.rewritten, "inode": self.inode}


@contextmanager
def shared_files(parent: Path | None) -> Iterator[SharedFiles]:
    """Both files, made in `parent` (the system's temporary folder when None)."""
    with (
        tempfile.TemporaryFile(buffering=0, dir=parent) as tickets,
        tempfile.TemporaryFile(buffering=0, dir=parent) as rewritten,
    ):
        descriptor = rewritten.fileno()
        # What several processes append stays whole: the kernel finds the end and writes there as one step.
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
        yield SharedFiles(tickets.fileno(), descriptor, os.fstat(descriptor).st_ino)
