"""Which work trees a repository has, and which branch each of them has checked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from laneshift.repo.library import handle_of
from laneshift.repo.objects import Repository

_REBASES = ("rebase-merge/head-name", "rebase-apply/head-name")
_HALF_DONE = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_START": "a bisection",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
}


@dataclass(frozen=True, slots=True)
class WorkTree:
    """One work tree: its folder, its git directory, the ref of its HEAD (None: detached), and what is half done."""

    path: Path
    git_dir: Path
    head: str | None
    half_done: str = ""


def checked_out_at(repo: Repository, ref: str) -> tuple[WorkTree, ...]:
    """The work trees, linked ones too, that have `ref` checked out or are rebasing it. Gone folders are left out."""
    return tuple(tree for tree in work_trees(repo) if tree.head == ref or ref in _rebased(tree.git_dir))


def is_checked_out(repo: Repository, ref: str) -> bool:
    """Whether any work tree has `ref` checked out or is rebasing it."""
    return bool(checked_out_at(repo, ref))


def work_trees(repo: Repository) -> Iterator[WorkTree]:
    """The main work tree (unless the repository is bare), then the linked ones. Raises `Refused` as opening it does."""
    main = handle_of(repo.common_dir)
    if main.workdir:
        yield _work_tree(Path(main.workdir).resolve(), repo.common_dir)
    for pointer in sorted(repo.common_dir.glob("worktrees/*/gitdir")):
        dot_git = Path(pointer.read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n"))
        path = (pointer.parent / dot_git).parent.resolve()
        if path.is_dir():
            yield _work_tree(path, pointer.parent)


def _work_tree(path: Path, git_dir: Path) -> WorkTree:
    half_done = next((name for mark, name in _HALF_DONE.items() if (git_dir / mark).exists()), "")
    return WorkTree(path, git_dir, _symbolic(git_dir / "HEAD"), half_done)


def _symbolic(head: Path) -> str | None:
    text = _line(head)
    return text.removeprefix("ref:").strip() if text.startswith("ref:") else None


def _rebased(git_dir: Path) -> set[str]:
    return {_line(git_dir / name) for name in _REBASES}


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
