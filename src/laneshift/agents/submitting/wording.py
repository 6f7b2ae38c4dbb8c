"""Which of its files a submission is said to be about. Pure."""

from __future__ import annotations

from laneshift.agents.submitting.ground import Ground
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Tree


def source_of(ground: Ground, lanes: Lanes) -> str:
    """The place that stands for the submission: it is in the base, and in a lane where any is."""
    return source_in(ground.base, tuple(sorted(ground.whole)), lanes)


def source_in(tree: Tree, paths: tuple[str, ...], lanes: Lanes) -> str:
    """Of these paths and the folders above them, the first that `tree` has, one in a lane before all others."""
    places = [path for path in paths if path in tree]
    above = (path.rpartition("/")[0] for path in paths)
    places += [folder for folder in above if folder and tree.is_folder(folder)]
    lane = [place for place in places if lanes.lane_of(place) is not None]
    return next(iter([*lane, *places, *sorted(tree.entries)[:1]]), "")
