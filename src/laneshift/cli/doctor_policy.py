"""`laneshift doctor --policy ACTION`: what the policies would decide, and which of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.errors import Refused
from laneshift.runs.flowing.library import Library, no_flow
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.workshop import Workshop
from laneshift.server.auth.actions import ACTIONS
from laneshift.server.auth.opened_log import log_of
from laneshift.server.auth.policies import REPOSITORY, Resource
from laneshift.server.auth.policy_source import source_of
from laneshift.server.auth.principal import Principal, checked
from laneshift.server.auth.subjects import batch_resource, flow_resource


def explain(talk: Session, action: str, who: str, roles: Sequence[str], plan: str, flow: str = "") -> int:
    """Tell what `who`, as `person:EMAIL` or `agent:EMAIL`, may do by the policies as they are now. 1 for a refusal.

    It is 1 as well when this month's log of decisions is not what was recorded.

    It is asked about the batch of `plan`, about `flow`, or about the repository where both are empty.
    Raises `Refused` for an action that there is none of, a principal, batch or flow that is none, both of the latter at
    once, and policies that are broken.
    """
    if action not in ACTIONS:
        cure = f"one of: {', '.join(sorted(ACTIONS))}"
        raise Refused("policy.no-action", f"there is no action {action!r}", cure=cure)
    kind, _, name = who.partition(":")
    owner = name if kind == "agent" else ""
    principal = Principal(checked(kind, name, tuple(roles), owner), name, tuple(roles), "key:doctor", (), owner)
    shop = opened(talk)
    source = source_of(shop)
    policies = source.policies(source.tip())
    found = policies.decide(principal, action, _resource(shop, plan, flow))
    harmed = log_of(shop).check()
    data = {
        "allowed": found.allowed,
        "principal": found.principal,
        "roles": list(found.roles),
        "action": action,
        "resource": found.resource,
        "policies": list(found.policies),
        "errors": list(found.errors),
        "why": found.why,
        "origin": policies.origin,
        "digest": policies.digest,
        "log": harmed,
    }

    def show(console: Console) -> None:
        word = "may" if found.allowed else "may not"
        console.print(f"{found.principal} {word} {action} on {found.resource}", markup=False, soft_wrap=True)
        console.print(f"  why: {found.why}", markup=False, soft_wrap=True)
        console.print(f"  policies: {policies.origin}, {policies.digest}", markup=False, soft_wrap=True)
        for each in harmed:
            console.print(f"  the log of decisions was changed: {each}", markup=False, soft_wrap=True)

    talk.result(data, show, "laneshift access keys list")
    return 0 if found.allowed and not harmed else 1


def _resource(shop: Workshop, plan: str, flow: str) -> Resource:
    """What the question is about, as the server would ask it."""
    if plan and flow:
        cure = "ask about one of the two: --batch or --flow"
        raise Refused("policy.two-resources", "an action is about a batch or about a flow", cure=cure)
    if plan:
        return batch_resource(shop.plans.load(plan))
    if not flow:
        return REPOSITORY
    if flow not in Library(shop.repository, revision=landing_tip(shop)).names():
        raise no_flow(flow)
    return flow_resource(flow)
