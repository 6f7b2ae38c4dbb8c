"""The states of a flow and of a step, each a type of its own whose methods are the transitions that there are.

What must not happen cannot be written: a step that is done has no way to fail, and a flow that ended well no way on. A
step is taken back only after it was done, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Json = Any
Bad = Literal["failed", "cancelled", "timed-out"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Its condition did not hold."""

    name: ClassVar[str] = "skipped"


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed and is tried no more."""

    code: str
    what: str
    name: ClassVar[str] = "failed"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A person ended it, or its flow ended before it began."""

    name: ClassVar[str] = "cancelled"


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Its time was over."""

    name: ClassVar[str] = "timed-out"


@dataclass(frozen=True, slots=True)
class Undone:
    """It was done and has been taken back."""

    name: ClassVar[str] = "undone"


@dataclass(frozen=True, slots=True)
class NotUndone:
    """It was done, and taking it back failed."""

    code: str
    what: str
    name: ClassVar[str] = "not-undone"


@dataclass(frozen=True, slots=True)
class Undoing:
    """It is being taken back."""

    name: ClassVar[str] = "undoing"

    def undone(self) -> Undone:
        """That succeeded."""
        return Undone()

    def failed(self, code: str, what: str) -> NotUndone:
        """That failed and is tried no more."""
        return NotUndone(code, what)


@dataclass(frozen=True, slots=True)
class Done:
    """It was done; all that can happen to it is that it is taken back."""

    value: Json
    name: ClassVar[str] = "done"

    def taken_back(self) -> Undoing:
        """Its flow did not end well."""
        return Undoing()


@dataclass(frozen=True, slots=True)
class Working:
    """It is at work, for the `attempt`th time."""

    attempt: int
    name: ClassVar[str] = "working"

    def done(self, value: Json) -> Done:
        """It succeeded."""
        return Done(value)

    def failed(self, code: str, what: str) -> Failed:
        """It failed, and that was the last attempt."""
        return Failed(code, what)

    def paused(self) -> Paused:
        """It failed and will be tried again."""
        return Paused(self.attempt)

    def waits(self) -> Waiting:
        """It cannot go on by itself."""
        return Waiting(self.attempt)

    def timed_out(self) -> TimedOut:
        """It did not end in its time."""
        return TimedOut()

    def cancelled(self) -> Cancelled:
        """It was asked to stop and did."""
        return Cancelled()


@dataclass(frozen=True, slots=True)
class Waiting:
    """It waits for a signal, a time, or an answer of a person."""

    attempt: int
    name: ClassVar[str] = "waiting"

    def signalled(self) -> Working:
        """Something came, and it looks again."""
        return Working(self.attempt)

    def timed_out(self) -> TimedOut:
        """Nothing came in its time."""
        return TimedOut()

    def cancelled(self) -> Cancelled:
        """A person ended it."""
        return Cancelled()


@dataclass(frozen=True, slots=True)
class Paused:
    """It failed, and waits until it is tried again."""

    attempt: int
    name: ClassVar[str] = "paused"

    def began(self) -> Working:
        """The next attempt."""
        return Working(self.attempt + 1)

    def timed_out(self) -> TimedOut:
        """Its flow's time was over first."""
        return TimedOut()

    def cancelled(self) -> Cancelled:
        """A person ended it."""
        return Cancelled()


@dataclass(frozen=True, slots=True)
class Pending:
    """It has not begun."""

    name: ClassVar[str] = "pending"

    def began(self) -> Working:
        """The first attempt."""
        return Working(1)

    def skipped(self) -> Skipped:
        """Its condition does not hold."""
        return Skipped()

    def failed(self, code: str, what: str) -> Failed:
        """It cannot even begin: what it is given has no value."""
        return Failed(code, what)

    def timed_out(self) -> TimedOut:
        """Its flow's time was over first."""
        return TimedOut()

    def cancelled(self) -> Cancelled:
        """Its flow ended first."""
        return Cancelled()


StepState = (
    Pending | Working | Paused | Waiting | Done | Skipped | Failed | Cancelled | TimedOut | Undoing | Undone | NotUndone
)


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The flow ended well. Nothing follows."""

    name: ClassVar[str] = "done"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The flow ended otherwise; a person may have it tried again."""

    name: Bad

    def retried(self) -> Asked:
        """A new attempt, which keeps what is done."""
        return Asked()


@dataclass(frozen=True, slots=True)
class Stopping:
    """Steps are being taken back, in reverse order."""

    end: Bad
    name: ClassVar[str] = "undoing"

    def ended(self) -> Stopped:
        """All of them were, or could not be."""
        return Stopped(self.end)


@dataclass(frozen=True, slots=True)
class Running:
    """Steps are worked on or waited for."""

    name: ClassVar[str] = "working"

    def succeeded(self) -> Succeeded:
        """Every step was done or skipped, or may fail."""
        return Succeeded()

    def stopping(self, end: Bad) -> Stopping:
        """No step begins any more."""
        return Stopping(end)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked for it and nobody has begun."""

    name: ClassVar[str] = "asked"

    def began(self) -> Running:
        """A worker has it."""
        return Running()

    def ended(self, end: Bad) -> Stopped:
        """It ended before it began."""
        return Stopped(end)


FlowState = Asked | Running | Stopping | Stopped | Succeeded
