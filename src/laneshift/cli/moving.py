"""Runs one `laneshift move`.

Git is asked about the work tree before the parts that make a move are loaded: both take as long, and there is most
often a second processor.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from laneshift.cli.asked import Asked, Begun
from laneshift.cli.talking import Ended, Talk, speaking
from laneshift.code.sought import sought
from laneshift.repo.searching import Searching, can_search, head_commit
from laneshift.repo.searching_files import SearchingFiles, can_search_files
from laneshift.repo.status import Looking, place_above


def run(asked: Asked) -> int:
    """Move, tell, and give the exit code."""
    talk = Talk(asked.directory, as_json=asked.as_json, verbose=asked.verbose)
    try:
        with speaking(talk), ExitStack() as beside:
            begun = _begin(asked, beside)

            from laneshift.cli.mover import move

            return move(asked, talk, begun)
    except Ended as end:
        return end.code


def _begin(asked: Asked, beside: ExitStack) -> Begun:
    """Ask git what the work tree holds and, where there is no index, which files name the module."""
    place = place_above(asked.directory, os.geteuid())
    if place is None:
        return Begun(None, None)
    looking = beside.enter_context(Looking(place))
    head = head_commit(place.git_dir)
    words = sought(asked.src.rstrip("/"), asked.dst.rstrip("/"))
    if head is None or not can_search(words) or (place.git_dir / "laneshift" / "index").is_dir():
        return Begun(looking, None)
    if can_search_files(place, words):
        return Begun(looking, beside.enter_context(SearchingFiles(place, head, words)))
    return Begun(looking, beside.enter_context(Searching(place.git_dir, head, words)))
