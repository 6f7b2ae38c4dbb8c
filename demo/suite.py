"""The project's own test suite, run without laneshift."""

from __future__ import annotations

from demo.outcomes import Comparison, Moved, compare, passed
from demo.shell import Shell
from demo.stage import Start

_PYTEST = ("python", "-m", "pytest", "-q", "-n", "auto", "-rp", "--color=no", "-c", "pyproject.toml")
_MOST_AGAIN = 50

SUITE = (*_PYTEST, "networkx")
"""The whole suite, with the ids of the tests that pass. The configuration is named, so none is found further up."""


def run_after(shell: Shell, start: Start, moves: list[Moved]) -> Comparison:
    """Run the suite and compare. Ids that were lost are run again once, since a flake is not a loss."""
    after = passed(shell.show(*SUITE, tail=1).out)
    found = compare(start.passing, after, moves)
    if not found.lost or len(found.lost) > _MOST_AGAIN:
        return found
    again = passed(shell.show(*_PYTEST, *found.lost, tail=1).out)
    return compare(start.passing, after | again, moves)
