"""The one place where it is decided whether somebody may do something: read, decide, record, in this order."""

from __future__ import annotations

import json
from threading import Lock

from laneshift.errors import LaneshiftError
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.policies import Decision, Policies, Resource
from laneshift.server.auth.policy_source import PolicySource
from laneshift.server.auth.principal import Principal
from laneshift.server.kept import Kept

_REMEMBERED = 4096


class PolicyPoint:
    """Decides by the policies of a branch as it is now. When they cannot be used, everything is refused."""

    def __init__(self, source: PolicySource, log: DecisionLog) -> None:
        """Raises `Refused` for policies that cannot be used: a server must not start with them."""
        self._source = source
        self._log = log
        self._lock = Lock()
        self._known: Kept[Decision] = Kept(_REMEMBERED)
        self._tip = source.tip()
        self._found: Policies | LaneshiftError = source.policies(self._tip)

    def decide(self, principal: Principal, action: str, resource: Resource, asked: str) -> Decision:
        """The decision, once it is on record. `asked` names the request. Raises `CheckFailed` when it cannot be."""
        found = self.current()
        if isinstance(found, Policies):
            decision = self._decided(found, principal, action, resource)
        else:
            told = tuple(str(fault) for fault in found.faults) or (found.what,)
            roles, via = principal.roles, principal.via
            decision = Decision(False, principal.id, roles, via, action, str(resource), (), told, "")
        self._log.add(decision, asked)
        return decision

    def _decided(self, policies: Policies, principal: Principal, action: str, resource: Resource) -> Decision:
        """What the policies say; the same question has the same answer until they change."""
        key = (policies.digest, principal, action, resource.type, resource.id, json.dumps(resource.attributes))
        known = self._known.get(key)
        if known is None:
            known = policies.decide(principal, action, resource)
            self._known.put(key, known)
        return known

    def tip(self) -> str:
        """The commit whose policies count. Raises `Refused` when there is none."""
        return self._source.tip()

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
