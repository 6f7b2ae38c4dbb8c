"""Files that git was told not to look at (skip-worktree, assume-unchanged): it tells no changes of theirs."""

from __future__ import annotations

from laneshift.repo.differences import Differences
from laneshift.repo.git import Place, git
from laneshift.repo.untouched import untouched

_LOOKED_AT = "H "


def hidden_changes(where: Place, found: Differences) -> list[str]:
    """Those paths to be changed whose files git does not look at, and hold something else than is expected.

    One that is not there is none: so it is in a sparse checkout. Raises `CheckFailed` (`git.failed`).
    """
    root = where.work_tree or where.git_dir
    rows = git(where, "ls-files", "-v", "-z").fields
    paths = [row[2:] for row in rows if not row.startswith(_LOOKED_AT) and row[2:] in found]
    pairs = ((path, found[path][0]) for path in paths)
    present = [(path, before) for path, before in pairs if before is not None and not untouched(root, [(path, None)])]
    return [path for path, before in present if not (untouched(root, [(path, before)]) or _is(where, path, before.oid))]


def _is(where: Place, path: str, oid: str) -> bool:
    """Whether git would store the file at a path under this id, line ends and filters included."""
    full = (where.work_tree or where.git_dir) / path
    if full.is_symlink() or not full.is_file():
        return False
    return git(where, "hash-object", f"--path={path}", "--stdin", stdin=full.read_bytes()).text == oid
