"""Git objects in process: repositories, trees and blobs, without a checkout.

Paths are `/`-separated strings relative to the root of the tree; bytes that are not UTF-8 are carried as surrogate
escapes, so that every path that git can hold survives a round trip.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pygit2

from laneshift.errors import Refused

MODE_FILE = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_SYMLINK = 0o120000
MODE_SUBMODULE = 0o160000
_MODE_TREE = 0o040000


@dataclass(frozen=True, slots=True)
class Entry:
    """A blob, symlink or submodule that a tree already holds: git mode and hexadecimal object id."""

    mode: int
    oid: str

    @property
    def is_regular(self) -> bool:
        """True for plain and executable files; false for symlinks and submodules."""
        return self.mode in (MODE_FILE, MODE_EXECUTABLE)


@dataclass(frozen=True, slots=True)
class File:
    """New content for a path: git mode and bytes."""

    data: bytes
    mode: int = MODE_FILE


Changes = Mapping[str, File | Entry | None]
"""Path to new content, to an entry that exists already (a rename without a rewrite), or to None (delete)."""


class Repository:
    """One git repository, opened once per process. Never touches the user's work tree."""

    def __init__(self, handle: pygit2.Repository) -> None:
        self.handle = handle
        self.common_dir = _common_dir(handle)
        self.work_dir = Path(handle.workdir) if handle.workdir else None
        self.state_dir = self.common_dir / "laneshift"

    @classmethod
    def open(cls, path: Path) -> Repository:
        """Open the repository that contains `path`.

        Raises `Refused` when there is none, or when it stores objects under SHA-256.
        """
        found = pygit2.discover_repository(str(path))
        if found is None:
            raise Refused("repo.not-found", "no git repository", where=str(path), cure="run `git init`, or use -C DIR")
        _refuse_sha256(Path(found))
        try:
            return cls(pygit2.Repository(found))
        except pygit2.GitError as error:
            raise Refused("repo.unreadable", "git cannot open this repository", where=found, why=str(error)) from error

    def commit_id(self, rev: str) -> str:
        """The commit that `rev` names, as a hexadecimal id. Raises `Refused` when it names none."""
        try:
            return str(self.handle.revparse_single(rev).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise Refused("repo.no-such-revision", f"{rev!r} names no commit", where=str(self.common_dir)) from error

    def tree(self, rev: str) -> Tree:
        """The tree that a commit-ish or tree-ish names. Raises `Refused` when it names none."""
        try:
            return Tree(self, str(self.handle.revparse_single(rev).peel(pygit2.Tree).id))
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise Refused("repo.no-such-revision", f"{rev!r} names no tree", where=str(self.common_dir)) from error

    def empty_tree(self) -> Tree:
        """The tree without files."""
        return Tree(self, str(self.handle.TreeBuilder().write()))

    def blob(self, oid: str) -> bytes:
        """The bytes of one blob."""
        kind, data = self.handle.odb.read(oid)
        if kind != pygit2.enums.ObjectType.BLOB:
            raise Refused("repo.not-a-blob", f"object {oid} is not a file", where=str(self.common_dir))
        return data


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
        """Every file, symlink and submodule of the tree, in git's order."""
        return dict(_walk(self.repository.handle, self.oid, ""))

    def __contains__(self, path: object) -> bool:
        """Whether a file, symlink or submodule has exactly this path."""
        return isinstance(path, str) and self.entry(path) is not None

    def entry(self, path: str) -> Entry | None:
        """The entry at `path`, or None. Costs one lookup per folder, not a walk of the tree."""
        if "entries" in self.__dict__:
            return self.entries.get(path)
        found = _lookup(self._root, path)
        if found is None or found.filemode == _MODE_TREE:
            return None
        return Entry(int(found.filemode), str(found.id))

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder of the tree."""
        found = _lookup(self._root, path)
        return found is not None and found.filemode == _MODE_TREE

    def read(self, path: str) -> bytes:
        """The bytes of the file (or the target of the symlink) at `path`. Raises `Refused` when there is none."""
        entry = self.entry(path)
        if entry is None or entry.mode == MODE_SUBMODULE:
            raise Refused("repo.no-such-file", f"{path!r} is not a file of this tree", where=self.oid)
        return self.repository.blob(entry.oid)

    def edit(self, changes: Changes) -> Tree:
        """The tree with `changes` applied. Only folders on a changed path are rewritten; empty folders vanish."""
        handle = self.repository.handle
        plan: dict[str, tuple[int, pygit2.Oid] | None] = {}
        for path, change in changes.items():
            if isinstance(change, File):
                plan[path] = (change.mode, handle.create_blob(change.data))
            elif isinstance(change, Entry):
                plan[path] = (change.mode, pygit2.Oid(hex=change.oid))
            else:
                plan[path] = None
        written = _write(handle, self._root, plan)
        return Tree(self.repository, str(written or handle.TreeBuilder().write()))

    @cached_property
    def _root(self) -> pygit2.Tree:
        found = self.repository.handle[self.oid]
        if not isinstance(found, pygit2.Tree):
            raise Refused("repo.not-a-tree", f"object {self.oid} is not a tree", where=str(self.repository.common_dir))
        return found


def _common_dir(handle: pygit2.Repository) -> Path:
    git_dir = Path(handle.path)
    pointer = git_dir / "commondir"
    if pointer.is_file():
        return (git_dir / pointer.read_text().strip()).resolve()
    return git_dir.resolve()


def _refuse_sha256(git_dir: Path) -> None:
    pointer = git_dir / "commondir"
    common = git_dir / pointer.read_text().strip() if pointer.is_file() else git_dir
    config = pygit2.Config(str(common / "config"))
    try:
        stored_as = config["extensions.objectformat"]
    except KeyError:
        return
    if stored_as != "sha1":
        raise Refused(
            "repo.object-format",
            f"this repository stores objects as {stored_as}, laneshift reads sha1",
            where=str(common / "config"),
            why="the library that edits trees in process has no sha256 support",
            cure="import the history into a repository made by `git init --object-format=sha1`",
        )


def _walk(handle: pygit2.Repository, oid: str, prefix: str) -> Iterator[tuple[str, Entry]]:
    tree = handle[oid]
    for item in tree:  # type: ignore[attr-defined]
        name = os.fsdecode(item.raw_name)
        mode = int(item.filemode)
        if mode == _MODE_TREE:
            yield from _walk(handle, item.id, f"{prefix}{name}/")
        else:
            yield prefix + name, Entry(mode, str(item.id))


def _lookup(root: pygit2.Tree, path: str) -> pygit2.Object | None:
    found: pygit2.Object = root
    for part in path.split("/"):
        if not isinstance(found, pygit2.Tree) or not part:
            return None
        try:
            found = found[part]
        except (KeyError, ValueError):
            return None
    return found


def _write(
    handle: pygit2.Repository, tree: pygit2.Tree | None, plan: Mapping[str, tuple[int, pygit2.Oid] | None]
) -> pygit2.Oid | None:
    """Write one folder and those below it; None when it ends up empty."""
    builder = handle.TreeBuilder(tree) if tree is not None else handle.TreeBuilder()
    below: dict[str, dict[str, tuple[int, pygit2.Oid] | None]] = {}
    for path, change in plan.items():
        name, slash, rest = path.partition("/")
        if slash:
            below.setdefault(name, {})[rest] = change
        elif change is not None:
            builder.insert(name, change[1], change[0])
        elif builder.get(name) is not None:
            builder.remove(name)
    for name, changes in below.items():
        known = builder.get(name)
        folder = known if isinstance(known, pygit2.Tree) else None
        if folder is None and all(change is None for change in changes.values()):
            continue
        written = _write(handle, folder, changes)
        if written is not None:
            builder.insert(name, written, _MODE_TREE)
        elif known is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None
