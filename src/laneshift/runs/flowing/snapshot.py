"""A run of a flow as text and back, for a store that may lose it or hold anything. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args

from laneshift.flows.machine import FlowState, StepState
from laneshift.runs.flowing.packing import Json
from laneshift.runs.flowing.state import Given, Run, StepAt

VERSION = 1
_STATES: Mapping[str, type[Any]] = {each.__name__: each for each in (*get_args(FlowState), *get_args(StepState))}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run after the record that is its last one, which has the digest `mark`."""

    run: Run
    mark: str


def written(snapshot: Snapshot) -> str:
    """The snapshot as text."""
    run = snapshot.run
    told = {each.name: getattr(run, each.name) for each in fields(run)}
    told["state"] = _state(run.state)
    told["steps"] = [{**asdict(step), "state": _state(step.state)} for step in run.steps.values()]
    told["signals"] = [asdict(given) for given in run.signals]
    return json.dumps({"version": VERSION, "mark": snapshot.mark, "run": told}, separators=(",", ":"))


def read(text: str | bytes) -> Snapshot | None:
    """The snapshot; None for what is none, or was written by another version."""
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            return None
        run = dict(told["run"])
        steps = [
            StepAt(**{**each, "state": _state_of(each["state"]), "waits": tuple(each["waits"])})
            for each in run["steps"]
        ]
        run["steps"] = {(step.name, step.index): step for step in steps}
        run["signals"] = tuple(Given(**each) for each in run["signals"])
        run["state"] = _state_of(run["state"])
        run |= {name: tuple(run[name]) for name in ("waiters", "kept")}
        return Snapshot(Run(**run), str(told["mark"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _state(state: FlowState | StepState) -> dict[str, Json]:
    return {"is": type(state).__name__, **asdict(state)}


def _state_of(told: Mapping[str, Json]) -> Any:
    return _STATES[told["is"]](**{name: value for name, value in told.items() if name != "is"})
