"""Changes under review as files below the repository's state folder, beside the branches that they are about.

A change is open until somebody closes it or its commit is in its base branch, which git knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from laneshift.errors import Refused
from laneshift.forge.local_files import Files
from laneshift.forge.port import Change, Merge
from laneshift.repo.commits import is_ancestor
from laneshift.repo.objects import Repository
from laneshift.repo.ref_names import is_valid
from laneshift.repo.refs import read

_COMMIT = re.compile(r"[0-9a-f]{40}")
_FIELDS = {
    **dict.fromkeys(("key", "title", "body", "head", "base", "commit", "state"), str),
    "number": int,
}


class LocalChanges:
    """Fulfils `forge.port.Changes` with the files of `folder`, and the branches of `repository` where it is given."""

    def __init__(self, folder: Path, repository: Repository | None = None) -> None:
        self._files = Files(folder, Change, _FIELDS, "a change")
        self._repository = repository

    def put(self, wanted: Change) -> Change:
        """Open or update. Raises `Refused` (`forge.bad-key`, `forge.bad-branch`), `CheckFailed` for unusable files."""
        check_branches(wanted)
        known = self._files.get(wanted.key)
        change = replace(wanted, number=known.number if known else self._files.next_number())
        if change != known:
            self._files.write(change)
        return self._as_it_is(change)

    def close(self, key: str, why: str) -> Change | None:
        """Close. Raises as `put` does."""
        known = self._files.get(key)
        if known is None or self._as_it_is(known).state != "open":
            return None
        change = replace(known, state="closed", body=f"{known.body.rstrip()}\n\nClosed: {why}\n")
        self._files.write(change)
        return change

    def all(self) -> list[Change]:
        """Every change, by number. Raises `CheckFailed` (`forge.damaged`) for a file that is none."""
        return [self._as_it_is(each) for each in self._files.all()]

    def merge(self, number: int) -> Merge | None:
        """As the protocol says. Raises as `all` does."""
        change = next((each for each in self.all() if each.number == number), None)
        if change is None:
            return None
        there = self._tip(change.base)
        blocked = "" if self._repository is None or there else f"there is no branch {change.base}"
        mergeable = None if self._repository is None else not blocked
        return Merge(number, change.state, change.commit, "", mergeable if change.state == "open" else None, blocked)

    def label(self, number: int, labels: Sequence[str]) -> None:
        """As the protocol says: nothing here is sorted by labels."""

    def link(self, number: int) -> str:  # noqa: ARG002
        """As the protocol says: only the server's own page shows it."""
        return ""

    def _as_it_is(self, change: Change) -> Change:
        merged = change.state == "open" and self._holds(change.base, change.commit)
        return replace(change, state="merged") if merged else change

    def _holds(self, branch: str, commit: str) -> bool:
        repository, tip = self._repository, self._tip(branch)
        if repository is None or tip is None or not is_full_id(commit) or commit not in repository.handle:
            return False
        return is_ancestor(repository, commit, tip)

    def _tip(self, branch: str) -> str | None:
        return None if self._repository is None else read(self._repository, f"refs/heads/{branch}")


def is_full_id(text: str) -> bool:
    """Whether `text` can be the id of a commit."""
    return _COMMIT.fullmatch(text) is not None


def check_branches(change: Change) -> None:
    """Raise `Refused` (`forge.bad-branch`) unless both of its branches can be some."""
    for branch in (change.head, change.base):
        if not is_valid(f"refs/heads/{branch}"):
            raise Refused("forge.bad-branch", f"{branch!r} cannot name a branch")
