"""What is left of a repository after work on it: everything that must not depend on how often the work was killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from laneshift.runs import working
from tests.repo.builders import git_cli
from tests.toy import refs, shop_at, tree_of, work_files

_PATIENCE = 240.0


def outcome(path: Path) -> dict[str, Any]:
    """Refs, trees, files, item states, findings of the journal, and whatever may stray."""
    shop = shop_at(path)
    plan = shop.plans.load("batch")
    state = working.state_of(shop, plan)
    return {
        "refs": refs(path),
        "head": git_cli(path, "rev-parse", "HEAD"),
        "tree": tree_of(path),
        "status": git_cli(path, "status", "--porcelain"),
        "files": work_files(path),
        "items": {item.id: (item.state, item.step, item.cause, item.commit) for item in state.items.values()},
        "plans": {found.id: found.base for found in shop.plans.all()},
        "unfinished": state.unfinished,
        "journal": [str(finding) for finding in shop.journal.check()],
        "evidence": [str(fault) for fault in shop.store.verify()],
        "worktrees": len(git_cli(path, "worktree", "list").splitlines()),
        "locks": stray_locks(path),
        "processes": processes_of(path),
    }


def stray_locks(path: Path) -> list[str]:
    """Lock files of git, and scratch files beside its index. Laneshift's own locks are the kernel's: the file stays."""
    found = [file for file in (path / ".git").rglob("*.lock") if "laneshift" not in file.relative_to(path).parts]
    return sorted(str(file.relative_to(path)) for file in [*found, *(path / ".git").glob("*laneshift-*")])


def processes_of(path: Path) -> list[str]:
    """Processes that were started for the repository and are still there after a while."""
    deadline = time.monotonic() + _PATIENCE
    while found := _processes_naming(path):
        if time.monotonic() > deadline:
            return found
        time.sleep(0.05)
    return []


def _processes_naming(path: Path) -> list[str]:
    named = str(path).encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            told = (process / "environ").read_bytes() + words
            here = (process / "cwd").readlink()
        except OSError:
            continue
        if named + b"/" in told or here.is_relative_to(path):
            found.append(words.replace(b"\0", b" ").decode("utf-8", "replace"))
    return found
