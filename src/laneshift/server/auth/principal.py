"""Who asks. Made by a resolver from what was proved, never from what a request says of itself. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from laneshift.config import is_principal
from laneshift.errors import Refused

Kind = Literal["person", "agent"]
KINDS: tuple[Kind, ...] = ("person", "agent")
LOCAL = "local"
"""How whoever runs a server on loopback without any credential comes in."""

_ROLE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Principal:
    """One person or agent, as proved. `via` is `key:<id>`, `session:<id>` or `local`.

    `scopes` are the actions, or groups of actions, that the credential is for; empty is all that policies allow.
    `owner` is the person who answers for an agent, "" for a person.
    """

    kind: Kind
    name: str
    roles: tuple[str, ...]
    via: str
    scopes: tuple[str, ...] = ()
    owner: str = ""

    @property
    def id(self) -> str:
        """What identifies it in logs, quotas and namespaces: the kind and the name."""
        return f"{self.kind}:{self.name}"

    @property
    def rights(self) -> tuple[str | tuple[str, ...], ...]:
        """All that policies can decide by: two credentials of which this is the same may do the same."""
        how = self.via.partition(":")[0]
        return (self.kind, self.name, tuple(sorted(self.roles)), tuple(sorted(self.scopes)), how, self.owner)

    @property
    def by_browser(self) -> bool:
        """Whether a browser could be made to send the request without its user's will."""
        return not self.via.startswith("key:")


def checked(kind: str, name: str, roles: tuple[str, ...], owner: str) -> Kind:
    """The kind, if these can be those of a principal.

    Raises `Refused` (`access.bad-principal`) for an unknown kind, a name or an owner that cannot name somebody, no role
    or a malformed one, and an agent that nobody answers for.
    """
    found = next((each for each in KINDS if each == kind), None)
    problem = ""
    if found is None:
        problem = f"{kind!r} is neither person nor agent"
    elif not is_principal(name):
        problem = f"{name!r} cannot name a {kind}: write an e-mail address, in ASCII"
    elif not roles or any(not _ROLE.fullmatch(role) for role in roles):
        problem = "roles are one or more names of small letters, digits and underscores"
    elif (kind == "agent") != bool(owner) or (owner and not is_principal(owner)):
        problem = "an agent needs the person who answers for it as its owner, and a person has none"
    if found is None or problem:
        raise Refused("access.bad-principal", problem, cure="laneshift access keys create --help")
    return found
