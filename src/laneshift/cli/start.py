"""The way in: plain ways to move and to check lanes start at once, anything else by the description of all commands."""

from __future__ import annotations

import sys
from collections.abc import Callable


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 usage, 3 our bug, 4 for a person, 130 interrupted."""
    words = sys.argv[1:]
    plain = _check_of_lanes(words) if words[:2] == ["lanes", "check"] else _move(words) if "move" in words else None
    if plain is None:
        from laneshift.cli import app

        app.main()
        return
    from laneshift.cli.collecting import rare_collection
    from laneshift.cli.leaving import leave

    try:
        # Left from within: a last look for cycles would take a thirtieth of the time of a whole move.
        with rare_collection():
            leave(plain())
    except BrokenPipeError:
        leave(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _check_of_lanes(words: list[str]) -> Callable[[], int] | None:
    """What checks and gives the exit code, where that is asked in the plainest way. Does not come back where a check of
    the same commits has said it all before."""
    from laneshift.cli.lanes_again import plainly_asked, say_again

    asked = plainly_asked(words)
    if asked is None:
        return None
    say_again(asked)

    def check() -> int:
        from laneshift.cli.lanes_checker import run

        return run(asked)

    return check


def _move(words: list[str]) -> Callable[[], int] | None:
    """What moves and gives the exit code, where that is asked in the plainest way."""
    from laneshift.cli.asked import plainly_asked

    asked = plainly_asked(words)
    if asked is None:
        return None

    def move() -> int:
        from laneshift.cli.moving import run

        return run(asked)

    return move
