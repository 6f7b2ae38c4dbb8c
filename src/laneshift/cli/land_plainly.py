"""Runs one plain `laneshift land` where no terminal shows it: what it says needs neither typer nor rich."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from laneshift.cli.plain_session import PlainSession
from laneshift.cli.talking import Ended, speaking


def run(plan: str, switches: Collection[str]) -> int:
    """Land all that is ready of a plan, and give the exit code, also of an error."""
    verbose = any(word in switches for word in ("-v", "--verbose"))
    talk = PlainSession(Path(), as_json="--json" in switches, verbose=verbose)
    try:
        with speaking(talk), talk.to_the_end():
            from laneshift.cli.landing import landed
            from laneshift.runs.arguments import Landing

            return landed(talk, plan, Landing(), auto=False)
    except Ended as end:
        return end.code
