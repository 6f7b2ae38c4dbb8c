"""Git objects in process: repositories, trees and blobs, without a checkout.

Paths are `/`-separated strings relative to the root of the tree; bytes that are not UTF-8 are carried as surrogate
escapes, so that every path that git can hold survives a round trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from laneshift.errors import Refused
from laneshift.repo.drafts import Drafts
from laneshift.repo.folders import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_FOLDER,
    MODE_SUBMODULE,
    MODE_SYMLINK,
    Entries,
    Entry,
    Folder,
    Folders,
    Listed,
    laid_out,
)
from laneshift.repo.held_files import HeldFiles
from laneshift.repo.kinds import Kind
from laneshift.repo.memory import Memory
from laneshift.repo.paths import check_path
from laneshift.repo.plain_records import NamedTuple
from laneshift.repo.stored import Stored
from laneshift.repo.whereabouts import Whereabouts, plain_whereabouts

if TYPE_CHECKING:  # the library is loaded only by what needs it
    import pygit2

__all__ = [
    "MODE_EXECUTABLE",
    "MODE_FILE",
    "MODE_SUBMODULE",
    "MODE_SYMLINK",
    "Changes",
    "Entry",
    "File",
    "Repository",
    "Tree",
    "path_conflict",
    "stored_changes",
]

_MODES = frozenset({MODE_FILE, MODE_EXECUTABLE, MODE_SYMLINK, MODE_SUBMODULE})
_BLOB_BYTES = 16 << 20


class File(NamedTuple):
    """New content for a path: git mode and bytes."""

    data: bytes
    mode: int = MODE_FILE


Changes = Mapping[str, File | Entry | None]
"""Path to new content, to an entry that exists already (a rename without a rewrite), or to None (delete)."""


class Repository:
    """One git repository. Threads may share it: each gets a pygit2 handle of its own, all see the same objects.

    Objects are read without that library for as long as nothing else needs it: to load it takes as long as a move.
    """

    def __init__(self, where: Whereabouts) -> None:
        self.git_dir, self.common_dir, self.work_dir = where
        self.state_dir = self.common_dir / "laneshift"
        self.stored = Stored(self.git_dir, self.common_dir / "objects")
        self.folders = Folders(self._tree_bytes)
        self._blobs: Memory[str, bytes] = Memory(_BLOB_BYTES)
        self._drafts: Drafts | None = None
        self._files: HeldFiles | None = None

    @classmethod
    def open(cls, path: Path) -> Repository:
        """Open the repository that contains `path`.

        Raises `Refused` when there is none, or when it stores objects under SHA-256.
        """
        where = plain_whereabouts(path)
        if where is None:
            from laneshift.repo.library import discovered

            where = discovered(path)
        return cls(where)

    @property
    def handle(self) -> pygit2.Repository:
        """This thread's own handle: pygit2 objects must not wander between threads."""
        return self.stored.handle

    def commit_id(self, rev: str) -> str:
        """The commit that `rev` names, as a hexadecimal id. Raises `Refused` when it names none."""
        from laneshift.repo.library import commit_id

        try:
            return commit_id(self.handle, rev)
        except KeyError as error:
            raise Refused("repo.no-such-revision", f"{rev!r} names no commit", where=str(self.common_dir)) from error

    def tree(self, rev: str) -> Tree:
        """The tree that a commit-ish or tree-ish names. Raises `Refused` when it names none."""
        try:
            return Tree(self, self.stored.tree_of(rev))
        except KeyError as error:
            cure = "make a first commit" if rev == "HEAD" and self.handle.head_is_unborn else ""
            where = str(self.common_dir)
            raise Refused("repo.no-such-revision", f"{rev!r} names no tree", where=where, cure=cure) from error

    def empty_tree(self) -> Tree:
        """The tree without files."""
        return Tree(self, self.write_folder({}))

    def blob(self, oid: str, path: str = "") -> bytes:
        """The bytes of one blob; those read last are remembered. `path` is where a work tree may have it as a file.

        Raises `Refused` when it is missing or not a blob.
        """
        known = self._blobs.get(oid)
        if known is not None:
            return known
        held = self._files.read(path, oid) if self._files and path else None
        return self._blobs.put(oid, self._object(oid, Kind.BLOB, "a file") if held is None else held)

    def lean_on_files(self) -> None:
        """From now on read the blobs of which a path is told from the files of the work tree, where these have them.

        For a work tree that git has just called clean; what its files hold is compared with the id all the same.
        """
        self._files = HeldFiles(self.work_dir) if self.work_dir is not None else None

    def blob_size(self, oid: str) -> int:
        """The length of one blob in bytes, without reading a large one. Raises `Refused` as `blob` does."""
        known = self._blobs.get(oid)
        if known is not None:
            return len(known)
        draft = self._drafts.get(oid) if self._drafts else None
        try:
            found, size = (draft[0], len(draft[1])) if draft else self.stored.look_up(oid)
        except KeyError as error:
            raise Refused("repo.missing-object", f"object {oid} is missing", where=str(self.common_dir)) from error
        if found != Kind.BLOB:
            raise Refused("repo.not-a-blob", f"object {oid} is not a file", where=str(self.common_dir))
        return size

    def _tree_bytes(self, oid: str) -> bytes:
        return self._object(oid, Kind.TREE, "a tree")

    def _object(self, oid: str, kind: Kind, name: str) -> bytes:
        draft = self._drafts.get(oid) if self._drafts else None
        try:
            found, data = draft or self.stored.read(oid)
        except KeyError as error:
            raise Refused("repo.missing-object", f"object {oid} is missing", where=str(self.common_dir)) from error
        if found != kind:
            wrong = "repo.not-a-tree" if kind == Kind.TREE else "repo.not-a-blob"
            raise Refused(wrong, f"object {oid} is not {name}", where=str(self.common_dir))
        return data

    def hold_back(self) -> None:
        """From now on keep new objects in this process. No other process can see them before `publish`.

        For a command that changes only the work tree; from then on one thread alone may use this repository.
        """
        self._drafts = self._drafts or Drafts()

    def publish(self, oids: Iterable[str]) -> None:
        """Store those of the objects that were held back. Raises as `write_blob` does."""
        for oid in oids if self._drafts else ():
            draft = self._drafts.get(oid) if self._drafts else None
            if draft is not None:
                self.stored.write(*draft)

    def write_blob(self, data: bytes) -> str:
        """Store a file's bytes; the id of the blob. Raises `CheckFailed` when they cannot be written."""
        oid = self._put(Kind.BLOB, data)
        if len(data) <= _BLOB_BYTES // 4:
            self._blobs.put(oid, data)
        return oid

    def _put(self, kind: Kind, data: bytes) -> str:
        return self._drafts.add(kind, data) if self._drafts else self.stored.write(kind, data)

    def remembered(self, oid: str) -> bytes | None:
        """The bytes of one blob, where they were read or written not long ago."""
        return self._blobs.get(oid)

    def write_folder(self, folder: Folder) -> str:
        """Store a folder whose names are known to be sound; the id of the tree object. Raises as `write_blob` does."""
        data, listing = laid_out(folder)
        oid = self._put(Kind.TREE, data)
        self.folders.remember(oid, listing)
        return oid


class Tree:
    """An immutable tree. `edit` gives a new one; equal trees have equal ids."""

    def __init__(self, repository: Repository, oid: str) -> None:
        self.repository = repository
        self.oid = oid

    def __eq__(self, other: object) -> bool:
        """Trees are equal when their ids are: git ids are digests of the content."""
        return isinstance(other, Tree) and other.oid == self.oid

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(self.oid)

    def __repr__(self) -> str:
        """The id, shortened as git shortens it."""
        return f"Tree({self.oid[:12]})"

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every file, symlink and submodule of the tree, in git's order. Folders are shared between trees."""
        return Entries(self.repository.folders, self.oid)

    def __contains__(self, path: object) -> bool:
        """Whether a file, symlink or submodule has exactly this path."""
        return isinstance(path, str) and self.entry(path) is not None

    def entry(self, path: str) -> Entry | None:
        """The entry at `path`, or None. Costs one lookup per folder, not a walk of the tree."""
        return self.repository.folders.file(self.oid, path)

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder of the tree."""
        found = self.repository.folders.find(self.oid, path)
        return found is not None and found.mode == MODE_FOLDER

    def folder(self, path: str) -> Folder:
        """What lies directly in the folder at `path` ("" is the root), by name; empty when it is no folder."""
        if not path:
            return self.repository.folders.folder(self.oid)
        found = self.repository.folders.find(self.oid, path)
        return self.repository.folders.folder(found.oid) if found is not None and found.mode == MODE_FOLDER else {}

    def below(self, folder: str) -> Listed:
        """Path and entry of everything below `folder` ("" is the root), in git's order; empty when it is no folder."""
        if not folder:
            return self.repository.folders.below(self.oid)
        return self.repository.folders.inside(self.oid, folder)

    def read(self, path: str) -> bytes:
        """The bytes of the file (or the target of the symlink) at `path`. Raises `Refused` when there is none."""
        entry = self.entry(path)
        if entry is None or entry.mode == MODE_SUBMODULE:
            raise Refused("repo.no-such-file", f"{path!r} is not a file of this tree", where=self.oid)
        return self.repository.blob(entry.oid)

    def edit(self, changes: Changes) -> Tree:
        """The tree with `changes` applied. Only folders on a changed path are rewritten; empty folders vanish.

        None deletes a file or a whole folder, or nothing when there is none; deletions come first, so a file may give
        way to a folder of its name and a folder to a file. Raises `Refused` for paths that could leave the tree, modes
        that git does not know, entries whose object is missing, and a path that would be both a file and a folder.
        """
        plan = stored_changes(self.repository, changes)
        written = _edited(self.repository, self.oid, plan, "")
        return Tree(self.repository, written) if written else self.repository.empty_tree()


_Plan = dict[tuple[str, ...], Entry | None]


def stored_changes(repository: Repository, changes: Changes) -> dict[tuple[str, ...], Entry | None]:
    """The changes by the parts of their paths, new content stored. Raises as `Tree.edit` does for a single change."""
    plan: _Plan = {}
    for path, change in changes.items():
        parts = check_path(path)
        if change is not None and change.mode not in _MODES:
            raise Refused("repo.bad-mode", f"{change.mode:o} is not a mode of a file", where=path)
        if isinstance(change, File):
            plan[parts] = Entry(change.mode, repository.write_blob(change.data))
        else:
            if change is not None and change.mode != MODE_SUBMODULE:
                repository.blob_size(change.oid)
            plan[parts] = change
    return plan


def _edited(repository: Repository, oid: str | None, plan: _Plan, where: str) -> str | None:
    """Write one folder and those below it; None when it ends up empty."""
    known: Folder = repository.folders.folder(oid) if oid is not None else {}
    names = dict(known)
    below: dict[str, _Plan] = {}
    here: dict[str, Entry | None] = {}
    for parts, change in plan.items():
        if len(parts) > 1:
            below.setdefault(parts[0], {})[parts[1:]] = change
        else:
            here[parts[0]] = change
    for name, change in here.items():
        names.pop(name, None)
        if change is not None:
            names[name] = change
    for name, changes in below.items():
        _edit_below(repository, names, name, changes, f"{where}{name}", is_file=here.get(name) is not None)
    if not names:
        return None
    return oid if oid is not None and names == known else repository.write_folder(names)


def path_conflict(where: str) -> Refused:
    """What is said where changes put a file at a path, and another one below it."""
    return Refused("repo.path-conflict", "one path cannot be both a file and a folder", where=where)


def _edit_below(
    repository: Repository, names: dict[str, Entry], name: str, changes: _Plan, where: str, *, is_file: bool
) -> None:
    """Apply the changes below one name of a folder to that folder's listing."""
    adds = any(change is not None for change in changes.values())
    if is_file and adds:
        raise path_conflict(where)
    entry = names.get(name)
    if not adds and (entry is None or entry.mode != MODE_FOLDER):
        return
    folder = entry.oid if entry is not None and entry.mode == MODE_FOLDER else None
    written = _edited(repository, folder, changes, f"{where}/")
    names.pop(name, None)
    if written is not None:
        names[name] = Entry(MODE_FOLDER, written)
