"""The floor of a move: list the tree, find the blobs that mention the name, parse those. `floor.py REPOSITORY WORD`."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator

import pygit2

_TREE = 0o040000


def main(repository: str, word: str) -> None:
    """Do what no tool can leave out that knows nothing beforehand; print how many files were listed, found, parsed."""
    warnings.simplefilter("ignore")
    opened = pygit2.Repository(repository)
    needle = word.encode()
    listed = found = parsed = 0
    for path, oid in walk(opened, opened.head.peel(pygit2.Tree)):
        listed += 1
        data = opened.odb.read(oid)[1]
        if needle in data:
            found += 1
            parsed += path.endswith(".py") and parses(data)
    sys.stdout.write(f"{listed} listed, {found} found, {parsed} parsed\n")


def walk(opened: pygit2.Repository, tree: pygit2.Tree) -> Iterator[tuple[str, pygit2.Oid]]:
    """Name and id of every blob."""
    for item in tree:
        if item.filemode == _TREE:
            yield from walk(opened, opened[item.id])  # type: ignore[arg-type]
        elif item.filemode != 0o160000:
            yield item.name or "", item.id


def parses(data: bytes) -> bool:
    """Whether this Python reads it."""
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
