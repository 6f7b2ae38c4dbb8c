"""Which files of a tree contain one of several byte strings, by `git grep`: it reads packs with several threads."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.repo.git import Place, git
from laneshift.repo.objects import Tree

_NONE_FOUND = 1


def containing(tree: Tree, needles: Collection[str]) -> list[str] | None:
    """The paths of the regular files whose bytes contain one of `needles`; no symlinks.

    None where git cannot tell: a needle spans lines, or it had something to say about an object.
    """
    if not all(needles) or any(end in needle for needle in needles for end in "\0\n"):
        return None
    patterns = [argument for needle in sorted(needles) for argument in ("-e", needle)]
    found = git(
        Place(tree.repository.common_dir),
        *("grep", "--files-with-matches", "--null", "--text", "--fixed-strings", "--no-color", "--full-name"),
        *(*patterns, tree.oid),
        accept=(0, _NONE_FOUND),
    )
    head = len(tree.oid) + 1
    return None if found.stderr else [field[head:] for field in found.fields]
