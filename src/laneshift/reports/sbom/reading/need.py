"""One thing that a file needs, and the words it is made from. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from laneshift.reports.sbom.model import Hash

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,127}")
_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_DIGITS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
_LONGEST = 512


class Unreadable(ValueError):
    """What a file says is not what its format allows."""


@dataclass(frozen=True, slots=True)
class Need:
    """A distribution under its normalised name. Without `version` and `origin`, `specifier` says what is allowed;
    `said` is more that the file says of it, for people."""

    name: str
    version: str = ""
    origin: str = ""
    hashes: tuple[Hash, ...] = ()
    specifier: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: needs, how many packages in it are the repository's own, and other files that it includes,
    as it writes their paths, and what it leaves to code."""

    needs: tuple[Need, ...]
    own: int = 0
    includes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def need(name: str, version: str = "", **more: Any) -> Need:
    """A need whose name and version are sound. Raises `Unreadable` for others."""
    if not _NAME.fullmatch(name):
        raise Unreadable(f"{name[:80]!r} is not the name of a distribution")
    if version and not _VERSION.fullmatch(version):
        raise Unreadable(f"{version[:80]!r} is not a version of {name}")
    return Need(canonicalize_name(name), version, **more)


def need_of(text: str) -> Need | None:
    """The need that a requirement (PEP 508) states; None for one on a path of this machine or repository.

    Raises `Unreadable` for what is no requirement.
    """
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise Unreadable(f"{text[:80]!r} is not a requirement") from error
    if found.url:
        return None if is_local(found.url) else need(found.name, origin=origin_of(found.url))
    said = f"{found.specifier}{f' ; {found.marker}' if found.marker else ''}".strip()
    return need(found.name, pin(str(found.specifier)), specifier=str(found.specifier), said=printable(said))


def pin(specifier: str) -> str:
    """The one version that a specifier allows; empty where it allows more."""
    one = re.fullmatch(r"={2,3}\s*([^\s,*]+)", specifier.strip())
    return one[1] if one else ""


def hashes_of(texts: Iterable[Any]) -> tuple[Hash, ...]:
    """Hashes written `algorithm:digits`. Raises `Unreadable` for what is none."""
    found = set()
    for text in texts:
        name, _, digits = text.partition(":") if isinstance(text, str) else ("", "", "")
        algorithm = _HASHES.get(name.lower(), "")
        if not algorithm or not re.fullmatch(f"[0-9a-f]{{{_DIGITS[algorithm]}}}", digits.lower()):
            raise Unreadable(f"{str(text)[:80]!r} is not a hash that is known here")
        found.add((algorithm, digits.lower()))
    return tuple(sorted(found))


def origin_of(url: str) -> str:
    """A URL without what may be secret: user, query and fragment. Raises `Unreadable` for what is no URL."""
    if not url.isprintable() or " " in url or len(url) > _LONGEST:
        raise Unreadable(f"{url[:80]!r} is not a URL")
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        raise Unreadable(f"{url[:80]!r} is not a URL")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_local(url: str) -> bool:
    """Whether a URL or path names something on this machine or in this repository."""
    return url.startswith((".", "/", "~")) or url.rpartition("+")[2].startswith("file:") or "://" not in url


def printable(text: str) -> str:
    """Text on one line, of a bounded length."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)[:_LONGEST]


def table(value: Any, name: str) -> Mapping[str, Any]:
    """The table `name`, empty where there is none. Raises `Unreadable` for what is no table."""
    found = value.get(name, {})
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is not a table")
    return found


def rows(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The tables of the list `name`, empty where there is none. Raises `Unreadable` for what is no list of tables."""
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable(f"{name} is not a list of tables")
    return found


def text(value: Mapping[str, Any], name: str) -> str:
    """The text `name`, empty where there is none. Raises `Unreadable` for what is no text."""
    found = value.get(name, "")
    if not isinstance(found, str):
        raise Unreadable(f"{name} is not text")
    return found
