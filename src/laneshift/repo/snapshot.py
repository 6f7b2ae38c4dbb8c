"""The user's work tree, as it is now, as a tree. Neither the work tree nor its index is touched."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.errors import CheckFailed, NeedsPerson, Refused
from laneshift.repo.flock import exclusive
from laneshift.repo.git import Place, git
from laneshift.repo.index_file import copy_index
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.status import Looking, status

_QUICK = {"core.fsync": "none", "core.safecrlf": "false"}
_SHOWN = 5
_FEW = 20


def snapshot(repo: Repository, asked: Looking | None = None) -> Tree:
    """Tracked files with their changes, and untracked ones that are not ignored; nested repositories are left out.

    Works through a copy of the index, so that only changed files are read. `asked` is a question to git that was begun
    earlier; it counts where it is about this work tree. Raises `Refused` (`worktree.bare`) where
    there is no work tree, `NeedsPerson` (`worktree.unmerged`) during an unfinished merge, `CheckFailed` when git fails.
    """
    if repo.work_dir is None:
        raise Refused("worktree.bare", "this repository has no work tree", where=str(repo.common_dir))
    here = Place(repo.git_dir, repo.work_dir)
    told = asked.status() if asked is not None and asked.place == here else None
    now = told or status(here, each=True)
    if now.head is not None and now.is_clean:
        return repo.tree(now.head)
    repo.state_dir.mkdir(parents=True, exist_ok=True)
    index = repo.state_dir / "snapshot-index"
    with exclusive(repo.state_dir / "snapshot.lock") as lock:
        place = Place(repo.git_dir, repo.work_dir, index, lock)
        copy_index(repo.git_dir, index)
        try:
            if now.changed:  # a file in an unfinished merge is told as changed
                _refuse_unmerged(place)
            _add_tracked(place, (*now.changed, *now.submodules))
            others = ("ls-files", "--others", "--exclude-standard", "-z")
            every = told is None or (asked is not None and asked.each)
            listed = now.untracked if every else git(place, *others).fields
            names = "".join(f"{path}\0" for path in listed if not path.endswith("/"))
            adding = ("update-index", "--add", "-z", "--stdin")
            if names:  # else git would write the whole index again
                git(place, *adding, stdin=names.encode("utf-8", "surrogateescape"), settings=_QUICK)
            return Tree(repo, git(place, "write-tree", settings=_QUICK).text)
        finally:
            index.unlink(missing_ok=True)


def _add_tracked(place: Place, changed: Sequence[str]) -> None:
    """Have the index follow tracked files. Each path costs a look through the whole index, and so does every file."""
    if not changed:
        return
    if len(changed) <= _FEW:
        try:
            git(place, "add", "-u", "--", *changed, settings=_QUICK)
        except CheckFailed as error:
            if error.code != "git.failed":
                raise  # a folder that became a link has its files beyond it, which git takes only as a whole
        else:
            return
    git(place, "add", "-u", ".", settings=_QUICK)


def _refuse_unmerged(place: Place) -> None:
    fields = git(place, "ls-files", "--unmerged", "-z").fields
    paths = sorted({field.partition("\t")[2] for field in fields})
    if paths:
        raise NeedsPerson(
            "worktree.unmerged",
            f"{len(paths)} file(s) of the work tree are in an unfinished merge: {', '.join(paths[:_SHOWN])}",
            where=str(place.work_tree),
            cure="finish or abort the merge first",
        )
