"""Our plugins of pytest, as files to copy: pytest is loaded by the session that runs tests, not by who starts it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from laneshift.steps.runner import command

TRACES = "LANESHIFT_TRACES"
SHARD = "LANESHIFT_SHARD"
"""Variables of a run that ask for a plugin."""

_HERE = Path(__file__).parent
_PLUGIN = _HERE / "pytest_plugin.py"
_ON_REQUEST = (
    (TRACES, _HERE / "pytest_tracer.py", command.TRACER),
    (SHARD, _HERE / "pytest_shard.py", command.SHARD),
    (SHARD, _HERE / "pytest_rewriting.py", command.REWRITING),
)


def install(folder: Path, wanted: Collection[str]) -> Path:
    """Our plugin, and those that the variables of this run ask for, in a folder where the session can import them."""
    place = folder / "plugin"
    place.mkdir()
    shutil.copyfile(_PLUGIN, place / f"{command.PLUGIN}.py")
    for variable, source, name in _ON_REQUEST:
        if variable in wanted:
            shutil.copyfile(source, place / f"{name}.py")
    return place
