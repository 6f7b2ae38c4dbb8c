"""The way in: plain ways to move, to land, to check lanes and manifests start at once, all else by all commands."""

from __future__ import annotations

import sys
from collections.abc import Callable


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 usage, 3 our bug, 4 for a person, 130 interrupted."""
    from laneshift.cli.collecting import rare_collection

    if None in (sys.stdin, sys.stdout, sys.stderr):
        from laneshift.cli.streams import open_missing

        open_missing()
    words = sys.argv[1:]
    with rare_collection():
        plain = _plain(words)
    if plain is None:
        from laneshift.cli import app

        app.main()
        return
    try:
        # Left from within: a last look for cycles would take a thirtieth of the time of a whole move.
        with rare_collection():
            _leave(plain())
    except BrokenPipeError:
        _leave(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _leave(code: int) -> None:
    """End at once."""
    from laneshift.cli.leaving import leave

    leave(code)


def _plain(words: list[str]) -> Callable[[], int] | None:
    """What does the work and gives the exit code, where it is asked in the plainest way."""
    if words[:2] == ["lanes", "check"]:
        return _check_of_lanes(words)
    if words[:1] == ["manifest"]:
        return _manifests(words)
    if words[:1] == ["land"]:
        return _landing(words)
    return _move(words) if "move" in words else None


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
    from laneshift.cli.plain_words import switches_and_paths

    plain = switches_and_paths(words)
    if plain is None:
        return None

    def move() -> int:
        from laneshift.repo.first_look import FirstLook

        with FirstLook() as first:
            from laneshift.cli.asked import with_switches
            from laneshift.cli.moving import run

            return run(with_switches(*plain), first)

    return move


def _manifests(words: list[str]) -> Callable[[], int] | None:
    """What generates or validates manifests, where that is asked in the plainest way."""
    from laneshift.cli.manifest_asked import plainly_asked

    asked = plainly_asked(words)
    if asked is None:
        return None

    def manifests() -> int:
        from laneshift.cli.manifest_plainly import run

        return run(asked)

    return manifests


def _landing(words: list[str]) -> Callable[[], int] | None:
    """What lands all that is ready and gives the exit code, where that is asked in the plainest way."""
    from laneshift.cli.plain_words import is_watched, switches_and_plan

    plain = None if is_watched() else switches_and_plan(words)
    if plain is None:
        return None
    switches, plan = plain

    def land() -> int:
        from laneshift.cli.land_plainly import run

        return run(plan, switches)

    return land
