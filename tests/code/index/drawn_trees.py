"""Real repositories in a temporary folder, drawn as a map from path to content."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pygit2

from laneshift.repo.objects import File, Repository, Tree


def repository_at(path: Path) -> Repository:
    """A new empty repository."""
    pygit2.init_repository(str(path))
    return Repository.open(path)


def drawn(repository: Repository, files: Mapping[str, str | bytes]) -> Tree:
    """A tree with these files and nothing else."""
    return edited(repository.empty_tree(), files)


def edited(tree: Tree, files: Mapping[str, str | bytes | None]) -> Tree:
    """The tree with these files added or replaced, and those with None removed."""
    return tree.edit({path: None if text is None else File(_bytes(text)) for path, text in files.items()})


def naive_mentions(tree: Tree, word: bytes) -> set[str]:
    """What `Index.mentions` promises, by reading everything."""
    found = set()
    for path, entry in tree.entries.items():
        if entry.is_regular and word in tree.repository.blob(entry.oid):
            found.add(path)
    return found


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
