"""Issues as files below the repository's state folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from laneshift.forge.local_files import Files
from laneshift.forge.port import Issue

_FIELDS = {"key": str, "number": int, "title": str, "body": str, "state": str}


class LocalIssues:
    """Fulfils `forge.port.Issues` with the files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._files = Files(folder, Issue, _FIELDS, "an issue")

    def put(self, key: str, title: str, body: str) -> Issue:
        """Open or update. Raises `Refused` (`forge.bad-key`), `CheckFailed` for files that cannot be used."""
        known = self._files.get(key)
        issue = Issue(key, known.number if known else self._files.next_number(), title, body)
        if issue != known:
            self._files.write(issue)
        return issue

    def close(self, key: str, why: str) -> Issue | None:
        """Close. Raises as `put` does."""
        known = self._files.get(key)
        if known is None or known.state == "closed":
            return None
        issue = replace(known, state="closed", body=f"{known.body.rstrip()}\n\nClosed: {why}\n")
        self._files.write(issue)
        return issue

    def all(self) -> list[Issue]:
        """Every issue, by number. Raises `CheckFailed` (`forge.damaged`) for a file that is none."""
        return self._files.all()
