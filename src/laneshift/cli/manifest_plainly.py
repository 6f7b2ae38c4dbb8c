"""Generates or validates all manifests of a work tree, plainly asked: git looks while the rest is loaded."""

from __future__ import annotations

from pathlib import Path

from laneshift.cli.asked_early import asked_early
from laneshift.cli.manifest_asked import Asked
from laneshift.cli.talking import Ended, Talk, speaking
from laneshift.manifests.names import KEPT_CHECK


def run(asked: Asked) -> int:
    """Do it, tell, and give the exit code, also of an error."""
    talk = Talk(Path(), as_json=asked.as_json, verbose=asked.verbose)
    validating = asked.verb == "validate"
    try:
        with speaking(talk), asked_early(talk.directory, unless=KEPT_CHECK if validating else None) as early:
            from laneshift.cli import manifest_doing

            if validating:
                return manifest_doing.validate(talk, early, roundtrip=asked.roundtrip)
            return manifest_doing.generate_all(talk, early)
    except Ended as end:
        return end.code
