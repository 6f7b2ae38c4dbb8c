"""Namespace packages that lie under several source roots: folders without marker that are one package together."""

from __future__ import annotations

from laneshift.code.moves.site import MARKER_NAME, Site
from laneshift.repo.objects import Tree


def spread_packages(tree: Tree, site: Site) -> tuple[str, ...]:
    """The topmost packages of the old and of the new name, as far as others may hold parts of them as well."""
    named = ((site.old_root, site.old_name), (site.new_root, site.new_name))
    tops = {name.partition(".")[0]: root for root, name in named if root and "." in name}
    return tuple(top for top, root in tops.items() if not _marked(tree, f"{root}/{top}", site.markers))


def package_in(tree: Tree, path: str, tops: tuple[str, ...]) -> str:
    """The package of the file at `path` within one of these; empty where it lies in none of them."""
    folder = path.rpartition("/")[0]
    for top in tops:
        root, found, below = f"/{folder}/".partition(f"/{top}/")
        parts = [top, *below.split("/")[:-1]]
        held = f"{root}/{top}".strip("/")
        if found and all(part.isidentifier() for part in parts) and not _marked(tree, held):
            return ".".join(parts)
    return ""


def _marked(tree: Tree, folder: str, coming: tuple[str, ...] = ()) -> bool:
    return MARKER_NAME in tree.folder(folder) or f"{folder}/{MARKER_NAME}" in coming
