"""The address of the Redis or Valkey that processes share, checked before anything opens it. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from laneshift.errors import Refused, install

VARIABLE = "LANESHIFT_REDIS_URL"
"""The environment variable that has it."""
_CLUSTERS = {"redis": False, "rediss": False, "redis+cluster": True, "rediss+cluster": True}


def checked(url: str) -> str:
    """The address itself. Raises `Refused` (`redis.bad-url`) for what is none; the error does not repeat it."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in _CLUSTERS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        cure = "write redis://HOST:PORT/0, rediss://… for TLS, or redis+cluster://HOST:PORT"
        raise Refused("redis.bad-url", "this is no address of Redis", where=VARIABLE, cure=cure)
    return url


def is_cluster(url: str) -> bool:
    """Whether it names a cluster, and not a server alone."""
    return _CLUSTERS[urlsplit(url).scheme]


def for_client(url: str) -> str:
    """The address as the client library takes it, which has a class of its own for clusters."""
    return url.replace("+cluster", "", 1)


def not_installed(missing: ModuleNotFoundError) -> Refused:
    """The error for an address where the client library is not there."""
    what = f"{missing.name} is not installed, which {VARIABLE} asks for"
    return Refused("redis.not-installed", what, cure=install("redis"))
