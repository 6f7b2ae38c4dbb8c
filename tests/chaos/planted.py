"""Faults that no landing may have, committed on purpose in a process of the harness: its judge has to find each.

`no-intent` forgets to record what it is about to do. The others change main after the command: `twice` lands an item
again, `drop` throws the landing away, `stray` lands the item that a test forbids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.repo.builders import git_cli

_ITEM = "%(trailers:key=Laneshift-Item,valueonly,separator=%x2C)"
_STRAY = "labs.plugin"


def forgetful(append: Callable[..., Any]) -> Callable[..., Any]:
    """`append`, deaf to intents."""

    def appended(journal: Any, key: str, kind: str, *arguments: Any, **options: Any) -> Any:
        if kind.endswith(".intended"):
            return journal.tip()
        return append(journal, key, kind, *arguments, **options)

    return appended


def twice(path: Path) -> None:
    """Land the last landed item once more."""
    item = git_cli(path, "log", "-1", f"--format={_ITEM}", "main")
    if item:
        _commit(path, "main^{tree}", item)


def drop(path: Path) -> None:
    """Put main back to where it was before all landings."""
    git_cli(path, "update-ref", "refs/heads/main", git_cli(path, "rev-list", "--max-parents=0", "main"))


def stray(path: Path) -> None:
    """Land what was set aside."""
    if git_cli(path, "log", "-1", f"--format={_ITEM}", "main") != _STRAY:
        branch = git_cli(path, "for-each-ref", "--format=%(refname)", f"refs/heads/laneshift/*/{_STRAY}")
        if branch:
            _commit(path, f"{branch}^{{tree}}", _STRAY)


def _commit(path: Path, tree: str, item: str) -> None:
    tip, text = git_cli(path, "rev-parse", "main"), f"fix(core): plant {item}\n\nLaneshift-Item: {item}\n"
    commit = git_cli(path, "commit-tree", git_cli(path, "rev-parse", tree), "-p", tip, stdin=text.encode())
    git_cli(path, "update-ref", "refs/heads/main", commit, tip)


FAULTS: Mapping[str, Callable[[Path], None]] = {"twice": twice, "drop": drop, "stray": stray}
NAMES = ("no-intent", *FAULTS)
