"""Symbolic links that point at a moved file or folder."""

from __future__ import annotations

import posixpath

from laneshift.code.moves.site import Site


def retargeted(path: str, target: str, site: Site) -> str | None:
    """The new target of the link at `path`, or None when it does not lead to what moves, or moves along with it."""
    if target.startswith("/") or path in site.relocations:
        return None
    here = posixpath.dirname(path)
    reached = posixpath.normpath(posixpath.join(here, target))
    src, dst = site.intent.src, site.intent.dst
    if reached in site.relocations:
        moved = site.relocations[reached]
    elif reached == src or reached.startswith(f"{src}/"):
        moved = dst + reached[len(src) :]
    else:
        return None
    return posixpath.relpath(moved, here or ".")
