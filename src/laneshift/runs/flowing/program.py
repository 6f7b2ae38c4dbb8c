"""The program that the durable engine runs for flows: its workflows, and its steps by name."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.runs.engine.port import Program, Step
from laneshift.runs.flowing.attempts import Attempts
from laneshift.runs.flowing.effects import Effects
from laneshift.runs.flowing.parts import Parts
from laneshift.runs.flowing.trying import Trying, now_ms
from laneshift.runs.flowing.workflow import WORKFLOWS
from laneshift.runs.workshop import Workshop

STORE = "flows"
"""What the engine's store for all flows of a repository is called."""


def flow_program(
    shop: Workshop, effects: Effects, clock: Callable[[], int] = now_ms, parked: set[str] | None = None
) -> Program:
    """Everything that can happen in a flow. `parked` is kept to what waits in this process, by `Place.effect`."""
    attempts, parts, trying = Attempts(shop), Parts(shop, clock), Trying(shop, effects, clock, parked)
    recorded: dict[str, Step] = {
        "flow-opened": attempts.opened,
        "flow-stopping": attempts.stopping,
        "flow-taking-back": attempts.taking_back,
        "flow-ended": attempts.ended,
        "flow-attempt": trying.attempt,
        "flow-fanned": parts.fanned,
        "flow-joined": parts.joined,
        "flow-part": parts.part,
        "flow-part-ended": parts.part_ended,
        "flow-part-back": parts.part_back,
    }
    asked: dict[str, Step] = {"flow-again": trying.again, "flow-look": trying.look}
    return Program(WORKFLOWS, {**recorded, **asked}, frozenset({"flow-attempt", "flow-again"}), frozenset(recorded))
