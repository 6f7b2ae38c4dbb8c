"""What a repository is made of, from the files in its tree. Pure but for reading the tree."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.repo.objects import Tree
from laneshift.reports.sbom.merging import merged
from laneshift.reports.sbom.model import Licence, Sbom, Subject
from laneshift.reports.sbom.reading.files import toml_of
from laneshift.reports.sbom.reading.pyproject import about
from laneshift.reports.sbom.reading.tree import Read, read_tree

_PROJECT = "pyproject.toml"


def repository_bill(tree: Tree, exclude: Sequence[str] = (), when: int | None = None) -> Sbom:
    """The bill of a tree. Raises as `read_tree` does."""
    read = read_tree(tree, exclude)
    name, version, licence = _about(tree, read)
    subject = Subject("repository", name or "repository", version, licence, (("tree", tree.oid),))
    sources, excluded = tuple(read.sources), tuple(sorted(read.excluded))
    return Sbom(subject, merged(read.named), None, sources, excluded, tuple(sorted(read.notes)), when)


def _about(tree: Tree, read: Read) -> tuple[str, str, Licence]:
    """What the project at the root says of itself, where it was read."""
    if all(source.path != _PROJECT for source in read.sources):
        return "", "", Licence()
    return about(toml_of(tree.read(_PROJECT)))
