"""Runs one `laneshift move`.

Git is asked about the work tree before the parts that make a move are loaded: both take as long, and there is most
often a second processor.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from laneshift.cli.asked import Asked
from laneshift.cli.talking import Ended, Talk, speaking
from laneshift.repo.first_look import FirstLook
from laneshift.repo.status import Looking, place_above


def run(asked: Asked, first: FirstLook | None = None) -> int:
    """Move, tell, and give the exit code. `first` may have asked git about the work tree already."""
    talk = Talk(asked.directory, as_json=asked.as_json, verbose=asked.verbose)
    try:
        with speaking(talk), ExitStack() as beside:
            place = place_above(asked.directory, os.geteuid())
            looking = None if place is None else beside.enter_context(Looking(place, first=first))

            from laneshift.cli.begun import begun

            so_far = begun(asked, looking, beside)

            from laneshift.cli.mover import move

            return move(asked, talk, so_far)
    except Ended as end:
        return end.code
