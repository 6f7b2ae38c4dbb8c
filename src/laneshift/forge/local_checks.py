"""What checks found about commits, as files below the repository's state folder: one JSON file for each commit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.canonical import canonical, parse
from laneshift.forge.port import Check

_COMMIT = re.compile(r"[0-9a-f]{40}")
_CONTEXT = re.compile(r"[ -~]{1,200}")
_STATES = frozenset({"error", "failure", "pending", "success"})
_FIELDS = {"context", "state", "description"}


def checked(commit: str, checks: Sequence[Check]) -> None:
    """Raise `Refused` (`forge.bad-check`) for a commit or a context that cannot be one."""
    if not _COMMIT.fullmatch(commit):
        raise Refused("forge.bad-check", f"{commit!r} is no full commit id", where="commit")
    for each in checks:
        if not _CONTEXT.fullmatch(each.context) or each.state not in _STATES:
            raise Refused("forge.bad-check", f"{each.context!r} cannot name a check", where="context")


class LocalChecks:
    """Fulfils `forge.port.Checks` with the files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, commit: str, checks: Sequence[Check]) -> int:
        """Write what differs. Raises as the protocol says, `CheckFailed` (`forge.damaged`) for an unusable file."""
        checked(commit, checks)
        known = {each.context: each for each in self.of(commit)}
        changed = [each for each in checks if known.get(each.context) != each]
        if changed:
            known |= {each.context: each for each in changed}
            self._folder.mkdir(parents=True, exist_ok=True)
            plain: Any = [asdict(known[name]) for name in sorted(known)]
            write_whole(self._path(commit), canonical(plain) + b"\n", durable=True)
        return len(changed)

    def of(self, commit: str) -> list[Check]:
        """As the protocol says. Raises as `put` does."""
        checked(commit, ())
        path = self._path(commit)
        if not path.exists():
            return []
        try:
            return _read(parse(path.read_bytes()))
        except (OSError, ValueError) as error:
            what = "the checks of a commit cannot be read"
            raise CheckFailed(
                "forge.damaged", what, where=str(path), why=str(error), cure="move the file away"
            ) from error

    def _path(self, commit: str) -> Path:
        return self._folder / f"{commit}.json"


def _read(plain: Any) -> list[Check]:
    if not isinstance(plain, list):
        raise ValueError("it is no list")  # noqa: TRY004 - a bad file, like every other one
    return [_check(each) for each in plain]


def _check(plain: Any) -> Check:
    if not isinstance(plain, dict) or plain.keys() != _FIELDS or not all(isinstance(v, str) for v in plain.values()):
        raise ValueError("its fields are not those of a check")
    if plain["state"] not in _STATES:
        raise ValueError(f"{plain['state']!r} is no state of a check")
    return Check(**plain)
