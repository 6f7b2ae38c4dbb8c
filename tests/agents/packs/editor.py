"""An agent that knows nothing of laneshift: it reads its brief, edits text as `sed` would, and commits with git."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.repo.builders import git_cli


def work_on(repository: Path, folder: Path, pack: Mapping[str, Any], start: str, final: str) -> str:
    """Do the pack in a work tree of its own from `start`; the commit. `final` has the tests that come with moves."""
    git_cli(repository, "worktree", "add", "-q", "--detach", str(folder), start)
    _move(folder, pack["items"])
    _rewrite(folder, pack)
    for path in [*pack["owned"], *pack["editable"]]:
        target = folder / path
        if path.startswith("tests/moves/") or (path.endswith("__init__.py") and not target.exists()):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(git_cli(repository, "show", f"{final}:{path}").encode() + b"\n")
            if not git_cli(repository, "show", f"{final}:{path}"):
                target.write_bytes(b"")
    git_cli(folder, "add", "-A")
    git_cli(folder, "commit", "-q", "--no-verify", "-F", "-", stdin=pack["commit_text"].encode())
    return git_cli(folder, "rev-parse", "HEAD")


def _move(folder: Path, items: list[str]) -> None:
    for item in items:
        old = item.replace(".", "/") + ".py"
        new = old.replace("labs/", "core/", 1)
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        git_cli(folder, "mv", old, new)


def _rewrite(folder: Path, pack: Mapping[str, Any]) -> None:
    """Replace the dotted names of what moved, in the files of the pack that are there."""
    rules = []
    for item in pack["items"]:
        package, _, module = item.rpartition(".")
        new = package.replace("labs.", "core.", 1)
        rules.append((re.compile(rf"\b{re.escape(item)}\b"), f"{new}.{module}"))
        rules.append((re.compile(rf"\bfrom {re.escape(package)} import {module}\b"), f"from {new} import {module}"))
    for path in [*pack["owned"], *pack["editable"]]:
        target = folder / path
        if target.is_file() and not path.startswith("tests/moves/"):
            text = target.read_text()
            for pattern, new in rules:
                text = pattern.sub(new, text)
            target.write_text(text)
