"""How DBOS stores values: as JSON, never as pickles, so that reading a store cannot run code."""

from __future__ import annotations

import json

from dbos import Serializer

from laneshift.runs.engine.port import Json, StepFailed
from laneshift.runs.engine.values import encode


class JsonValues(Serializer):
    """Values as `{"value": ...}`, errors as `{"failed": facts}`."""

    def name(self) -> str:
        """The name that is stored beside each value."""
        return "laneshift-json-1"

    def serialize(self, data: Json | BaseException) -> str:
        """One value or `StepFailed` as text.

        Any other error is raised, not stored: ours are all translated before, so it is an error of the store itself.
        DBOS would remember it as the result of the step whose result could not be written.
        """
        if isinstance(data, StepFailed):
            return encode({"failed": data.facts})
        if isinstance(data, BaseException):
            raise data
        return encode({"value": data})

    def deserialize(self, serialized_data: str) -> Json | StepFailed:
        """The value or error again. An error is returned, not raised."""
        held = json.loads(serialized_data)
        return StepFailed(held["failed"]) if "failed" in held else held["value"]
