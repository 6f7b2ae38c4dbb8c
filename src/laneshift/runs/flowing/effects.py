"""The port through which a flow changes the world: one piece of work in, one outcome out.

`key` stays the same however often a process is killed, and is handed to whoever is called, so that they can tell a
repeat from a new request. An outcome is data: what fails is told, not raised, so that every engine can remember it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Json = Any
"""A value that `json.dumps` accepts."""


def never() -> bool:
    """Nobody has asked to stop."""
    return False


Purpose = Literal["do", "look", "undo"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A word from outside to a step, by a principal; `id` tells a repeat from a second one."""

    id: str
    name: str
    value: Json
    by: str


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of one step. `settings` have no expressions left; a secret is still `{"env": NAME}`.

    `again` says that an earlier process began the same and nobody saw its end. `deadline` is in Unix seconds, None for
    no end but the kind's own. `stopped` tells whether a person cancelled it meanwhile. `signals` are those that were
    given to this step so far. Whoever is asked to `look` answers `Done` where it was done, and `Failed` with the code
    `flow.not-done` where it has to be done now; to `undo` is to take another step back.
    """

    kind: str
    settings: Mapping[str, Json]
    key: str
    attempt: int = 1
    again: bool = False
    folder: Path | None = None
    deadline: float | None = None
    stopped: Callable[[], bool] = field(default=never)
    signals: tuple[Signal, ...] = ()
    purpose: Purpose = "do"


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

    `signals` are names of signals that it waits for, and that have it asked earlier. None waits for them alone.
    """

    seconds: float | None
    what: str
    signals: tuple[str, ...] = ()


NOT_DONE = "flow.not-done"
"""What a look finds where nothing was done yet."""


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
