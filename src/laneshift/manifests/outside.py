"""What a module imports from outside the repository, by the name under which it is installed.

The same tree has to give the same manifest on every machine, so what happens to be installed here is never asked: a
distribution is found by what the project declares, and by a table of names that differ.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from laneshift.code.facts import Import

_GONE = frozenset(
    {"asynchat", "asyncore", "distutils", "imp", "smtpd", "aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr"}
    | {"lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib"}
    | {"uu", "xdrlib", "binhex", "formatter", "parser", "symbol", "macpath", "dummy_threading", "_bootlocale"}
)
STANDARD = frozenset(sys.stdlib_module_names) | _GONE
"""The standard library of this Python, and what earlier ones had in theirs."""

NETWORK = frozenset(
    {"socket", "ssl", "socketserver", "ftplib", "smtplib", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc"}
    | {"requests", "httpx", "aiohttp", "urllib3", "websockets", "websocket", "grpc", "paramiko", "asyncssh", "httplib2"}
    | {"redis", "valkey", "pymongo", "psycopg", "psycopg2", "asyncpg", "pymysql", "MySQLdb", "boto3", "botocore", "zmq"}
    | {"aioboto3", "elasticsearch", "kafka", "aiokafka", "pika", "aio_pika", "nats", "openai", "anthropic", "tornado"}
    | {"http.client", "http.server", "urllib.request", "asyncio.streams"}
)
"""Modules whose use means that a file talks over a network: a first part of a name, or a whole dotted name."""


@cache
def table() -> Mapping[str, tuple[str, ...]]:
    """Import name to the distributions that bring it, the likeliest first, where the two names differ."""
    text = files("laneshift.manifests").joinpath("schema", "distributions.json").read_text(encoding="utf-8")
    return {name: tuple(found) for name, found in json.loads(text).items()}


def canonical(name: str) -> str:
    """A distribution's name in the form in which two spellings of it are equal."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(imports: Iterable[Import], outside: frozenset[str]) -> dict[str, tuple[set[str], bool]]:
    """Import name to the dotted names that are asked of it and whether the code goes on without it.

    `outside` are the first parts of names that the tree does not have. Standard library is left out.
    """
    found: dict[str, tuple[set[str], bool]] = {}
    for one in imports:
        top = one.module.partition(".")[0]
        if one.level or top not in outside or top in STANDARD:
            continue
        names, optional = found.get(top, (set(), True))
        asked = {one.module} | {f"{one.module}.{name}" for name, _ in one.names or ()}
        found[top] = names | asked, optional and (one.guarded or one.kind == "type-checking")
    return found


def talks(imports: Iterable[Import]) -> bool:
    """Whether any of these imports, where they run at all, is of something that uses a network."""
    for one in imports:
        if one.level or one.kind == "type-checking":
            continue
        whole = [one.module, *(f"{one.module}.{name}" for name, _ in one.names or ())]
        if one.module.partition(".")[0] in NETWORK or any(_within(name) for name in whole):
            return True
    return False


def external(asked: Mapping[str, tuple[set[str], bool]], declared: Mapping[str, str]) -> list[dict[str, object]]:
    """The external dependencies as a manifest lists them. `declared` maps canonical names to version specifiers."""
    found: dict[str, tuple[str, set[str], bool]] = {}
    for top, (names, optional) in sorted(asked.items()):
        for prefix, distribution in _distributions(top, names, declared):
            before = found.get(canonical(distribution), (distribution, set(), True))
            found[canonical(distribution)] = before[0], before[1] | {prefix}, before[2] and optional
    return [_entry(*found[key], declared.get(key)) for key in sorted(found)]


def _entry(name: str, imports: set[str], optional: bool, version: str | None) -> dict[str, object]:
    entry: dict[str, object] = {"name": name, "imports": sorted(imports)}
    if version:
        entry["version"] = version
    if optional:
        entry["optional"] = True
    return entry


def _distributions(top: str, names: set[str], declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The imported name and distribution of everything that is asked of one first part.

    Where several distributions share that part (`google`), the longest known name decides.
    """
    known = [key for key in table() if key.startswith(f"{top}.")]
    matched = {max(fits, key=len) for name in names if (fits := [key for key in known if _is_below(name, key)])}
    bare = [name for name in names if name != top and not any(_is_below(name, key) for key in known)]
    yield from ((prefix, _chosen(table()[prefix], declared)) for prefix in sorted(matched))
    if bare or not matched:
        likely = (*table().get(top, ()), top, f"python-{top}", f"py{top}")
        unknown = top not in table() and not any(canonical(name) in declared for name in likely)
        yield top, _chosen((*_spelled_alike(top, declared), *likely) if unknown else likely, declared)


def _chosen(candidates: tuple[str, ...], declared: Mapping[str, str]) -> str:
    return next((name for name in candidates if canonical(name) in declared), candidates[0])


def _spelled_alike(top: str, declared: Mapping[str, str]) -> tuple[str, ...]:
    """The declared name that is `top` but for hyphens, or the only one that `top` begins, such as import-linter."""
    own = canonical(top)
    same = [name for name in declared if name.replace("-", "") == own.replace("-", "")]
    longer = [name for name in declared if name.startswith(f"{own}-")]
    return tuple(same[:1] or (longer if len(longer) == 1 else ()))


def _within(name: str) -> bool:
    return any(_is_below(name, known) for known in NETWORK if "." in known)


def _is_below(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")
