"""Names that spell the source root: `src.a.c` for the module `a.c` below `src`, as code run from further up has it."""

from __future__ import annotations

import keyword

from laneshift.code.moves.site import Site, stem
from laneshift.repo.objects import Tree


def rooted_names(tree: Tree, site: Site) -> tuple[tuple[str, str], ...]:
    """Pairs of the old and the new name as they are below each folder above the source root, the longest first.

    A name that means another file of the tree is not among them, nor one that has no counterpart after the move.
    """
    old, new = (_parts(root) for root in (site.old_root, site.new_root))
    pairs = []
    for depth in range(len(old)):
        if old[:depth] != new[:depth] or not all(map(_is_name, [*old[depth:], *new[depth:]])):
            continue
        below = "/".join([*old[depth:], *site.old_name.split(".")])
        here = "/".join([*old, *site.old_name.split(".")])
        elsewhere = below != here and (below in tree or f"{below}.py" in tree)
        if not elsewhere and stem(site.intent.src) == here:
            pairs.append((".".join([*old[depth:], site.old_name]), ".".join([*new[depth:], site.new_name])))
    return tuple(pairs)


def _parts(root: str) -> list[str]:
    return root.split("/") if root else []


def _is_name(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)
