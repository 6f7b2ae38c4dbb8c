"""Steps of kind `action`: laneshift's own use cases, called as functions. Each looks first, so a repeat has no effect.

What an action decides by the time or by where a branch is, it pins in the journal before it does anything: a repeat
finds the same plan, the same commits and the same issues instead of making others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from laneshift.errors import Refused
from laneshift.runs.flowing.effects import NOT_DONE, Done, Failed, NotYet, Outcome, Work
from laneshift.runs.flowing.kinds.cutting import cut, in_time
from laneshift.runs.flowing.kinds.given import faults_of, given
from laneshift.runs.flowing.kinds.site import Site

Json = Any
_DIGITS = 40


class Later(Exception):
    """What was asked for goes on elsewhere; ask again after `seconds`."""

    def __init__(self, seconds: float, what: str) -> None:
        super().__init__(what)
        self.seconds = seconds
        self.what = what


@dataclass(frozen=True)
class Acting:
    """What an action has: where it works, and the step that it works for."""

    site: Site
    work: Work

    @property
    def mark(self) -> str:
        """A short name of this attempt, the same however often it is repeated."""
        return hashlib.sha256(f"{self.work.key}#{self.work.attempt}".encode()).hexdigest()[:_DIGITS]

    def cut(self) -> Exception | None:
        """Why the step has to end now, if it has to."""
        return cut(self.work.stopped, self.work.deadline)

    def pinned(self, facts: Callable[[], Mapping[str, Json]]) -> Mapping[str, Json]:
        """What whoever did this attempt first decided; `facts()`, on the disk from now on, if nobody has."""
        journal, name = self.site.shop.journal, f"flow-pins/{self.mark}"
        known = journal.get(name)
        if known is None:
            known = journal.append(name, "flow.pinned", {"step": self.work.key, **facts()}, durable=True)
        return known.facts


@dataclass(frozen=True)
class Action:
    """One use case: the record of its settings, and the function that gives its value. One that `ends_itself` looks at
    its deadline, and has something to do when that comes; any other is cut there."""

    model: type[BaseModel]
    do: Callable[[Acting, Any], Json]
    says: str
    ends_itself: bool = False


def perform(site: Site, work: Work) -> Outcome:
    """Do it; the value is the use case's own. Raises `Refused` for an action that there is not, and as it does; `Late`
    and `Stopped` when it has to end."""
    if work.purpose == "look":
        return Failed(NOT_DONE, "an action looks by itself")
    action, rest = _action(site, work.settings)
    asked = given(action.model, rest)
    do = partial(action.do, Acting(site, work), asked)
    try:
        return Done(do() if action.ends_itself else in_time(work, do))
    except Later as later:
        return NotYet(later.seconds, later.what)


def faults(site: Site, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
    """What is wrong with the settings of an action."""
    try:
        action, rest = _action(site, settings)
    except Refused as error:
        return [("action", f"{error.what}; {error.why}")]
    return faults_of(action.model, rest, open_)


def _action(site: Site, settings: Mapping[str, Json]) -> tuple[Action, dict[str, Json]]:
    name = settings.get("action")
    found = site.actions.get(name) if isinstance(name, str) else None
    if not isinstance(found, Action):
        why = f"there are {', '.join(sorted(site.actions))}"
        raise Refused("flow.action-unknown", f"there is no action {str(name)[:60]!r}", why=why)
    return found, {key: value for key, value in settings.items() if key != "action"}
