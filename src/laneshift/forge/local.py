"""Issues as files below the repository's state folder: one JSON file each, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.canonical import Json, canonical, parse
from laneshift.forge.port import Issue

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?")
_FIELDS = {"key": str, "number": int, "title": str, "body": str, "state": str}


class LocalIssues:
    """Fulfils `forge.port.Issues` with the files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, title: str, body: str) -> Issue:
        """Open or update. Raises `Refused` (`forge.bad-key`), `CheckFailed` for files that cannot be used."""
        path = self._path(key)
        known = _read(path) if path.exists() else None
        number = known.number if known else max((issue.number for issue in self.all()), default=0) + 1
        issue = Issue(key, number, title, body)
        if issue != known:
            self._write(path, issue)
        return issue

    def close(self, key: str, why: str) -> Issue | None:
        """Close. Raises as `put` does."""
        path = self._path(key)
        known = _read(path) if path.exists() else None
        if known is None or known.state == "closed":
            return None
        issue = replace(known, state="closed", body=f"{known.body.rstrip()}\n\nClosed: {why}\n")
        self._write(path, issue)
        return issue

    def all(self) -> list[Issue]:
        """Every issue, by number. Raises `CheckFailed` (`forge.damaged`) for a file that is none."""
        return sorted(self._issues(), key=lambda issue: issue.number)

    def _issues(self) -> Iterator[Issue]:
        if self._folder.is_dir():
            yield from (_read(path) for path in sorted(self._folder.glob("*.json")))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise Refused("forge.bad-key", f"{key!r} cannot name an issue", where="key")
        return self._folder / f"{key}.json"

    def _write(self, path: Path, issue: Issue) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, canonical(asdict(issue)) + b"\n", durable=True)


def _read(path: Path) -> Issue:
    try:
        fields: Json = parse(path.read_bytes())
        if not isinstance(fields, dict) or fields.keys() != _FIELDS.keys():
            raise _damaged(path, "its fields are not those of an issue")
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if not all(type(fields[name]) is kind for name, kind in _FIELDS.items()):
        raise _damaged(path, "a field is of another kind")
    return Issue(**fields)


def _damaged(path: Path, why: str) -> CheckFailed:
    what = "an issue of this repository cannot be read"
    return CheckFailed("forge.damaged", what, where=str(path), why=why, cure="move the file away, or put it back")
