"""How runs of flows and what happens in them are called: ids, journal keys, and names that engines know. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from laneshift.errors import Refused

ASKED, RETRIED, BEGAN = "flow.asked", "flow.retried", "flow.began"
STEP_BEGAN, STEP_ENDED, FANNED = "flow.step-began", "flow.step-ended", "flow.fanned"
SIGNALLED, TAKEN, CANCEL = "flow.signalled", "flow.signal-taken", "flow.cancel-asked"
FAILING, STOPPING, ENDED = "flow.failing", "flow.stopping", "flow.ended"
PREFIX = "flow/"
POKE = "flow-poke"
"""The topic under which a waiting workflow is woken; what there is to know is in the journal."""

_RUN = re.compile(r"[a-z][a-z0-9_-]{0,47}-[0-9a-f]{12}(\.[a-z][a-z0-9_-]{0,47}(\.[0-9]{1,5})?){0,5}")

Purpose = Literal["do", "undo"]


def new_run(flow: str, key: str = "") -> str:
    """An id for a run of `flow`: the same for the same `key`, one of its own without."""
    return f"{flow}-{hashlib.sha256(key.encode()).hexdigest()[:12] if key else secrets.token_hex(6)}"


def checked(run: str) -> str:
    """The id itself. Raises `Refused` (`flow.bad-run`) for what is no id of a run."""
    if len(run) > 300 or not _RUN.fullmatch(run):
        raise Refused("flow.bad-run", f"{run[:80]!a} is no id of a run", cure="`laneshift flow list-runs` lists them")
    return run


def below(run: str, step: str, index: int | None) -> str:
    """The id of the run of a sub-flow."""
    return f"{run}.{step}" if index is None else f"{run}.{step}.{index}"


def ancestry(run: str) -> list[str]:
    """The run itself and those that it is a part of, as far as ids tell; some of them may be steps of many."""
    parts = run.split(".")
    return [".".join(parts[:number]) for number in range(len(parts), 0, -1)]


def of(run: str, *rest: object) -> str:
    """A journal key of the run."""
    return "/".join((f"{PREFIX}{run}", *map(str, rest)))


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to do: a step of an attempt of a run, one of many of it, or the way back from it."""

    run: str
    attempt: int
    step: str
    index: int | None = None
    purpose: Purpose = "do"

    @property
    def name(self) -> str:
        """Within its run."""
        return self.step if self.index is None else f"{self.step}.{self.index}"

    def key(self, *rest: object) -> str:
        """A journal key."""
        return of(self.run, self.attempt, self.name, self.purpose, *rest)

    @property
    def effect(self) -> str:
        """The effect within its journal; the same however often a process dies."""
        return f"flow/{self.run}/{self.attempt}/{self.name}/{self.purpose}"
