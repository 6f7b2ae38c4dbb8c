"""A pool of checkouts, moved from tree to tree by touching only the files that differ.

The slots are plain folders with an index file each, not git worktrees: git never lists them, and nothing inside one
leads back to the repository. A slot belongs to whoever holds its kernel lock, git children included; what a killed
owner left half done is put right by the next one.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pygit2

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.repo.bytecode import Caches
from laneshift.repo.flock import try_lock
from laneshift.repo.folders import Entry
from laneshift.repo.git import Place, git
from laneshift.repo.index_stat import is_as_written
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.sweep import sweep, wipe

_POLL_SECONDS = 0.2
"""How long a slot that another process gives back may stay unseen; this process tells its own threads."""
_UMASK = 0o022
_SETTINGS = {
    "core.autocrlf": "false",
    "core.symlinks": "true",
    "core.fileMode": "true",
    "core.trustctime": "true",
    "core.checkStat": "default",
    "core.sparseCheckout": "false",
    "core.splitIndex": "false",
    "core.untrackedCache": "false",
    "core.sharedRepository": "umask",
    "index.sparse": "false",
    "checkout.workers": "1",
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """A tree on the disk, exactly. `lease` is the lock's descriptor: a process that inherits it keeps the slot."""

    path: Path
    slot: int
    cache_dir: Path
    lease: int

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables for processes that run inside: where bytecode goes, and no way up to the repository."""
        return {"PYTHONPYCACHEPREFIX": str(self.cache_dir), "GIT_CEILING_DIRECTORIES": str(self.path.parent)}


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What `Pool.reclaim` freed: bytes on the disk, slots emptied, and slots left alone because they are in use."""

    freed_bytes: int
    slots: int
    in_use: int


class _Returns:
    """How often this process gave a slot of any pool back."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = threading.Condition()

    def tell(self) -> None:
        """A slot is free."""
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Until more slots were given back than had been `seen`, at most for so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.number != seen, seconds)


_returns = _Returns()


class Pool:
    """`size` slots below `.git/laneshift/pool`, shared by all threads and processes of the machine.

    One of another `name` is another pool, for work that must not keep those of this one waiting.
    """

    def __init__(self, repo: Repository, size: int, name: str = "pool") -> None:
        if size < 1:
            raise Refused("pool.bad-size", f"a pool of {size} checkouts can hold none")
        self.repo = repo
        self.size = size
        self.root = repo.state_dir / name
        self._caches = Caches()

    @contextlib.contextmanager
    def checkout(self, tree_oid: str, wait_seconds: float = 3600.0) -> Iterator[Checkout]:
        """A slot that holds exactly the tree, for as long as the context lasts; what runs there may change it freely.

        Raises `Refused` when there is no such tree, `CheckFailed` with `pool.busy` when no slot gets free in time, and
        with `pool.cannot-check-out` when the files cannot be written (a full disk, a path that git does not allow).
        """
        tree = self.repo.tree(tree_oid)
        slot, lease = self._take(tree.oid, wait_seconds)
        try:
            folder = self.root / str(slot)
            self._fill(folder, tree, lease)
            yield Checkout(folder / "tree", slot, folder / "cache", lease)
        finally:
            os.close(lease)
            _returns.tell()

    def reclaim(self) -> Reclaimed:
        """Empty every slot that nobody uses, those of a larger pool of earlier days too. Raises `OSError`."""
        freed = emptied = in_use = 0
        for folder in sorted(self.root.glob("*/")):
            lease = try_lock(self._lock(folder.name))
            if lease is None:
                in_use += 1
                continue
            try:
                freed += wipe(folder)
                emptied += 1
            finally:
                os.close(lease)
        return Reclaimed(freed, emptied, in_use)

    def _take(self, tree_oid: str, wait_seconds: float) -> tuple[int, int]:
        """A free slot and its lock, if possible the slot that holds the tree already."""
        self.root.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + wait_seconds
        while True:
            seen = _returns.number
            for slot in sorted(range(self.size), key=lambda slot: self._holds(slot) != tree_oid):
                lease = try_lock(self._lock(str(slot)))
                if lease is not None:
                    return slot, lease
            left = deadline - time.monotonic()
            if left <= 0:
                raise CheckFailed(
                    "pool.busy",
                    f"all {self.size} checkouts stayed in use for {wait_seconds:.0f} s",
                    where=str(self.root),
                    cure="end the other run, or raise the number of workers",
                )
            _returns.wait(seen, min(left, _POLL_SECONDS))

    def _fill(self, folder: Path, tree: Tree, lease: int) -> None:
        try:
            self._move(folder, tree, lease)
        except (OSError, LaneshiftError):
            self._rebuild(folder, tree, lease)

    def _rebuild(self, folder: Path, tree: Tree, lease: int) -> None:
        """Start from nothing: the slot was damaged in a way that moving it cannot repair."""
        try:
            wipe(folder)
            self._move(folder, tree, lease)
        except OSError as error:
            raise CheckFailed(
                "pool.cannot-check-out", f"tree {tree.oid} cannot be written", where=str(folder), why=str(error)
            ) from error
        except LaneshiftError as error:
            raise CheckFailed(
                "pool.cannot-check-out",
                f"tree {tree.oid} cannot be checked out",
                where=str(folder),
                why=error.why or error.what,
            ) from error

    def _move(self, folder: Path, tree: Tree, lease: int) -> None:
        checkout, index, holds = folder / "tree", folder / "index", folder / "holds"
        folder.mkdir(parents=True, exist_ok=True)
        held = self._holds(int(folder.name)) == tree.oid
        index.with_name("index.lock").unlink(missing_ok=True)
        left = sweep(checkout, self.repo.folders, tree.oid)
        # The runs of an item come one after the other on one tree, and most leave no trace in it.
        if not (held and is_as_written(index, checkout, left) and self._is_index_of(index, tree)):
            # From here until it is all there, no tree is in it.
            holds.unlink(missing_ok=True)
            place = Place(self.repo.common_dir, checkout, index, lease)
            git(place, "read-tree", "--reset", "-u", tree.oid, settings=_SETTINGS, umask=_UMASK)
            self._verify(place, tree)
        (folder / "cache").mkdir(exist_ok=True)
        self._caches.drop_stale(folder / "cache", checkout)
        if not holds.exists():  # what git left alone is noted already
            holds.write_text(tree.oid)

    def _verify(self, place: Place, tree: Tree) -> None:
        if self._is_index_of(place.own_index, tree):
            return
        written = git(place, "write-tree", "--missing-ok", settings=_SETTINGS).text
        if written != tree.oid and _listing(Tree(self.repo, written)) != _listing(tree):
            raise CheckFailed(
                "pool.wrong-tree", f"the checkout holds {written}, not {tree.oid}", where=str(place.own_index)
            )

    def _is_index_of(self, index: Path | None, tree: Tree) -> bool:
        """Whether git's index says by itself that it is of this tree; false when it has to be asked with more care."""
        try:
            return str(pygit2.Index(str(index)).write_tree(self.repo.handle)) == tree.oid
        except (pygit2.GitError, OSError, KeyError, ValueError):
            return False

    def _holds(self, slot: int) -> str:
        try:
            return (self.root / str(slot) / "holds").read_text()
        except OSError:
            return ""

    def _lock(self, slot: str) -> Path:
        return self.root / f"{slot}.lock"


def _listing(tree: Tree) -> dict[str, Entry]:
    """Paths and entries with the modes that git's index knows: ids differ where a tree has a mode of earlier days."""
    return dict(tree.entries.items())
