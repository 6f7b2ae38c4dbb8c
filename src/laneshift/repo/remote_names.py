"""Which remotes may be talked to, by their name and by their address. Pure.

Whatever is not known to be harmless is refused: git runs a program for an address such as `ext::sh -c …`, and takes a
name or a host that starts with a dash for an option.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from laneshift.errors import Refused
from laneshift.repo.ref_names import check, component

PROTOCOLS = frozenset({"file", "git", "http", "https", "ssh", "git+ssh", "ssh+git"})
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+/-]{0,199}")
_HELPER = re.compile(r"[A-Za-z0-9+.-]*::")
_SCHEME = re.compile(r"([A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_CURE = "give the name of a remote that `git remote` lists"


def check_name(name: str) -> str:
    """`name` itself. Raises `Refused` (`remote.bad-name`) for an address, an option, or what else is no plain name."""
    if not _NAME.fullmatch(name) or ".." in name or "//" in name or name.endswith(("/", ".lock", ".")):
        raise Refused("remote.bad-name", f"{name[:80]!a} is not the name of a remote", cure=_CURE)
    return name


def check_url(name: str, url: str) -> str:
    """`url` itself, the address of the remote `name`. Raises `Refused` (`remote.bad-url`), which never shows it."""
    why = _wrong(url)
    if why:
        cure = f"git remote set-url {name} URL, with {', '.join(sorted(PROTOCOLS))} or a path"
        raise Refused("remote.bad-url", f"the address of {name} cannot be used: {why}", where=name, cure=cure)
    return url


def secrets_of(url: str) -> set[str]:
    """The parts of an address that may be a password or a token, as written and as decoded.

    A user's name alone is one over HTTP, where it is often a token, and not over SSH, where it is often `git`.
    """
    found = _SCHEME.match(url)
    user, at, _ = (found[2] if found else "").partition("/")[0].rpartition("@")
    if found is None or not at:
        return set()
    _, colon, password = user.partition(":")
    parts = {user, password} if colon or found[1].lower().startswith("http") else set()
    return {each for part in parts for each in (part, unquote(part)) if each}


def tracking_ref(name: str, target: str) -> str:
    """Where laneshift keeps what it last saw of `target` (a full name) at the remote."""
    return check(f"refs/laneshift/remotes/{component(name)}/{target.removeprefix('refs/')}")


def _wrong(url: str) -> str:
    if not url or not url.isprintable():
        return "it is empty or holds control characters"
    if url.startswith("-"):
        return "it starts like an option"
    if _HELPER.match(url):
        return "it makes git run a program"
    found = _SCHEME.match(url)
    if found is None:
        return "its host starts like an option" if url.partition(":")[0].rpartition("@")[2].startswith("-") else ""
    if found[1].lower() not in PROTOCOLS:
        return "its protocol is not one of those that are known to be harmless"
    host = found[2].partition("/")[0].rpartition("@")[2]
    return "its host starts like an option" if host.startswith("-") else ""
