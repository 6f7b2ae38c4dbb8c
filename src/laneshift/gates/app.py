"""Asking the configured ASGI application: served in one sandbox, asked from another that nothing of it can reach."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from laneshift.config.gates import App
from laneshift.gates.context import Change, Ports
from laneshift.gates.sandbox import Limits, Sandbox, Served
from laneshift.gates.schemas import MISSING
from laneshift.gates.verdict import Exempt

_SERVER = Path(__file__).with_name("app_server.py")
_CLIENT = Path(__file__).with_name("app_client.py")
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
    """What the client tells, and everything that was printed. `fault` in it says why nothing could be found out.

    What the application prints, and how its process ends, is kept as evidence and decides nothing.
    """
    return told_by(ports.sandbox, change.after.oid, change.settings.gates.app, change.roots, change.limits, mode, more)


def told_by(
    sandbox: Sandbox,
    tree: str,
    app: App | None,
    roots: Sequence[str],
    limits: Limits,
    mode: str,
    more: Mapping[str, Any],
) -> tuple[dict[str, Any], str]:
    """As `asked`, for the application of the tree with this id."""
    told = {} if app is None else app.model_dump()
    served = sandbox.serve(
        tree,
        _program(_SERVER, {**told, "roots": list(roots)}),
        _program(_CLIENT, {**told, **more, "mode": mode}),
        limits,
    )
    output = f"{served.client.output}\n--- the application\n{served.server.output}"
    return _found(served, limits.seconds), output


def _program(file: Path, order: Mapping[str, Any]) -> list[str]:
    return ["python", "-c", file.read_text(encoding="utf-8"), json.dumps(order)]


def _found(served: Served, seconds: float) -> dict[str, Any]:
    said = " ".join(served.server.output.split())[-_TAIL:]
    if served.client.timed_out:
        return {"fault": f"the application was not probed within {seconds:.0f} s"}
    if not served.client.ok or not served.told:
        return {"fault": f"the client gave no answer: {' '.join(served.client.output.split())[-_TAIL:]}"}
    found: dict[str, Any] = json.loads(served.told)
    if "missing" in found:
        return {"fault": f"{found['missing']} is not installed beside laneshift: {MISSING}"}
    if "fault" in found and said:
        return {"fault": f"{found['fault']}; the application said: {said}"}
    return found
