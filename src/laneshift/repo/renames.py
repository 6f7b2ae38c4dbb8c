"""What history says about renames: where a file came from. Bounded: a long history costs seconds, not minutes."""

from __future__ import annotations

from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository

_COMMITS = 5000
_WITNESSES = 20
_SECONDS = 60.0


def renamed_from(repo: Repository, rev: str, path: str, commits: int = _COMMITS) -> tuple[str, ...]:
    """The earlier paths of the file that `rev` has at `path`, latest first; empty when it was never renamed.

    Looks at the last `commits` commits on the first-parent line of `rev` and what they merged. Raises `Refused` when
    `rev` names no commit, `CheckFailed` (`git.too-slow`) after a minute.
    """
    place, start = Place(repo.common_dir), repo.commit_id(rev)
    edge = git(place, "rev-list", "--first-parent", "--max-count=1", f"--skip={commits}", start).text
    listed = git(
        place,
        *("log", "--follow", "--find-renames=50%", "--diff-filter=R", "--name-status", "--format=", "-z"),
        *(start, *([f"^{edge}"] if edge else []), "--", path),
        seconds=_SECONDS,
    )
    fields = [field for field in listed.fields if field]
    return tuple(old for status, old in zip(fields[::3], fields[1::3], strict=True) if status.startswith("R"))


def was_renamed(repo: Repository, rev: str, src: str, dst: str) -> bool:
    """Whether history shows that the file or folder `dst` of `rev` was at `src` before. Raises as `renamed_from`.

    A folder was renamed when one of its files was (empty files prove nothing and are passed over).
    """
    tree = repo.tree(rev)
    if not tree.is_folder(dst):
        return dst in tree and src in renamed_from(repo, rev, dst)
    inside = [path for path, entry in tree.below(dst) if entry.is_regular and repo.blob_size(entry.oid) > 0]
    return any(src + path.removeprefix(dst) in renamed_from(repo, rev, path) for path in inside[:_WITNESSES])
