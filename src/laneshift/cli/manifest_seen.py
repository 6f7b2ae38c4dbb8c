"""The work tree as a tree, for who will look at its manifests, while nothing waits that need not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from laneshift.cli.asked_early import Early
from laneshift.cli.beside import Beside
from laneshift.cli.lanes_looked_at import looked_at
from laneshift.manifests.checking import ENDING
from laneshift.manifests.judging import Judged, judged_ahead
from laneshift.repo.listing_beside import Listing
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.tree_listing import list_beside


def seen_early(repository: Repository, early: Early) -> tuple[Tree, Mapping[str, Judged]]:
    """The tree of the work tree, and what is to be said of manifests that git still has to take into it.

    The last commit is read while git looks at the work tree, and new manifests while it puts them into a tree.
    """
    if early.listing is None:
        return looked_at(repository, "", early.looking), {}
    listing = early.listing
    listing.told()
    new = early.looking.status().untracked
    with Beside(lambda: _listed(looked_at(repository, "", early.looking), listing)) as tree:
        ahead = judged_ahead(early.looking.place.work_tree or Path(), (path for path in new if path.endswith(ENDING)))
        return tree.result(), ahead


def _listed(tree: Tree, listing: Listing) -> Tree:
    list_beside(tree, listing)
    return tree
