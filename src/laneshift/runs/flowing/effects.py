"""The port through which a flow changes the world: one piece of work in, one outcome out.

`key` stays the same however often a process is killed, and is handed to whoever is called, so that they can tell a
repeat from a new request. An outcome is data: what fails is told, not raised, so that every engine can remember it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Json = Any
"""A value that `json.dumps` accepts."""


def never() -> bool:
    """Nobody has asked to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of one step. `settings` have no expressions left; a secret is still `{"env": NAME}`.

    `again` says that an earlier process began the same and nobody saw its end. `deadline` is in Unix seconds, None for
    no end but the kind's own. `stopped` tells whether a person cancelled it meanwhile.
    """

    kind: str
    settings: Mapping[str, Json]
    key: str
    attempt: int = 1
    again: bool = False
    folder: Path | None = None
    deadline: float | None = None
    stopped: Callable[[], bool] = field(default=never)


@dataclass(frozen=True, slots=True)
class Done:
    """It is done. `value` is what later steps may refer to."""

    value: Json


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed. `code` is stable, so that a step can say which failures are tried again."""

    code: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It did not end in its time and was stopped."""

    what: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It was asked to stop, and did."""

    what: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """It cannot be done at this moment, and nothing is wrong: ask again after `seconds`, as the same attempt.

    With `signal`, that signal of a person who may is an answer as well, and ends the step.
    """

    seconds: float
    what: str
    signal: str = ""


Outcome = Done | Failed | TimedOut | Cancelled | NotYet


class Effects(Protocol):
    """All kinds of steps that reach the world."""

    def perform(self, work: Work) -> Outcome:
        """Do the work, or see that it is done. Raises nothing that is the fault of what is called."""
        ...

    def faults(self, kind: str, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
        """What is wrong with the settings of a step: pairs of a dotted place and the fault.

        `open_` says of a value that an expression stands there, whose result nobody knows yet: it is not judged.
        """
        ...
