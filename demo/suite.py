"""The project's own test suite, run without laneshift."""

from __future__ import annotations

from demo.outcomes import passed
from demo.shell import Shell

_PYTEST = ("python", "-m", "pytest", "-q", "-n", "auto", "-rp", "--color=no", "-c", "pyproject.toml")

SUITE = (*_PYTEST, "networkx")
"""The whole suite, with the ids of the tests that pass. The configuration is named, so none is found further up."""


def run_below(shell: Shell, places: list[str]) -> frozenset[str]:
    """The ids that pass in some files and folders. Raises `ValueError` when pytest's list and count differ."""
    return passed(shell.show(*_PYTEST, *places, tail=1).out)
