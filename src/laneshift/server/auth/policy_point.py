"""The one place where it is decided whether somebody may do something: read, decide, record, in this order."""

from __future__ import annotations

import json
from threading import Lock

from laneshift.errors import LaneshiftError
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.decision_turns import DecisionTurns
from laneshift.server.auth.policies import Decision, Policies, Resource
from laneshift.server.auth.policy_source import PolicySource
from laneshift.server.auth.principal import Principal
from laneshift.server.kept import Kept
from laneshift.server.turns import OnceATurn

_REMEMBERED = 4096


class PolicyPoint:
    """Decides by the policies of a branch as it is now. When they cannot be used, everything is refused."""

    def __init__(self, source: PolicySource, log: DecisionLog) -> None:
        """Raises `Refused` for policies that cannot be used: a server must not start with them."""
        self._source = source
        self._log = log
        self._turns = DecisionTurns(log)
        self._now: OnceATurn[Policies | LaneshiftError] = OnceATurn()
        self._lock = Lock()
        self._known: Kept[Decision] = Kept(_REMEMBERED)
        self._tip = source.tip()
        self._found: Policies | LaneshiftError = source.policies(self._tip)

    def decide(self, principal: Principal, action: str, resource: Resource, asked: str) -> Decision:
        """The decision, once it is on record. `asked` names the request. Raises `CheckFailed` when it cannot be."""
        decision = self._judged(self.current(), principal, action, resource)
        self._log.add(decision, asked)
        return decision

    async def decided(self, principal: Principal, action: str, resource: Resource, asked: str) -> Decision:
        """As `decide`, in the event loop: requests that are at hand together are put on record together."""
        decision = self._judged(self._now.get(None, self.current), principal, action, resource)
        await self._turns.add(decision, asked)
        return decision

    def would(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether it would be allowed now, so that a page offers it or does not. It lets nobody do it."""
        return self._judged(self.current(), principal, action, resource).allowed

    def _judged(
        self, found: Policies | LaneshiftError, principal: Principal, action: str, resource: Resource
    ) -> Decision:
        if isinstance(found, Policies):
            return self._decided(found, principal, action, resource)
        told = tuple(str(fault) for fault in found.faults) or (found.what,)
        roles, via = principal.roles, principal.via
        return Decision(False, principal.id, roles, via, action, str(resource), (), told, "")

    def _decided(self, policies: Policies, principal: Principal, action: str, resource: Resource) -> Decision:
        """What the policies say; the same question has the same answer until they change."""
        key = (policies.digest, principal, action, resource.type, resource.id, _text(resource))
        known = self._known.get(key)
        if known is None:
            known = policies.decide(principal, action, resource)
            self._known.put(key, known)
        return known

    def tip(self) -> str:
        """The commit whose policies count. Raises `Refused` when there is none."""
        return self._source.tip()

    def digest(self) -> str:
        """What stands for the policies of this moment; "" where they cannot be used."""
        found = self._now.get(None, self.current)
        return found.digest if isinstance(found, Policies) else ""

    def current(self) -> Policies | LaneshiftError:
        """The policies as they are now, or why they cannot be used."""
        with self._lock:
            try:
                tip = self._source.tip()
                if tip != self._tip:
                    self._tip = tip
                    self._found = self._source.policies(tip)
            except LaneshiftError as error:
                self._tip, self._found = "", error
            return self._found


def _text(resource: Resource) -> str:
    return json.dumps(resource.attributes) if resource.attributes else ""
