"""Where the symlinks of a tree lead, so that a linked package is seen under both of its names.

Python follows links when it imports: `core/extra -> ../labs` makes every module of `labs` a module of `core` as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Tree

_MOST_STEPS = 40
_MOST_FILES = 200_000
_LONGEST_TARGET = 4096


@dataclass(frozen=True, slots=True)
class Linked:
    """What links add to a tree.

    `files` maps the path of every Python file that is reached through a link to the path of the file itself, `links`
    the same path to the link that it is reached through. `outside` are links that lead out of the tree, or nowhere, and
    `submodules` are other repositories: nothing is known about what they hold.
    """

    files: Mapping[str, str]
    links: Mapping[str, str]
    outside: tuple[str, ...]
    submodules: tuple[str, ...]


def linked(tree: Tree) -> Linked:
    """Follow every symlink of the tree. Raises `Refused` (`lanes.too-many-links`) beyond 200,000 linked files."""
    special = [(path, entry) for path, entry in tree.below("") if entry.mode in (MODE_SYMLINK, MODE_SUBMODULE)]
    symlinks = {path: _target(tree, entry.oid) for path, entry in special if entry.mode == MODE_SYMLINK}
    files: dict[str, str] = {}
    links: dict[str, str] = {}
    outside = []
    for link in symlinks:
        real = _resolve(link, symlinks)
        if real is None or (real not in tree and not tree.is_folder(real) and real):
            outside.append(link)
            continue
        for path, target in _files(tree, link, real, symlinks, (real,)):
            if len(files) >= _MOST_FILES:
                raise Refused("lanes.too-many-links", f"symlinks lead to more than {_MOST_FILES} files", where=link)
            files.setdefault(path, target)
            links.setdefault(path, link)
    submodules = tuple(path for path, entry in special if entry.mode == MODE_SUBMODULE)
    return Linked(files, links, tuple(outside), submodules)


def _target(tree: Tree, oid: str) -> str:
    if tree.repository.blob_size(oid) > _LONGEST_TARGET:
        return "/"
    return tree.repository.blob(oid).decode("utf-8", "surrogateescape")


def _resolve(path: str, symlinks: Mapping[str, str]) -> str | None:
    """The path inside the tree that `path` stands for once no part of it is a link; None when it leads out of it."""
    done: list[str] = []
    rest = path.split("/")[::-1]
    steps = 0
    while rest:
        part = rest.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                return None
            done.pop()
            continue
        done.append(part)
        target = symlinks.get("/".join(done))
        if target is None:
            continue
        steps += 1
        if steps > _MOST_STEPS or target.startswith("/"):
            return None
        done.pop()
        rest.extend(target.split("/")[::-1])
    return "/".join(done)


def _files(
    tree: Tree, shown: str, real: str, symlinks: Mapping[str, str], entered: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Every Python file at or below `real`, as it is called when reached by way of `shown`; circles are left out."""
    entry = tree.entry(real) if real else None
    if entry is not None:
        if entry.is_regular and shown.endswith(".py"):
            yield shown, real
        return
    for path, found in tree.below(real):
        inside = f"{shown}/{path[len(real) + 1 if real else 0 :]}"
        if found.is_regular and path.endswith(".py"):
            yield inside, path
        elif found.mode == MODE_SYMLINK and len(entered) <= _MOST_STEPS:
            further = _resolve(path, symlinks)
            if further is not None and not any(_within(seen, further) for seen in entered):
                yield from _files(tree, inside, further, symlinks, (*entered, further))


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")
