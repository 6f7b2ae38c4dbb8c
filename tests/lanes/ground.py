"""Small repositories for tests of lanes, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from laneshift import config
from laneshift.code.index import Index
from laneshift.lanes.atlas import Atlas, survey
from laneshift.lanes.crossings import Ground, Standing, standing
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import MODE_SYMLINK, File, Repository, Tree
from tests.repo.builders import repo_at

LANES = Lanes.of(
    {
        "labs": config.Lane(paths=["labs/**"], level="experimental", aliases=["candidate"]),
        "core": config.Lane(paths=["core/**"], may_import=[], owners=["platform"]),
        "serve": config.Lane(paths=["serve/**"], level="production", may_import=["core"]),
    }
)
"""`labs` may import everything, `core` itself alone, `serve` core. Everything else lies outside."""

BASE = {"labs/__init__.py": "", "labs/a.py": "X = 1\n", "core/__init__.py": "", "serve/__init__.py": ""}


def repository(path: Path, files: Mapping[str, str | bytes] | None = None) -> Repository:
    """A repository with the base and these files."""
    return repo_at(path, {**BASE, **(files or {})})


def tree_with(base: Tree, files: Mapping[str, str | bytes | None], links: Mapping[str, str] | None = None) -> Tree:
    """`base` with files written or (None) deleted, and symlinks put in."""
    changes: dict[str, File | None] = {}
    for path, text in files.items():
        changes[path] = None if text is None else File(text.encode() if isinstance(text, str) else text)
    for path, target in (links or {}).items():
        changes[path] = File(target.encode(), MODE_SYMLINK)
    return base.edit(changes)


def atlas_of(tree: Tree) -> Atlas:
    """The atlas of a tree, by an index of its own."""
    return survey(tree, Index.open(tree.repository))


def stands(tree: Tree, lanes: Lanes = LANES) -> Standing:
    """Every violation of a tree."""
    return standing(Ground(atlas_of(tree), lanes))


def told(tree: Tree, lanes: Lanes = LANES) -> set[tuple[str, str, str]]:
    """Every violation as kind, first importing path and last imported path."""
    found = stands(tree, lanes).found
    return {(each.kind, each.chain[0].importer, each.chain[-1].imported) for each in found}
