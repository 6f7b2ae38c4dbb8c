"""The objects that a repository stores: read by ourselves while that is enough, else by the library."""

from __future__ import annotations

import os
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from laneshift.repo.kinds import Kind, object_id
from laneshift.repo.plain_objects import PlainObjects

if TYPE_CHECKING:  # the library is loaded only by what needs it
    import pygit2

    from laneshift.repo.library import LibraryObjects

_MANY = 10_000
_LINE = b"tree "
_HEX = 40
_IDLE = 16


class _Held:
    """A handle of the library for as long as one thread lives; whoever comes later need not open one."""

    def __init__(self, handle: pygit2.Repository, idle: deque[pygit2.Repository]) -> None:
        self.handle = handle
        self.objects: LibraryObjects | None = None
        self._idle = idle
        self._process = os.getpid()

    def __del__(self) -> None:
        # In a forked child the threads of the parent are gone as well, maybe from the midst of a call.
        if self._process == os.getpid():
            self._idle.append(self.handle)


class Stored:
    """What is stored, by hexadecimal id. Threads may share it."""

    def __init__(self, git_dir: Path, folder: Path) -> None:
        """`folder` is the one named `objects`, of the repository that `git_dir` belongs to."""
        self._git_dir = git_dir
        self._folder = os.fspath(folder)
        self._plain = PlainObjects(folder)
        self._own = threading.local()
        # Steps and gates have a thread each: to open a handle and its packs for every one takes longer than they do.
        self._idle: deque[pygit2.Repository] = deque(maxlen=_IDLE)
        self._reads = 0
        self._last: tuple[str, tuple[int, bytes]] | None = None

    @property
    def handle(self) -> pygit2.Repository:
        """This thread's own handle of the library: no other has it before this thread has ended."""
        return self._held.handle

    @property
    def _held(self) -> _Held:
        held: _Held | None = getattr(self._own, "held", None)
        if held is None:
            held = self._own.held = _Held(self._opened(), self._idle)
        return held

    def _opened(self) -> pygit2.Repository:
        try:
            return self._idle.pop()
        except IndexError:
            from laneshift.repo.library import handle_of

            return handle_of(self._git_dir)

    @property
    def _library(self) -> LibraryObjects:
        held = self._held
        if held.objects is None:
            from laneshift.repo.library import LibraryObjects

            held.objects = LibraryObjects(held.handle)
        return held.objects

    def read(self, oid: str) -> tuple[int, bytes]:
        """Kind and bytes of an object. Raises `KeyError` when it is missing or damaged."""
        found = self._read(oid)
        if found is None:
            return self._library.read(oid)
        return found

    def read_header(self, oid: str) -> tuple[int, int]:
        """Kind and number of bytes of an object. Raises `KeyError` as `read` does."""
        found = self._read(oid)
        if found is None:
            return self._library.read_header(oid)
        return found[0], len(found[1])

    def look_up(self, oid: str) -> tuple[int, int]:
        """As `read_header`, for who is not about to read the object: of one in a pack the bytes are left alone."""
        told = None if hasattr(self._own, "held") else self._plain.read_header(oid)
        return self.read_header(oid) if told is None else told

    def tree_of(self, rev: str) -> str:
        """The id of the tree that `rev` names, or that of the commit which it names. Raises `KeyError` for none."""
        found = self._read(rev)
        if found is not None and found[0] == Kind.TREE:
            return rev
        if found is not None and found[0] == Kind.COMMIT and found[1].startswith(_LINE):
            return found[1][len(_LINE) :][:_HEX].decode("ascii")
        from laneshift.repo.library import tree_id

        return tree_id(self.handle, rev)

    def write(self, kind: Kind, data: bytes) -> str:
        """Store an object; its id. One that has a file already keeps it, with its time renewed. Raises as `store` does.

        The library renews that time as well, so that no sweep takes what is needed again, but makes a file first and
        removes it: most of what an item writes its steps before wrote too.
        """
        oid = object_id(kind, data)
        if _renewed(f"{self._folder}/{oid[:2]}/{oid[2:]}"):
            return oid
        from laneshift.repo.storing import store

        return store(self.handle, kind, data)

    def _read(self, oid: str) -> tuple[int, bytes] | None:
        """What we can read ourselves, as fast as the library does. Once that is loaded anyway, it reads."""
        if self._reads >= _MANY or hasattr(self._own, "held"):
            return None
        last = self._last
        if last is not None and last[0] == oid:
            return last[1]  # most who ask how long something is read it next
        self._reads += 1
        found = self._plain.read(oid)
        self._last = None if found is None else (oid, found)
        return found


def _renewed(path: str) -> bool:
    """Whether there was such a file, which is as new as now. Whoever may not renew it has not found it."""
    try:
        os.utime(path)
    except OSError:
        return False
    return True
