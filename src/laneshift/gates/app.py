"""Asking the configured ASGI application: it is served on the loopback inside the sandbox, and probed there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from laneshift.gates.app_probe import MARK
from laneshift.gates.context import Change, Ports
from laneshift.gates.schemas import MISSING
from laneshift.gates.verdict import Exempt

_PROBE = Path(__file__).with_name("app_probe.py")
_TAIL = 300


class OnApp:
    """What gates are that ask the application: they apply where the settings name one."""

    runs_code = True
    runs = 1

    def applies(self, change: Change) -> Exempt | None:
        """Without an application there is nothing to ask."""
        return Exempt.NO_APP if change.settings.gates.app is None else None


def app_inputs(change: Change) -> dict[str, Any]:
    """What answers depend on: the whole tree, and how the application is found."""
    app = change.settings.gates.app
    return {"tree": change.after.oid, "app": None if app is None else app.model_dump(), "roots": list(change.roots)}


def asked(change: Change, ports: Ports, mode: str, more: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What the probe tells, and everything that was printed. `fault` in it says why nothing could be found out."""
    app = change.settings.gates.app
    told = {} if app is None else app.model_dump()
    order = json.dumps({**told, **more, "mode": mode, "roots": list(change.roots)})
    run = ports.sandbox.run(
        change.after.oid, ["python", "-c", _PROBE.read_text(encoding="utf-8"), order], change.limits
    )
    marked = [line for line in run.output.splitlines() if line.startswith(MARK)]
    if run.timed_out:
        return {"fault": f"the application was not probed within {change.limits.seconds:.0f} s"}, run.output
    if not marked:
        return {"fault": f"the probe gave no answer: {' '.join(run.output.split())[-_TAIL:]}"}, run.output
    found: dict[str, Any] = json.loads(marked[-1].removeprefix(MARK))
    if "missing" in found:
        found = {"fault": f"{found['missing']} is not installed: {MISSING}"}
    return found, run.output
