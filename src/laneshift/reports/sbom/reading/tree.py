"""Everything that the files of a tree say it needs."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from laneshift.errors import Fault, Refused
from laneshift.lanes import globs
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Tree
from laneshift.reports.sbom.model import Source
from laneshift.reports.sbom.reading.files import REQUIREMENTS, kind_of, read
from laneshift.reports.sbom.reading.need import Need, Unreadable

_LARGEST = 16 << 20
"""Bytes of the largest file that is read."""
_MOST = 1000
"""Files of one tree."""


@dataclass(slots=True)
class Read:
    """What was read: files, what each names, files that were left out on request, and what no file says."""

    sources: list[Source] = field(default_factory=list)
    named: list[tuple[str, Need]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_tree(tree: Tree, exclude: Sequence[str] = ()) -> Read:
    """Read every file that says what a project needs, but for those that a glob of `exclude` means.

    Raises `Refused`: `sbom.unreadable` with every file that cannot be read, `sbom.empty` when there is none, or none
    names a package, `sbom.too-many` for more than 1,000 files.
    """
    found = Read()
    waiting = {path: kind for path in tree.entries if (kind := kind_of(path))}
    if len(waiting) > _MOST:
        cure = "leave some out with --exclude"
        raise Refused("sbom.too-many", f"{len(waiting)} files say what is needed, {_MOST} are the limit", cure=cure)
    done: set[str] = set()
    while waiting:
        path = min(waiting)
        done.add(path)
        for more in _read_one(tree, path, waiting.pop(path), exclude, found):
            if more not in done:
                waiting.setdefault(more, REQUIREMENTS)
    _hold(found)
    found.notes.extend(f"{path}: not read, it is code" for path in tree.entries if _is_build_script(tree, path))
    found.sources.sort(key=lambda source: source.path)
    return found


def _read_one(tree: Tree, path: str, kind: str, exclude: Sequence[str], found: Read) -> list[str]:
    """Read one file into `found`; the paths of the files that it includes."""
    if globs.first_match(exclude, path):
        found.excluded.append(path)
        return []
    try:
        data = _bytes(tree, path)
        contents = read(kind, data)
        includes = [_beside(tree, path, each) for each in contents.includes]
    except ValueError as error:
        found.faults.append(_fault(path, str(error)))
        return []
    digest = sha256(data).hexdigest()
    found.sources.append(Source(path, kind, digest, len(contents.needs) + contents.own, contents.own))
    found.named.extend((path, need) for need in contents.needs)
    found.notes.extend(f"{path}: {note}" for note in contents.notes)
    return includes


def _bytes(tree: Tree, path: str) -> bytes:
    entry = tree.entry(path)
    if entry is None or entry.mode in (MODE_SYMLINK, MODE_SUBMODULE):
        raise Unreadable("this is no file of the tree but a link or a submodule")
    if tree.repository.blob_size(entry.oid) > _LARGEST:
        raise Unreadable(f"more than {_LARGEST} bytes")
    return tree.read(path)


def _beside(tree: Tree, path: str, included: str) -> str:
    """The path of an included file. Raises `Unreadable` where the tree has none of that name."""
    where = posixpath.normpath(posixpath.join(posixpath.dirname(path), included))
    if "://" in included or where.startswith(("/", "..")) or where not in tree:
        raise Unreadable(f"it includes {included[:80]!r}, which is not in this tree")
    return where


def _hold(found: Read) -> None:
    if found.faults:
        raise Refused(
            "sbom.unreadable",
            f"{len(found.faults)} file(s) that say what is needed cannot be read, so no bill would be complete",
            cure="mend them, or leave them out with --exclude GLOB, which the bill then says",
            faults=found.faults,
        )
    if not found.named:
        looked = f"{len(found.sources)} file(s) were read and name none" if found.sources else "there is no such file"
        raise Refused(
            "sbom.empty",
            "nothing says what this repository needs, and an empty bill would read as if it needed nothing",
            why=looked,
            cure="commit a lock file, requirements or a pyproject.toml with dependencies",
        )


def _is_build_script(tree: Tree, path: str) -> bool:
    """Whether this is how setuptools is told what is needed; in a package it would be a module of that name."""
    folder, _, name = path.rpartition("/")
    return name == "setup.py" and f"{folder}/__init__.py".lstrip("/") not in tree


def _fault(path: str, why: str) -> Fault:
    return Fault("sbom.unreadable", path, why)
