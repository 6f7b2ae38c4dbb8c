"""Which addresses a step may call: public ones, and those of hosts that the settings name. Pure, but for resolving."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from laneshift.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: `path` with the query, `allowed` whether the settings name the host."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool

    @property
    def authority(self) -> str:
        """As the header `Host` says it."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == _PORTS[self.scheme] else f"{shown}:{self.port}"


def place_of(url: str, private_hosts: Collection[str]) -> Place:
    """Where `url` leads. Raises `Refused` (`flow.http-address`) for what is no plain http(s) URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(url, str(error)) from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _refused(url, "a step calls http and https alone")
    if "@" in parts.netloc or parts.fragment:
        raise _refused(url, "it has a user name or a fragment; credentials go into a header, as { env = NAME }")
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _refused(url, "it is too long, or has characters that a URL writes as %xx")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname
    return Place(parts.scheme, host, port or _PORTS[parts.scheme], path, host in private_hosts)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine resolves it. Raises `OSError`."""
    return list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def reachable(place: Place, resolve: Resolver = resolved) -> list[str]:
    """The addresses to connect to. One that is private hides no other: then none is given.

    Raises `Refused` (`flow.http-address`), and `OSError` where the name cannot be resolved.
    """
    found = resolve(place.host, place.port)
    if not found:
        raise OSError(f"{place.host} has no address")
    if not place.allowed:
        for each in found:
            if not is_public(each):
                raise Refused(
                    "flow.http-address",
                    f"{place.host} has the address {each}, which is not public",
                    where=place.host,
                    why="a step that may call any address could be made to call the machine's own services",
                    cure=f'flows.private_hosts = ["{place.host}"] in laneshift.toml allows it',
                )
    return found


def is_public(text: str) -> bool:
    """Whether an address is one of the public network, in whatever form it is wrapped."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _unwrapped(address))


def _unwrapped(address: Address) -> Iterator[Address]:
    """The address, and those of IPv4 that it stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found = [each for each in inner if each is not None]
    # A mapped address is of IPv4 alone; the others are addresses of their own as well.
    if address.ipv4_mapped is None and address not in _NAT64:
        yield address
    yield from found


def _refused(url: str, why: str) -> Refused:
    return Refused("flow.http-address", "this address cannot be called", where=repr(url[:200]), why=why)
