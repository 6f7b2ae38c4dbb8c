"""Changes under review as files below the repository's state folder, beside the branches that they are about.

A change is open until somebody closes it; whether its branch was merged, git knows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from laneshift.errors import Refused
from laneshift.forge.local_files import Files
from laneshift.forge.port import Change
from laneshift.repo.ref_names import is_valid

_FIELDS = {
    **dict.fromkeys(("key", "title", "body", "head", "base", "commit", "state"), str),
    "number": int,
}


class LocalChanges:
    """Fulfils `forge.port.Changes` with the files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._files = Files(folder, Change, _FIELDS, "a change")

    def put(self, wanted: Change) -> Change:
        """Open or update. Raises `Refused` (`forge.bad-key`, `forge.bad-branch`), `CheckFailed` for unusable files."""
        for branch in (wanted.head, wanted.base):
            if not is_valid(f"refs/heads/{branch}"):
                raise Refused("forge.bad-branch", f"{branch!r} cannot name a branch")
        known = self._files.get(wanted.key)
        change = replace(wanted, number=known.number if known else self._files.next_number())
        if change != known:
            self._files.write(change)
        return change

    def close(self, key: str, why: str) -> Change | None:
        """Close. Raises as `put` does."""
        known = self._files.get(key)
        if known is None or known.state == "closed":
            return None
        change = replace(known, state="closed", body=f"{known.body.rstrip()}\n\nClosed: {why}\n")
        self._files.write(change)
        return change

    def all(self) -> list[Change]:
        """Every change, by number. Raises `CheckFailed` (`forge.damaged`) for a file that is none."""
        return self._files.all()
