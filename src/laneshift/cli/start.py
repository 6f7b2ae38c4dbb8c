"""The way in: a plain `laneshift move` starts at once, any other command by the description of them all."""

from __future__ import annotations

import sys

from laneshift.cli.asked import plainly_asked


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 usage, 3 our bug, 4 for a person, 130 interrupted."""
    asked = plainly_asked(sys.argv[1:])
    if asked is None:
        from laneshift.cli import app

        app.main()
        return
    from laneshift.cli.leaving import leave
    from laneshift.cli.moving import rare_collection, run

    try:
        # Left from within: a last look for cycles would take a thirtieth of the time of the whole move.
        with rare_collection():
            leave(run(asked))
    except BrokenPipeError:
        leave(1)
    except KeyboardInterrupt:
        sys.exit(130)
