"""What a node is: one small typed step of an answer, with what it costs and how long it may take at most.

A node is called on a thread of its own, with an event loop of its own (`crew`): it may compute, and it may await. It
keeps nothing between two calls that changes an answer, for the same input and context give the same output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from laneshift.errors import CheckFailed

In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound="Output")


class Kind(StrEnum):
    """What a node does."""

    MEMORY = "memory"
    """Finds what was known before."""
    ATTENTION = "attention"
    """Chooses what of it matters."""
    THOUGHT = "thought"
    """Concludes something."""
    RISK = "risk"
    """Says what could go wrong."""
    INTENT = "intent"
    """Says what is wanted."""
    ACTION = "action"
    """Says what is to be done, or to be told."""


class Input(BaseModel):
    """What a node is given. What goes in is JSON, so a field is what JSON can say."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Output(BaseModel):
    """What every node gives besides its own fields. `confidence` is how sure it is, `reasons` are for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What one call of a node happens within.

    `run` is the id of the trace, `step` the step of the graph. `traceparent` is for whatever else is asked on behalf
    of this call (W3C Trace Context). `at` is when the question was asked, in unix seconds: the only time that may be
    part of an answer. `seed` is for the choices of this step. `now` is a clock in seconds that only measures, `ends`
    when on it the time is up; `cancelled` says whether anybody still waits.
    """

    run: str
    step: str
    traceparent: str
    at: float
    seed: int
    ends: float
    now: Callable[[], float]
    cancelled: Callable[[], bool]

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when none are."""
        return max(0.0, self.ends - self.now())

    def go_on(self) -> None:
        """For nodes that compute long, now and then: raises `CheckFailed` (`matriz.cut`) when nobody waits any more."""
        if self.cancelled() or self.now() >= self.ends:
            raise CheckFailed("matriz.cut", f"the time of {self.step} is up")


class Node(Protocol[In, Out]):
    """A step of an answer."""

    name: str
    """In small letters and dashes."""
    kind: Kind
    takes: type[In]
    gives: type[Out]
    cost: float
    """Expected milliseconds. A call that is cut after less than this is not held against the node."""
    timeout: float
    """Seconds that a call may take at most; the budget of its stage may be less."""

    async def run(self, given: In, context: Context) -> Out:
        """The output. Whatever it raises is a failure of this call alone."""
        ...


AnyNode = Node[Any, Any]
