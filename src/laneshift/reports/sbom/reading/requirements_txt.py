"""Requirement files, as pip reads them. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from laneshift.reports.sbom.reading.need import (
    Contents,
    Need,
    Unreadable,
    hashes_of,
    is_local,
    need,
    need_of,
    origin_of,
)

_COMMENT = re.compile(r"(?:^|\s)#.*\Z")
_HASH = re.compile(r"\s--hash[=\s]\s*(\S+)")
_MORE = re.compile(r"\s--?[a-z][\w-]*[=\s].*\Z")
_EGG = re.compile(r"(?:#|&)egg=([A-Za-z0-9._-]+)")
_FILE = re.compile(r"(?:-r|--requirement)(?:\s*=\s*|\s+|(?<=-r))(.+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+)(.+)")
_NAMED = re.compile(r"[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?\s*@")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(slots=True)
class _Found:
    needs: list[Need] = field(default_factory=list)
    own: int = 0
    includes: list[str] = field(default_factory=list)


def read(data: bytes) -> Contents:
    """What a requirement file holds. Raises `Unreadable` with the line for one that cannot be read."""
    found = _Found()
    for number, line in _lines(data.decode("utf-8-sig")):
        try:
            _take(line, found)
        except ValueError as error:
            raise Unreadable(f"line {number}: {error}") from error
    return Contents(tuple(found.needs), found.own, tuple(found.includes))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines without comments, with the number of their first line."""
    begun, number = "", 0
    for at, line in enumerate(text.splitlines(), 1):
        number = number if begun else at
        if line.rstrip().endswith("\\") and not line.lstrip().startswith("#"):
            begun += line.rstrip()[:-1] + " "
            continue
        whole = _COMMENT.sub("", begun + line).strip()
        begun = ""
        if whole:
            yield number, whole
    if begun.strip():
        yield number, begun.strip()


def _take(line: str, found: _Found) -> None:
    included, editable = _FILE.fullmatch(line), _EDITABLE.fullmatch(line)
    if included:
        found.includes.append(_plain(included[1]))
        return
    if line.startswith("-") and not editable:
        return
    what = editable[1].strip() if editable else line
    hashes = hashes_of(_HASH.findall(what))
    what = _MORE.sub("", _HASH.sub("", what)).strip()
    one = _by_url(what) if _URL.match(what) else None if _is_path(what) else need_of(what)
    if one is None:
        found.own += 1
    else:
        found.needs.append(replace(one, hashes=hashes))


def _by_url(url: str) -> Need | None:
    """A URL alone: its fragment or the name of the wheel says what it is. None for a path."""
    if is_local(url):
        return None
    egg = _EGG.search(url)
    if egg:
        return need(egg[1], origin=origin_of(url))
    try:
        name, version, _, _ = parse_wheel_filename(url.partition("#")[0].partition("?")[0].rpartition("/")[2])
    except InvalidWheelFilename as error:
        raise Unreadable("a URL that does not say what it is; write `name @ URL`") from error
    return need(name, str(version), origin=origin_of(url))


def _is_path(what: str) -> bool:
    if _NAMED.match(what):
        return False
    start = what.split(" ", 1)[0].partition("[")[0]
    return start.startswith((".", "/", "~")) or "/" in start or start.endswith((".whl", ".tar.gz", ".zip"))


def _plain(path: str) -> str:
    words = shlex.split(path)
    if len(words) != 1:
        raise Unreadable("this does not name one file")
    return words[0]
