"""Flows as a server knows them: by the branch that batches land on, read again when it moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from laneshift.errors import Refused
from laneshift.flows.model import Flow
from laneshift.runs.flowing import records
from laneshift.runs.flowing.library import Found, Library, no_flow
from laneshift.runs.flowing.state import Run
from laneshift.runs.landing_branch import landing_tip
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.subjects import flow_resource
from laneshift.server.guard import Guarding, allowed, parts_of, somebody
from laneshift.server.parts import Parts

_APPROVE = "approve"
"""What an approval waits for where it does not say."""


class FlowGuard(Guarding):
    """Lets through who may do `action` with the flow that the path names. It gives what there is by that name."""

    def __call__(self, request: Request, flow: str) -> Found:
        """Raises as `Guard` does, and `Refused` (`flow.unknown`) to those who may do it with that flow."""
        somebody(request)
        allowed(request, self.action, flow_resource(flow[:100]))
        return found_in(parts_of(request), flow)


class FlowRunGuard(Guarding):
    """Lets through who may do `action` with the flow of the run that the path names. It gives the `Run`."""

    def __call__(self, request: Request, run: str) -> Run:
        """Raises as `Guard` does, and `Refused` (`flow.no-run`)."""
        somebody(request)
        try:
            found = parts_of(request).flows.of(run)
        except Refused:
            # Whether a run exists is told only to those who may do this at all.
            allowed(request, self.action, REPOSITORY)
            raise
        allowed(request, self.action, flow_resource(found.flow))
        return found


def library(parts: Parts) -> Library:
    """The definitions that count now. Raises `Refused` where there is no such branch."""
    return Library(parts.shop.repository, revision=landing_tip(parts.shop))


def every(parts: Parts) -> tuple[Found, ...]:
    """Every definition, judged; kept as long as the branch stays where it is."""
    own = library(parts)
    kept = parts.computed.get(("flows", own.revision))
    if kept is None:
        kept = {"flows": tuple(own.all())}
        parts.computed.put(("flows", own.revision), kept)
    found: tuple[Found, ...] = kept["flows"]
    return found


def found_in(parts: Parts, name: str) -> Found:
    """The definition with this name. Raises `Refused` (`flow.unknown`)."""
    for each in every(parts):
        if each.name == name:
            return each
    raise no_flow(name)


def pinned(parts: Parts, run: Run) -> Flow:
    """The definition that a run goes by, whatever became of the file since. Raises as the store does."""
    return records.pinned(parts.shop.store, run.digest)


def is_approval(parts: Parts, run: Run, signal: str) -> bool:
    """Whether the signal says yes in the name of a person: a step of kind approval waits for it, or may."""
    for settings in _approvals(parts, run):
        waits = settings.get("signal", _APPROVE)
        if waits == signal or not isinstance(waits, str) or "${" in waits:
            return True
    return False


def _approvals(parts: Parts, run: Run) -> Iterator[dict[str, Any]]:
    return (dict(step.settings) for step in pinned(parts, run).steps if step.kind == "approval")
