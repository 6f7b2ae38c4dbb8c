"""A move into a source root that lies inside a package, such as the template of a project that a package carries."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.code.moves.records import Notice
from laneshift.code.moves.site import MARKER_NAME
from laneshift.repo.objects import Tree


def inner_root(tree: Tree, dst: str, new: str, roots: tuple[str, str]) -> Iterator[Notice]:
    """The notice for the module `new` at `dst`, where the move leads to a source root inside a package of `tree`.

    `roots` are those before and after. Who imported the module there does so by another path from then on.
    """
    before, after = roots
    if before == after:
        return
    parts = after.split("/")
    above = ["/".join(parts[:size]) for size in range(len(parts) - 1, 0, -1)]
    package = next((each for each in above if tree.entry(f"{each}/{MARKER_NAME}") is not None), None)
    if package is not None:
        what = f"{new} is imported only where {after} is on the path, inside the package {package}"
        yield Notice(dst, 0, "inner-root", what)
