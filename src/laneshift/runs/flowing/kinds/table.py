"""All kinds of steps that reach the world, as the one port through which a flow asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from laneshift.errors import LaneshiftError, Refused
from laneshift.runs.flowing.effects import Cancelled, Failed, NotYet, Outcome, TimedOut, Work
from laneshift.runs.flowing.kinds import acting, approval_wait, command_run, gate_check, http_call, model_call
from laneshift.runs.flowing.kinds.cutting import Late, Stopped
from laneshift.runs.flowing.kinds.given import faults_of
from laneshift.runs.flowing.kinds.hiding import hidden, secrets_of
from laneshift.runs.flowing.kinds.site import Site

Json = Any
_TURN_SECONDS = 3.0
_ELSEWHERE = frozenset({"lock.held", "engine.lease-lost", "request.open"})
"""Another process has its turn; this one waits for it."""


def nothing(_site: Site, _settings: Mapping[str, Json], _open: Callable[[Json], bool]) -> list[tuple[str, str]]:
    """The record sees every fault."""
    return []


@dataclass(frozen=True)
class _Kind:
    """One kind: the record of its settings, how it works, and faults that the record cannot see."""

    model: type[BaseModel]
    perform: Callable[[Site, Work], Outcome]
    more: Callable[[Site, Mapping[str, Json], Callable[[Json], bool]], list[tuple[str, str]]] = nothing


_KINDS: Mapping[str, _Kind] = {
    "command": _Kind(command_run.Command, command_run.perform),
    "http": _Kind(http_call.Http, http_call.perform, http_call.faults),
    "model": _Kind(model_call.Model, model_call.perform, http_call.faults),
    "gate": _Kind(gate_check.Gate, gate_check.perform, gate_check.faults),
    "approval": _Kind(approval_wait.Approval, approval_wait.perform),
}
ACTION = "action"
KINDS = (*_KINDS, ACTION)


class Table:
    """Fulfils `effects.Effects` for one repository."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def perform(self, work: Work) -> Outcome:
        """Do the work. What is expected to go wrong is an outcome; no secret that the step names is in any."""
        try:
            outcome = self._performed(work)
        except Late:
            outcome = TimedOut("it did not end in its time")
        except Stopped:
            outcome = Cancelled("it was ended because the step was cancelled")
        except LaneshiftError as error:
            outcome = _told(error)
        return hidden(outcome, secrets_of(work.settings, self._site.environ))

    def faults(self, kind: str, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
        """As the port says; of a kind that there is not, that."""
        if kind == ACTION:
            return acting.faults(self._site, settings, open_)
        known = _KINDS.get(kind)
        if known is None:
            return [("kind", f"there is no kind {kind!r} of steps; there are {', '.join(KINDS)}")]
        return [*faults_of(known.model, settings, open_), *known.more(self._site, settings, open_)]

    def _performed(self, work: Work) -> Outcome:
        if work.kind == ACTION:
            return acting.perform(self._site, work)
        known = _KINDS.get(work.kind)
        if known is None:
            raise Refused("flow.kind-unknown", f"there is no kind {work.kind!r} of steps", why=", ".join(KINDS))
        return known.perform(self._site, work)


def _told(error: LaneshiftError) -> Outcome:
    if error.code in _ELSEWHERE:
        return NotYet(_TURN_SECONDS, error.what)
    faults = (f"{each.where}: {each.what}" if each.code == error.code else str(each) for each in error.faults[:5])
    why = "; ".join(filter(None, (error.why, *faults)))
    return Failed(error.code, error.what, why)
