"""Who asks, found out by a chain: each resolver knows one kind of credential; the first that finds its kind decides.

A credential that is there and does not hold is a refusal; nobody falls through to another way in. Nothing that a client
says of itself in other headers is read.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Protocol

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection

from laneshift.errors import Refused
from laneshift.server.auth.keys import AccessKeys
from laneshift.server.auth.principal import LOCAL, Principal
from laneshift.server.turns import OnceATurn

_PROVING = 2
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


class Resolver(Protocol):
    """One way in."""

    def configured(self) -> bool:
        """Whether anybody could come in this way. A server that others can reach needs one such way."""
        ...

    async def resolve(self, asked: HTTPConnection) -> Principal | None:
        """Whose credential the request carries; None where it carries none of this kind.

        Raises `Refused` (`access.bad-credential`) for one that does not hold.
        """
        ...


class KeyResolver:
    """Access keys: `Authorization: Bearer lsk_…`."""

    def __init__(self, keys: AccessKeys) -> None:
        self._keys = keys
        # Proving costs memory and time on purpose, so only a few are proved at once.
        self._limiter = CapacityLimiter(_PROVING)
        self._now: OnceATurn[Principal | None] = OnceATurn()

    def configured(self) -> bool:
        """Whether there is a key that counts."""
        return self._keys.configured()

    async def resolve(self, asked: HTTPConnection) -> Principal | None:
        """As the port says."""
        given = [value for name, value in asked.scope["headers"] if name == b"authorization"]
        if not given:
            return None
        scheme, _, text = given[0].decode("latin-1").partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer":
            raise bad_credential()
        text = text.strip()
        if self._keys.store.near:
            found = self._now.get(text, lambda: self._keys.known(text))
        else:
            found = await run_sync(self._keys.known, text)
        if found is None:
            found = await run_sync(self._proved, text, limiter=self._limiter)
        if found is None:
            raise bad_credential()
        return found

    def _proved(self, text: str) -> Principal | None:
        """Of a crowd that comes with a new key, those who waited for their turn find it proved."""
        return self._keys.known(text) or self._keys.prove(text)


class LocalResolver:
    """Whoever is on this machine, while the server listens on loopback alone and nothing was set up to tell them apart.

    As soon as there is an access key, or a passkey, nobody comes in like this: an agent on the same machine could
    otherwise leave its key out and be somebody else.
    """

    def __init__(self, name: str, others: Sequence[Resolver]) -> None:
        self._name = name
        self._others = others

    def configured(self) -> bool:
        """Never: this is what there is before anything was set up."""
        return False

    async def resolve(self, asked: HTTPConnection) -> Principal | None:
        """As the port says. A request that a proxy passed on may come from anywhere, and is not local."""
        client = asked.client
        if client is None or not ipaddress.ip_address(client.host).is_loopback:
            return None
        if any(name in asked.headers for name in _FORWARDED):
            return None
        if any(each.configured() for each in self._others):
            return None
        return Principal("person", self._name, ("operator",), LOCAL)


async def who(resolvers: Sequence[Resolver], asked: HTTPConnection) -> Principal | None:
    """Who asks, by the first resolver that finds its kind of credential; None for nobody. Raises as `resolve` does."""
    for resolver in resolvers:
        found = await resolver.resolve(asked)
        if found is not None:
            return found
    return None


def bad_credential() -> Refused:
    """The error for a credential that does not hold. It is the same for every reason."""
    return Refused("access.bad-credential", "this credential is not known here", cure="laneshift access keys create")
