"""What actions are about, as policies see it. Pure."""

from __future__ import annotations

from laneshift.runs.plan import Plan
from laneshift.server.auth.policies import Resource


def batch_resource(plan: Plan) -> Resource:
    """The batch of a plan, as policies see it."""
    lanes = sorted({item.lane for item in plan.items if item.lane})
    target = plan.target.removeprefix("refs/heads/")
    told = {"name": plan.batch, "lanes": lanes, "author": plan.author_email, "target": target}
    return Resource("Batch", plan.batch, told)


def flow_resource(name: str) -> Resource:
    """The flow with this name, as policies see it."""
    return Resource("Flow", name, {"name": name})
