"""Whether what lasts may go on: the credential that it began with still holds, and so do the policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from laneshift.errors import LaneshiftError
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.policy_point import PolicyPoint
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.resolvers import Resolver, who


@dataclass
class Standing:
    """`principal` may do `action` by the policies with the digest `policies`, until it is found otherwise."""

    resolvers: Sequence[Resolver]
    policy: PolicyPoint
    principal: Principal
    action: str
    policies: str

    async def holds(self, request: Request) -> bool:
        """Whether it is so now. The policies are asked again, and that is put on record, when they have changed."""
        try:
            if await who(self.resolvers, request) != self.principal:
                return False
            now = self.policy.digest()
            if now != self.policies:
                asked: str = request.state.request_id
                if not (await self.policy.decided(self.principal, self.action, REPOSITORY, asked)).allowed:
                    return False
                self.policies = now
        except LaneshiftError:
            return False
        return True
