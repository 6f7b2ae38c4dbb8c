"""Everything that a principal can ask for, in groups. Policies and scopes name either. Pure."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "reading": (
        *("batch.read", "plan.read", "item.read", "approval.read", "train.read", "request.read", "rollback.read"),
        *("journal.read", "report.read", "event.read", "lane.read", "claim.read", "metrics.read", "self.read"),
        *("flow.read", "index.read", "trace.read", "change.read", "freeze.read"),
    ),
    "operating": (
        *("plan.create", "canary.start", "run.start", "land.start", "ship.start", "rollback.start"),
        *("request.withdraw", "flow.run", "flow.signal", "flow.cancel", "flow.retry"),
        *("freeze.start", "freeze.end"),
    ),
    "approving": ("plan.approve",),
    "suggesting": ("item.suggest",),
    "claiming": ("item.claim", "item.release", "item.submit"),
    "committing": ("item.commit",),
    "administering": ("key.read", "key.create", "key.revoke", "person.enroll", "policy.explain"),
    "asking": ("models.list", "models.chat", "models.embed", "dream.create", "dream.read"),
    "remembering": ("index.write",),
}
"""Each group with its actions. An action is in one group only."""

ACTIONS = frozenset(action for actions in GROUPS.values() for action in actions)


def covers(scopes: tuple[str, ...], action: str) -> bool:
    """Whether a credential for `scopes` is for `action`: no scopes are no limit."""
    return not scopes or action in scopes or any(action in GROUPS.get(scope, ()) for scope in scopes)


def unknown(scopes: tuple[str, ...]) -> list[str]:
    """Those of `scopes` that name neither an action nor a group."""
    return [scope for scope in scopes if scope not in ACTIONS and scope not in GROUPS]
