"""What git is asked before a move is loaded."""

from __future__ import annotations

from contextlib import ExitStack

from laneshift.cli.asked import Asked
from laneshift.code.sought import sought
from laneshift.repo.plain_records import NamedTuple
from laneshift.repo.searching import Searching, can_search, head_commit
from laneshift.repo.searching_files import SearchingFiles, can_search_files
from laneshift.repo.status import Looking


class Begun(NamedTuple):
    """What git was asked before all else, each where it could be."""

    looking: Looking | None
    searching: Searching | SearchingFiles | None
    head: str | None = None
    """The commit that is most likely what the work tree holds."""


def begun(asked: Asked, looking: Looking | None, beside: ExitStack) -> Begun:
    """Ask git as well, where there is no index, which files name the module. `looking` is under way already."""
    if looking is None:
        return Begun(None, None)
    place = looking.place
    head = head_commit(place.git_dir)
    words = sought(asked.src.rstrip("/"), asked.dst.rstrip("/"))
    if head is None or not can_search(words) or (place.git_dir / "laneshift" / "index").is_dir():
        return Begun(looking, None, head)
    if can_search_files(place, words):
        return Begun(looking, beside.enter_context(SearchingFiles(place, head, words)))
    return Begun(looking, beside.enter_context(Searching(place.git_dir, head, words)))
