"""Variables of this machine's user that agents are given: only those that the user names, and never in what is kept.

Which ones is said in the environment of who runs laneshift and nowhere in a repository, so that nothing that is
committed can have a secret handed to a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from laneshift.steps.runner.worked import Worked

VARIABLE = "LANESHIFT_AGENT_ENVIRONMENT"
"""Names of variables, with commas or spaces between them."""

_SHORTEST = 4


def handed(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that the user lets agents have; one that is not set is not there."""
    names = environ.get(VARIABLE, "").replace(",", " ").split()
    return {name: environ[name] for name in names if name in environ}


def hidden(worked: Worked, variables: Mapping[str, str]) -> Worked:
    """The same work, with the name of the variable wherever a value of it was said."""
    output = worked.run.output
    for name, value in variables.items():
        if len(value) >= _SHORTEST:
            output = output.replace(value, f"[{name}]")
    return replace(worked, run=replace(worked.run, output=output))
