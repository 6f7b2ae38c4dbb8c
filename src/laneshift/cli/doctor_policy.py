"""`laneshift doctor --policy ACTION`: what the policies would decide, and which of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.errors import Refused


def explain(talk: Session, action: str, who: str, roles: Sequence[str], plan: str) -> int:
    """Tell what `who`, as `person:EMAIL` or `agent:EMAIL`, may do by the policies as they are now. 1 for a refusal.

    It is 1 as well when this month's log of decisions is not what was recorded.

    Raises `Refused` for an action that there is none of, a principal that is none, and policies that are broken.
    """
    from laneshift.server.auth.actions import ACTIONS
    from laneshift.server.auth.opened_log import log_of
    from laneshift.server.auth.policies import REPOSITORY
    from laneshift.server.auth.policy_source import source_of
    from laneshift.server.auth.principal import Principal, checked
    from laneshift.server.auth.subjects import batch_resource

    if action not in ACTIONS:
        cure = f"one of: {', '.join(sorted(ACTIONS))}"
        raise Refused("policy.no-action", f"there is no action {action!r}", cure=cure)
    kind, _, name = who.partition(":")
    owner = name if kind == "agent" else ""
    principal = Principal(checked(kind, name, tuple(roles), owner), name, tuple(roles), "key:doctor", (), owner)
    shop = opened(talk)
    source = source_of(shop)
    policies = source.policies(source.tip())
    resource = batch_resource(shop.plans.load(plan)) if plan else REPOSITORY
    found = policies.decide(principal, action, resource)
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
