"""Landing on a git remote: its tip is the base, a push with a lease moves it, and what it shows afterwards counts.

The order is: looked at, intent recorded, pushed, looked at again, observation recorded. Until then the push is in
doubt, and `resume` finds out what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from laneshift.errors import CheckFailed, LaneshiftError
from laneshift.evidence.canonical import canonical
from laneshift.landing.pushing import Move, Moved, holds, move_target, tip_of, unknown
from laneshift.landing.sight import recovery_ref
from laneshift.landing.swap import anchor
from laneshift.landing.train import Train
from laneshift.repo.remotes import find
from laneshift.runs.approving import require_at
from laneshift.runs.engine import fence
from laneshift.runs.freezing import refuse_frozen
from laneshift.runs.plan import Plan
from laneshift.runs.waiving import require_waivers
from laneshift.runs.workshop import Workshop


class RemoteLanding:
    """The landings of one plan on one remote."""

    def __init__(self, shop: Workshop, plan: Plan, name: str) -> None:
        self._shop = shop
        self._plan = plan
        self._remote = find(shop.repository, name)

    def tip(self) -> str:
        """The commit of the remote's target, brought here. Raises what the remote's state calls for.

        `CheckFailed` (`remote.landed-late`) when an earlier push, of which nothing had been seen, is in it after all:
        what it brought must be recorded before anything else is built on it.
        """
        tip = tip_of(self._shop.repository, self._remote, self._plan.target)
        state = self._shop.state(self._plan)
        late = next((push for push in state.pushes if holds(self._shop.repository, tip, push["new"])), None)
        if late is not None:
            facts = {"plan": self._plan.id, "new": late["new"]}
            self._append(late["key"], "doubted", late["new"], "land.doubted", facts)
            raise CheckFailed(
                "remote.landed-late",
                f"an earlier push of {self._plan.batch} has arrived on {self._remote.name} after all",
                where=late["new"],
                cure="laneshift resume, which records it; then land again",
            )
        return tip

    def swap(self, key: str, train: Train, revert: str) -> str:
        """Push the train unless it is there. Gives its tip when the target holds it, or what it holds instead.

        Raises `NeedsPerson` when nobody approves of it any more, landings are frozen, and (`remote.unknown`) when
        nobody can tell what became of it, and the error that the remote's refusal means.
        """
        move = Move(self._plan.target, train.base, train.tip, recovery_ref(key, train.tip))
        facts = {
            "plan": self._plan.id,
            "key": key,
            "remote": self._remote.name,
            "target": move.target,
            "old": move.old,
            "new": move.new,
            "tree": train.tree,
            "recovery": move.recovery,
            "revert": revert,
        }

        def intend() -> None:
            refuse_frozen(self._shop, self._plan.id)
            require_at(self._shop, self._plan, key, train.base, train.tip)
            require_waivers(self._shop, self._plan, f"{key}/swap", train)
            details = self._shop.store.put(canonical(asdict(train)), durable=True)
            self._append(key, "intended", train.tip, "land.intended", {**facts, "details": details})
            refuse_frozen(self._shop, self._plan.id)
            fence.check()

        begun = self._shop.journal.records(prefix=f"{key}/intended/{train.tip}/")
        try:
            moved = move_target(self._shop.repository, self._remote, move, intend)
        except LaneshiftError as error:
            if not begun or error.code == "remote.unknown":
                raise
            raise unknown(self._remote.name, move, error.what) from error
        self.observe(key, facts, moved)
        if moved.error is not None:
            raise moved.error
        return moved.there

    def observe(self, key: str, facts: Mapping[str, Any], moved: Moved) -> None:
        """Record what was seen of a push; keep both ends of the way back when it landed."""
        if moved.there == facts["new"]:
            anchor(self._shop.repository, self._plan.batch, facts["new"], facts["revert"])
        told = {name: facts[name] for name in ("plan", "key", "remote", "target", "old", "new", "tree")}
        self._append(key, "observed", facts["new"], "land.observed", {**told, "there": moved.there})

    def _append(self, key: str, what: str, tip: str, kind: str, facts: Mapping[str, Any]) -> None:
        """A record of its own each time: a push may be tried, and looked at, more than once."""
        prefix = f"{key}/{what}/{tip}/"
        number = len(self._shop.journal.records(prefix=prefix))
        self._shop.journal.append(f"{prefix}{number}", kind, facts, durable=True)
