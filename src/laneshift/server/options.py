"""How one server is asked to be. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import Refused

MIB = 2**20
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Options:
    """Where a server listens and what it lets in.

    `names` are host names that clients may use besides the address itself. `body` is the most bytes of one request,
    `connections` how many there may be at once. A head has to be whole within `head_seconds`; a body within
    `body_seconds` and what a slow line takes for its size. `require_key` refuses whoever comes without a credential,
    also on this machine. `enroll` names an administrator who is to be given a link for their first passkey.
    """

    host: str = "127.0.0.1"
    port: int = 8321
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    private: Path | None = None
    require_key: bool = False
    work: bool = False
    body: int = 8 * MIB
    body_seconds: float = 15.0
    head_seconds: float = 20.0
    connections: int = 2000
    enroll: str = ""

    def __post_init__(self) -> None:
        """Raise `Refused` (`serve.bad-option`) for what no server could be."""
        problem = ""
        if not 0 <= self.port <= 65_535:
            problem = f"{self.port} is no port"
        elif not _is_address(self.host) and not _NAME.fullmatch(self.host):
            problem = f"{self.host!r} is no address to listen at"
        elif (self.certificate is None) != (self.private is None):
            problem = "a certificate and its private key go together"
        elif wrong := [name for name in self.names if not _NAME.fullmatch(name)]:
            problem = f"{wrong[0]!r} is no host name"
        if problem:
            raise Refused("serve.bad-option", problem, cure="laneshift serve --help")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or (_is_address(self.host) and ipaddress.ip_address(self.host).is_loopback)

    @property
    def hosts(self) -> frozenset[str]:
        """What the `Host` of a request may be, without its port."""
        own = {name.lower() for name in (self.host, *self.names)}
        return frozenset(own | {"localhost", "127.0.0.1", "::1"} if self.loopback else own)

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "https" if self.certificate is not None else "http"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
