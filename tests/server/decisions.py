"""Labelled decisions: who asks for what, and `allow`, `nothing` (nothing permits it) or the policy that forbids it.

Written by hand from docs/server.md, not from what the code does.
"""

from __future__ import annotations

Row = tuple[str, str, str, str]

_READING = ("batch.read", "plan.read", "item.read", "journal.read", "event.read", "report.read", "metrics.read")
_OPERATING = ("plan.create", "canary.start", "run.start", "land.start", "ship.start", "rollback.start")
_FREEZING = ("freeze.start", "freeze.end")
_CLAIMING = ("item.claim", "item.release", "item.submit")
_KEYS = ("key.read", "key.create", "key.revoke", "person.enroll", "policy.explain")

LABELLED: list[Row] = [
    # Whoever may read, reads, and does nothing else.
    *(("person ann reader", action, "repository", "allow") for action in _READING),
    *(("person ann reader", action, "core", "nothing") for action in _OPERATING),
    ("person ann reader", "plan.approve", "core", "nothing"),
    ("person ann reader", "key.create", "repository", "nothing"),
    ("person ann reader", "item.claim", "core", "nothing"),
    ("person ann reader", "models.chat", "repository", "nothing"),
    # Whoever operates does not approve, and gives nobody a key.
    *(("person olaf operator", action, "core", "allow") for action in _OPERATING),
    ("person olaf operator", "plan.read", "core", "allow"),
    ("person olaf operator", "request.withdraw", "core", "allow"),
    ("person olaf operator", "models.chat", "repository", "allow"),
    ("person olaf operator", "plan.approve", "core", "nothing"),
    *(("person olaf operator", action, "repository", "nothing") for action in _KEYS),
    # Whoever approves does not operate.
    ("person eva approver", "plan.approve", "core", "allow"),
    ("person eva approver", "approval.read", "core", "allow"),
    ("person eva approver", "run.start", "core", "nothing"),
    ("person eva approver", "land.start", "prod", "nothing"),
    ("person eva approver", "key.revoke", "repository", "nothing"),
    # Roles add up.
    ("person max operator+approver", "plan.approve", "core", "allow"),
    ("person max operator+approver", "land.start", "core", "allow"),
    ("person max operator+approver", "key.create", "repository", "nothing"),
    # Administrators.
    *(("person root admin", action, "repository", "allow") for action in _KEYS),
    ("person root admin", "land.start", "prod", "allow"),
    ("person root admin", "plan.approve", "prod", "allow"),
    # Agents claim and submit; they never approve and keep no keys, whatever their roles.
    *(("agent robot agent", action, "core", "allow") for action in _CLAIMING),
    ("agent robot agent", "item.suggest", "core", "allow"),
    ("agent robot agent", "item.commit", "core", "allow"),
    ("agent shy suggest_only", "item.commit", "core", "guard.suggest-only"),
    ("agent robot agent", "plan.read", "core", "allow"),
    ("agent robot agent", "run.start", "core", "nothing"),
    ("agent robot agent", "plan.approve", "core", "guard.agents-never-approve"),
    ("agent robot approver", "plan.approve", "core", "guard.agents-never-approve"),
    ("agent robot admin", "plan.approve", "core", "guard.agents-never-approve"),
    ("agent robot admin", "key.create", "repository", "guard.agents-keep-no-keys"),
    ("agent robot admin", "person.enroll", "repository", "guard.agents-keep-no-keys"),
    ("agent robot operator", "run.start", "core", "allow"),
    # An agent that may only suggest.
    *(("agent shy suggest_only", action, "core", "guard.suggest-only") for action in (*_CLAIMING, *_OPERATING)),
    ("agent shy suggest_only", "plan.approve", "core", "guard.suggest-only"),
    ("agent shy suggest_only", "request.withdraw", "core", "guard.suggest-only"),
    ("agent shy suggest_only", "index.write", "repository", "guard.suggest-only"),
    ("agent shy suggest_only", "flow.run", "repository", "guard.suggest-only"),
    ("agent shy suggest_only", "item.read", "core", "allow"),
    ("agent shy suggest_only", "item.suggest", "core", "allow"),
    ("agent shy suggest_only", "models.chat", "repository", "allow"),
    ("agent shy suggest_only+agent", "item.claim", "core", "guard.suggest-only"),
    ("agent shy suggest_only+admin", "item.submit", "core", "guard.suggest-only"),
    ("agent shy suggest_only+operator", "land.start", "core", "guard.suggest-only"),
    ("person shy suggest_only+admin", "land.start", "core", "guard.suggest-only"),
    # A key is for its scopes and for nothing else.
    ("person root admin @reading", "plan.read", "core", "allow"),
    ("person root admin @reading", "land.start", "core", "guard.scope"),
    ("person root admin @run.start", "run.start", "core", "allow"),
    ("person root admin @run.start", "plan.read", "core", "guard.scope"),
    ("person root admin @key.read", "key.create", "repository", "guard.scope"),
    ("person ann reader @operating", "run.start", "core", "nothing"),
    ("agent robot agent @claiming", "item.claim", "core", "allow"),
    ("agent robot agent @claiming", "item.suggest", "core", "guard.scope"),
    # A freeze is read by all who read; who operates begins and ends one; an agent never ends one, whatever its roles.
    ("person ann reader", "freeze.read", "repository", "allow"),
    *(("person ann reader", action, "repository", "nothing") for action in _FREEZING),
    *(("person olaf operator", action, "repository", "allow") for action in _FREEZING),
    *(("person eva approver", action, "repository", "nothing") for action in _FREEZING),
    *(("person root admin", action, "repository", "allow") for action in _FREEZING),
    ("agent robot agent", "freeze.start", "repository", "nothing"),
    ("agent robot operator", "freeze.start", "repository", "allow"),
    ("agent robot operator", "freeze.end", "repository", "guard.agents-never-thaw"),
    ("agent robot admin", "freeze.end", "repository", "guard.agents-never-thaw"),
    *(("agent shy suggest_only+admin", action, "repository", "guard.suggest-only") for action in _FREEZING),
    ("agent shy suggest_only", "freeze.read", "repository", "allow"),
    ("person root admin @freeze.start", "freeze.end", "repository", "guard.scope"),
    # Nobody in particular.
    ("person nemo guest", "plan.read", "core", "nothing"),
    ("person nemo guest", "self.read", "repository", "nothing"),
    ("agent nemo guest", "item.claim", "core", "nothing"),
]
"""By the policies that laneshift ships."""

WITH_OWN: list[Row] = [
    ("person nemo guest", "plan.read", "prod", "allow"),
    ("person nemo guest", "run.start", "core", "nothing"),
    ("person olaf operator", "run.start", "core", "allow"),
    ("person olaf operator", "land.start", "core", "allow"),
    ("person olaf operator", "land.start", "prod", "nothing"),
    ("person olaf operator", "plan.create", "repository", "nothing"),
    ("person ada guest", "land.start", "prod", "allow"),
    ("person ada guest", "plan.approve", "prod", "allow"),
    ("person ada guest", "plan.approve", "core", "nothing"),
    ("person ada guest @reading", "plan.approve", "prod", "guard.scope"),
    ("person admin admin", "key.create", "repository", "nothing"),
    ("person boss root", "key.create", "repository", "allow"),
    ("agent boss root", "key.create", "repository", "guard.agents-keep-no-keys"),
    ("agent boss root", "plan.approve", "prod", "guard.agents-never-approve"),
    ("agent boss root+suggest_only", "run.start", "core", "guard.suggest-only"),
    ("agent robot agent", "item.claim", "core", "allow"),
    ("agent other agent", "item.claim", "core", "nothing"),
    ("agent robot suggest_only", "item.claim", "core", "guard.suggest-only"),
    ("agent robot agent @reading", "item.claim", "core", "guard.scope"),
]
"""By the policies of a repository of its own."""
