"""What stands before every route: somebody is there, and the policies let them do this."""

from __future__ import annotations

from starlette.requests import Request

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.server.auth.actions import ACTIONS
from laneshift.server.auth.policies import REPOSITORY, Decision, Resource
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.subjects import batch_resource
from laneshift.server.parts import Parts


class Gate:
    """What stands before a route, as one of its dependencies. A route without one is not mounted."""


class Everybody(Gate):
    """Lets everybody through, for a reason: `reason` says why nothing is lost by that."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self) -> None:
        """Nothing to ask."""


class Guarding(Gate):
    """One action, which the policies know."""

    def __init__(self, action: str) -> None:
        """Raises `ValueError` for an action that no policy could name."""
        if action not in ACTIONS:
            raise ValueError(f"{action!r} is no action")
        self.action = action


class Guard(Guarding):
    """Lets through who may do `action` in the repository. As a dependency it gives the `Principal`."""

    async def __call__(self, request: Request) -> Principal:
        """Raises `Refused`: `access.no-credential` where nobody is there, `access.denied` by the policies.

        What stands for the policies that let it through is then in the state of the request, as `policies`.
        """
        # Not in a thread: deciding, and putting it on record, takes little more than waking one.
        principal, state = somebody(request), request.scope["state"]
        decision = await parts_of(request).policy.decided(principal, self.action, REPOSITORY, state["request_id"])
        state["policies"] = decision.policy
        return _if_allowed(principal, decision)


class PlanGuard(Guarding):
    """Lets through who may do `action` with the batch of the plan that the path names. It gives the `Plan`."""

    def __call__(self, request: Request, plan: str) -> Plan:
        """Raises as `Guard` does, and `Refused` (`plan.not-found`) to those who may do it with other plans."""
        somebody(request)
        try:
            found = parts_of(request).plans.load(plan)
        except Refused:
            # Whether a plan exists is told only to those who may do this with plans at all.
            allowed(request, self.action, REPOSITORY)
            raise
        allowed(request, self.action, batch_resource(found))
        return found


def parts_of(request: Request) -> Parts:
    """The parts of the server that the request came to."""
    parts: Parts = request.scope["app"].state.parts
    return parts


def somebody(request: Request) -> Principal:
    """Who asks. Raises `Refused` (`access.no-credential`) for nobody."""
    principal: Principal | None = request.scope["state"]["principal"]
    if principal is None:
        # In words: an example of the header would itself be taken for a secret, and not be told.
        cure = "send an access key in the header Authorization, after the word Bearer; "
        cure += "`laneshift access keys create` makes one"
        raise Refused("access.no-credential", "this is only for those who say who they are", cure=cure)
    return principal


def allowed(request: Request, action: str, resource: Resource) -> Principal:
    """Who asks, if the policies let them do `action` with `resource`; the decision is on record before this returns.

    Raises `Refused`: `access.no-credential`, `access.denied`.
    """
    principal = somebody(request)
    return _if_allowed(
        principal, parts_of(request).policy.decide(principal, action, resource, request.state.request_id)
    )


def _if_allowed(principal: Principal, decision: Decision) -> Principal:
    if not decision.allowed:
        raise Refused(
            "access.denied",
            f"{principal.name} may not {decision.action} here",
            where=decision.resource,
            why=decision.why,
            cure="ask whoever keeps the policies of this repository",
        )
    return principal
