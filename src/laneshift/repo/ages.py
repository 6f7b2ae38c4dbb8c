"""When each file was last changed, as history says: one stream of `git log` for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from laneshift.repo.commits import Commit, read_commit
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository

_LOG = (
    *("log", "-z", "--format=tformat:%x00/%ct", "--name-only", "--full-history"),
    *("--no-renames", "--no-relative", "--diff-merges=combined"),
)
_SETTINGS = {"log.showRoot": "true"}


def settled(repo: Repository, rev: str) -> Commit:
    """The commit that made the tree of `rev`: commits on top of it that change nothing do not count.

    Raises `Refused` when `rev` names no commit.
    """
    found = read_commit(repo, rev)
    while True:
        same = (parent for oid in found.parents if (parent := _known(repo, oid)) and parent.tree == found.tree)
        before = next(same, None)
        if before is None:
            return found
        found = before


def last_changes(repo: Repository, rev: str, folders: Iterable[str] = ()) -> Mapping[str, int]:
    """Path to the time of the latest commit before or at `rev` that changed it, in Unix seconds by the committer.

    Paths that are gone are there too. `folders` are folders and files to look at, all when there are none. A rename
    is a change. What a merge took whole from one side is not changed by the merge. Raises `Refused` when `rev` names
    no commit, `CheckFailed` when git fails.
    """
    told = git(Place(repo.common_dir), *_LOG, repo.commit_id(rev), "--", *sorted(set(folders)), settings=_SETTINGS)
    latest: dict[str, int] = {}
    for when, path in _changes(told.fields):
        if latest.get(path, -1) < when:
            latest[path] = when
    return latest


def change_counts(repo: Repository, rev: str, most: int) -> Mapping[str, int]:
    """Path to how many of the last `most` commits at or before `rev` changed it. Raises as `last_changes`."""
    options = (f"--max-count={most}", repo.commit_id(rev), "--")
    return Counter(
        path for _, path in _changes(git(Place(repo.common_dir), *_LOG, *options, settings=_SETTINGS).fields)
    )


def is_shallow(repo: Repository) -> bool:
    """Whether the history ends early here, so that a file may look younger than it is."""
    return (repo.common_dir / "shallow").exists()


def _known(repo: Repository, oid: str) -> Commit | None:
    """A parent, unless history was cut off before it."""
    return read_commit(repo, oid) if oid in repo.handle else None


def _changes(fields: Iterable[str]) -> Iterator[tuple[int, str]]:
    """A slash begins a commit, since no path has one first; its time follows, then its paths.

    Before the first path git writes a line feed, or an empty field where the commit is a merge.
    """
    when, is_first = 0, False
    for field in fields:
        if field.startswith("/"):
            when, is_first = int(field[1:]), True
        elif field:
            yield when, field.removeprefix("\n") if is_first else field
            is_first = False
        else:
            is_first = False
