"""Runs one `laneshift move`.

Git is asked about the work tree before the parts that make a move are loaded: both take as long, and there is most
often a second processor.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from laneshift.cli.asked import Asked
from laneshift.cli.talking import Ended, Talk, speaking
from laneshift.repo.status import Looking, place_above

_ALLOCATIONS = 100_000


def run(asked: Asked) -> int:
    """Move, tell, and give the exit code."""
    talk = Talk(asked.directory, as_json=asked.as_json, verbose=asked.verbose)
    try:
        with speaking(talk), rare_collection(), ExitStack() as beside:
            place = place_above(asked.directory, os.geteuid())
            looking = beside.enter_context(Looking(place)) if place is not None else None

            from laneshift.cli.mover import move

            return move(asked, talk, looking)
    except Ended as end:
        return end.code


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for cycles in memory seldom: a move makes many small objects and hardly any cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
