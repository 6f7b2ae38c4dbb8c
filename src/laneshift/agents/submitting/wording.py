"""Which of its files a submission is said to be about. Pure."""

from __future__ import annotations

from laneshift.agents.submitting.ground import Ground
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Tree


def source_of(ground: Ground, lanes: Lanes) -> str:
    """The place that stands for the submission: it is in the base, and in a lane where any is."""
    return source_in(ground.base, tuple(sorted(ground.whole)), lanes)


def source_in(tree: Tree, paths: tuple[str, ...], lanes: Lanes) -> str:
    """Of these paths and the files beside them, the first that `tree` has, one in a lane before all others."""
    places = [path for path in paths if path in tree]
    places += [beside for path in paths if (beside := _beside(tree, path))]
    lane = [place for place in places if lanes.lane_of(place) is not None]
    return next(iter([*lane, *places]), "")


def _beside(tree: Tree, path: str) -> str:
    """A file in the folder of a new one, or in the nearest folder above it that has any."""
    while path:
        path = path.rpartition("/")[0]
        names = (name for name, entry in tree.folder(path).items() if entry.is_regular)
        if (name := min(names, default="")) != "":
            return f"{path}/{name}" if path else name
    return ""
