"""Why the work of a step ends before it is done, and how work in this process is ended.

Nothing ends a thread. So work of that kind has one of its own, behind a door: when its time is over nobody waits for
it any more, and it changes nothing from then on, however late it comes to that.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from laneshift.repo.doors import Door, behind
from laneshift.runs.flowing.effects import Work

T = TypeVar("T")
_LOOK_SECONDS = 0.1


class Late(Exception):
    """The deadline came first."""


class Stopped(Exception):
    """The step was cancelled."""


def cut(stopped: Callable[[], bool], deadline: float | None) -> Exception | None:
    """Why work has to end now, if it has to. `deadline` is in Unix seconds."""
    if stopped():
        return Stopped()
    return Late() if deadline is not None and time.time() >= deadline else None


def in_time(work: Work, do: Callable[[], T]) -> T:
    """What `do` gives. Raises what it raises; `Late` and `Stopped` when `work` has to end, and then it has no effect.

    It is waited for what it is in the midst of changing, and not for its end.
    """
    door, task = Door(), _Task(do)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(task.run, door), name="laneshift-flow-work", daemon=True).start()
    try:
        while not task.ended.wait(_LOOK_SECONDS):
            why = cut(work.stopped, work.deadline)
            if why is not None:
                raise why
    finally:
        door.shut()
    if task.error is not None:
        raise task.error
    return task.found[0]


@dataclass
class _Task(Generic[T]):
    """What a thread does, and what it came to."""

    do: Callable[[], T]
    found: list[T] = field(default_factory=list)
    error: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, door: Door) -> None:
        try:
            with behind(door):
                self.found.append(self.do())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self.error = error
        finally:
            self.ended.set()
