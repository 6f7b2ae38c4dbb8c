"""Gate `routes`: every operation of the application's OpenAPI document answers a valid request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.gates.app import OnApp, app_inputs, asked
from laneshift.gates.context import Change, Ports
from laneshift.gates.faults import routes as faults
from laneshift.gates.verdict import Verdict, counted, errored


class Routes(OnApp):
    """An operation is good when a generated valid request is answered by anything but 404, 405 and 5xx."""

    id = "routes"
    description = "every operation of the application answers a generated valid request without 404, 405 or 5xx"
    cost = 15.0
    plant = staticmethod(faults.plant)

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """The tree, the application and how often it is asked."""
        return {**app_inputs(change), "cases": change.settings.gates.routes.cases}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed names each operation and how it answered; errored without an answer or without operations."""
        told, output = asked(change, ports, "routes", {"cases": change.settings.gates.routes.cases})
        if "fault" in told:
            return errored(self.id, told["fault"], output)
        operations: dict[str, str] = told["operations"]
        if not operations:
            return errored(self.id, "the OpenAPI document has no operation", output)
        bad = tuple(f"{name}: {answer}" for name, answer in sorted(operations.items()) if answer)
        return counted(self.id, len(operations), bad, "operations", output)
