"""Writes changes to the user's work tree: all of them, or none.

The index is left alone, so that `git diff` shows what was written and `git restore` takes it back; staging it
(`git add -A`) is the user's.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from laneshift.errors import CheckFailed, Fault, NeedsPerson, Refused
from laneshift.repo.carrying import Carried, carried, renew_times
from laneshift.repo.conversions import Asking, as_they_are
from laneshift.repo.differences import Differences, differences
from laneshift.repo.doors import effect
from laneshift.repo.filtered import filtered
from laneshift.repo.flock import exclusive
from laneshift.repo.folders import MODE_SUBMODULE, MODE_SYMLINK, Entry
from laneshift.repo.git import Place, git
from laneshift.repo.half_written import STAGING, is_half_written, stagings
from laneshift.repo.hidden import hidden_changes
from laneshift.repo.objects import Changes, Repository, Tree
from laneshift.repo.placing import Row, in_turn, keep, noted_rows, place, put_back, rows
from laneshift.repo.plain_records import NamedTuple
from laneshift.repo.snapshot import snapshot
from laneshift.repo.sweep import wipe
from laneshift.repo.untouched import untouched
from laneshift.repo.write_all import write_all

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def apply(repo: Repository, changes: Changes, expected: Tree) -> Tree:
    """Write `changes` to the work tree, which must hold what `expected` (a `snapshot`) says on every changed path.

    Returns the tree that the work tree should now hold. Every file is replaced in one step and keeps its permissions;
    folders that become empty vanish. Raises `NeedsPerson` (`worktree.differs`, with one fault for each path) before
    anything changes, and `CheckFailed` (`worktree.not-written`) after everything was put back. Submodules are refused.
    """
    if repo.work_dir is None:
        raise Refused("worktree.bare", "this repository has no work tree", where=str(repo.common_dir))
    wanted = expected.edit(changes)
    bring(repo, wanted, expected)
    return wanted


def bring(repo: Repository, wanted: Tree, expected: Tree) -> None:
    """As `apply`, to the tree `wanted`."""
    bring_about(repo, differences(expected, wanted), expected)


def bring_about(
    repo: Repository,
    found: Differences,
    expected: Tree,
    moved: tuple[str, str] | None = None,
    begun: Asking | None = None,
) -> None:
    """As `apply`, of what is found to differ from `expected`. The blobs that come are stored, or held back.

    `moved` are the paths of a folder before and after, where most files come from there: those that do not change need
    not be written. `begun` is the question about line ends and filters, where git was started for it before.
    """
    if repo.work_dir is None:
        raise Refused("worktree.bare", "this repository has no work tree", where=str(repo.common_dir))
    for path, pair in found.items():
        if any(entry is not None and entry.mode == MODE_SUBMODULE for entry in pair):
            raise Refused("worktree.submodule", f"{path!r} is a submodule, which only git can move", where=path)
    with work_tree_lock(repo) as lock:
        _refuse_put_back(repo, expected, recover(repo.work_dir, repo.git_dir))
        where = Place(repo.git_dir, repo.work_dir, lock=lock)
        some_come = any(after is not None for _, after in found.values())
        with Asking(where) if some_come and begun is None else contextlib.nullcontext(begun) as asking:
            noted = rows(repo.work_dir, ((path, after is not None) for path, (_, after) in found.items()))
            before = ((path, before) for path, (before, _) in found.items())
            as_expected = untouched(repo.work_dir, before, repo.remembered)
            unseen = () if as_expected else hidden_changes(where, found)
            refuse_differences(repo, found, expected if as_expected else snapshot(repo), unseen)
            with effect():
                written = write_rows(repo, where, found, noted, asking, moved if as_expected else None)
                settle(written.staging)
                renew_times(repo.work_dir, written.carried)


@contextlib.contextmanager
def work_tree_lock(repo: Repository) -> Iterator[int]:
    """Only one laneshift at a time writes to the work trees of a repository."""
    repo.state_dir.mkdir(parents=True, exist_ok=True)
    with exclusive(repo.state_dir / "work-tree.lock") as descriptor:
        yield descriptor


def whole_again(repo: Repository) -> bool:
    """Put the work tree back to what it was before a laneshift that was killed; whether there was anything of it.

    To be asked before the work tree is looked at: what is put back is not what was seen. Waits for a laneshift that is
    still writing. Raises `NeedsPerson` (`worktree.half-written`) for files that somebody changed since then.
    """
    if repo.work_dir is None or not is_half_written(repo):
        return False
    with work_tree_lock(repo):
        recover(repo.work_dir, repo.git_dir)
    return True


def recover(root: Path, git_dir: Path) -> list[str]:
    """Put back what a killed laneshift left half written, and give the paths that it was about to write.

    Raises `NeedsPerson` for files that changed since then.
    """
    paths: list[str] = []
    for staging in stagings(root, git_dir):
        if staging.is_dir():
            paths += [path for row in noted_rows(staging) for path in (row.path, row.moved) if path]
            _undo(root, staging)
    return paths


def _refuse_put_back(repo: Repository, expected: Tree, paths: Sequence[str]) -> None:
    """Raise `NeedsPerson` where a path was put back to what `expected` does not say: that was seen before."""
    if not paths:
        return
    now = snapshot(repo)
    found = [
        path
        for path in paths
        if now.entry(path) != expected.entry(path) or tuple(now.below(path)) != tuple(expected.below(path))
    ]
    if found:
        raise NeedsPerson(
            "worktree.put-back",
            f"{len(found)} file(s) that a killed laneshift had half written were put back; nothing else was changed",
            where=str(repo.work_dir),
            why="what was to be written rests on how they were before that",
            cure="run the same command again",
        )


def refuse_differences(repo: Repository, found: Differences, now: Tree, unseen: Sequence[str] = ()) -> None:
    """Raise `NeedsPerson` when a path to be changed does not hold what is expected, or holds something git ignores.

    `unseen` are paths with changes that git was told not to look at.
    """
    root = repo.work_dir or repo.common_dir
    leaving = {path for path, (_, after) in found.items() if after is None}
    sound: set[str] = set()
    faults = [
        Fault("worktree.differs", path, why)
        for path, (before, _) in found.items()
        if (why := _difference(root, path, before, now.entry(path), leaving, sound))
    ]
    faults += [Fault("worktree.differs", path, "was changed, and git was told not to look at it") for path in unseen]
    if faults:
        raise NeedsPerson(
            "worktree.differs",
            f"{len(faults)} file(s) of the work tree are not as expected; nothing was changed",
            where=str(root),
            cure="commit or move your own changes, then try again",
            faults=faults,
        )


class Written(NamedTuple):
    """What was written: the folder with the originals, for `settle` to drop, and which folders were carried."""

    staging: Path
    carried: list[Carried]


def write_rows(
    repo: Repository,
    where: Place,
    found: Differences,
    noted: Iterable[Row],
    asking: Asking | None = None,
    moved: tuple[str, str] | None = None,
) -> Written:
    """Write what `found` says comes at every row.

    `asking` is the question about line ends and filters where git was started before. `moved` as for `bring_about`,
    given only where every file that goes holds the very bytes of its blob.

    Raises `CheckFailed` (`worktree.not-written`, `git.failed`) or `NeedsPerson` after all was put back.
    """
    root = where.work_tree or where.git_dir
    staging = _staging(root, where.git_dir)
    staging.mkdir()
    folders: list[Carried] = []
    try:
        plain = _plain(where, found, asking)
        listed = list(noted)
        if moved is not None and plain is not None:
            folders = carried(root, found, listed, moved, plain, staging.stat())
        ordered = in_turn([*_left(listed, folders), *(each.row for each in folders)])
        _prepare(repo, where, found, ordered, staging, plain)
        place(root, staging, ordered, {each.row.moved: each.inside for each in folders})
    except (OSError, CheckFailed, NeedsPerson) as error:
        _undo(root, staging)
        if isinstance(error, OSError):
            raise CheckFailed(
                "worktree.not-written", "the work tree could not be written; it is as before", where=str(root),
                why=str(error),
            ) from error  # fmt: skip
        raise
    return Written(staging, folders)


def _plain(where: Place, found: Differences, asking: Asking | None) -> frozenset[str] | None:
    """The files that come and that git writes as they are; None where their attributes come along with them."""
    paths = [path for path, (_, after) in found.items() if after is not None and after.is_regular]
    if any(path.rpartition("/")[2] == ".gitattributes" for path in paths):
        return None
    return as_they_are(where, paths) if asking is None else asking.as_they_are(paths)


def _left(noted: list[Row], folders: list[Carried]) -> list[Row]:
    """The rows of files that no folder carries."""
    gone = {each.path for _, inside in folders for each in inside}
    come = {row.path + each.path[len(row.moved) :] for row, inside in folders for each in inside}
    return [row for row in noted if row.path not in gone and row.path not in come]


def settle(staging: Path) -> None:
    """Make what `write_rows` wrote final, and drop the originals."""
    keep(staging)
    wipe(staging)


def _undo(root: Path, staging: Path) -> None:
    changed = put_back(root, staging)
    if changed:
        raise NeedsPerson(
            "worktree.half-written",
            f"{len(changed)} file(s) that laneshift had half written were changed by someone else meanwhile",
            where=str(staging / "old"),
            why=", ".join(changed[:5]),
            cure="compare them with the originals kept there, then remove that folder",
        )
    wipe(staging)


def _prepare(
    repo: Repository,
    where: Place,
    found: Differences,
    ordered: Sequence[Row],
    staging: Path,
    plain: frozenset[str] | None,
) -> None:
    """Write the new files, filters and line ends included, beside the work tree, each with the permissions it needs.

    They lie in one folder: on common file systems making and removing a folder costs far more than a file.
    """
    root = where.work_tree or where.git_dir
    new = staging / "new"
    new.mkdir()
    coming = {row.path: (number, row) for number, row in enumerate(ordered) if row.comes and not row.moved}
    entries = [(path, entry) for path in coming if (entry := found[path][1]) is not None]
    for path, entry in entries:
        if entry.mode == MODE_SYMLINK:
            (new / str(coming[path][0])).symlink_to(os.fsdecode(repo.blob(entry.oid)))
    regular = [(path, entry) for path, entry in entries if entry.mode != MODE_SYMLINK]
    written = (
        _checked_out(repo, where, regular, staging)
        if plain is None
        else filtered(repo, where, regular, plain, _leaving(found))
    )
    for path, data in written:
        number, item = coming[path]
        before, after = found[path]
        bits = 0o777 if after is not None and after.mode & 0o111 else 0o666
        replaces = item.there and before is not None and before.mode != MODE_SYMLINK
        handle = os.open(f"{new}/{number}", _NEW_FILE, bits)
        try:
            write_all(handle, data)
            if after is not None and replaces:  # to write takes some permissions away again
                _keep_permissions(f"{root}/{path}", handle, after)
        finally:
            os.close(handle)


def _leaving(found: Differences) -> dict[str, str]:
    """Where the plain files that go lie, by the ids of their blobs: most of what comes is one of these."""
    pairs = ((path, before) for path, (before, after) in found.items() if after is None)
    return {before.oid: path for path, before in pairs if before is not None and before.is_regular}


def _checked_out(
    repo: Repository, where: Place, files: Sequence[tuple[str, Entry]], staging: Path
) -> Iterator[tuple[str, bytes]]:
    """As `filtered`, for files with attributes that are not in the work tree yet: git has to see them in an index."""
    own = where._replace(own_index=staging / "index")
    repo.publish(entry.oid for _, entry in files)
    script = "".join(f"{entry.mode:o} {entry.oid}\t{path}\0" for path, entry in files)
    git(own, "update-index", "-z", "--index-info", stdin=script.encode("utf-8", "surrogateescape"))
    git(own, "checkout-index", "--all", f"--prefix={staging}/tree/")
    return ((path, (staging / "tree" / path).read_bytes()) for path, _ in files)


def _keep_permissions(old: str, new: int, after: Entry) -> None:
    bits = stat.S_IMODE(os.lstat(old).st_mode)
    readers = (bits & 0o444) >> 2
    wanted = bits | readers if after.mode & 0o111 else bits & ~0o111
    if stat.S_IMODE(os.fstat(new).st_mode) != wanted:
        os.fchmod(new, wanted)


def _staging(root: Path, git_dir: Path) -> Path:
    """A folder on the work tree's own file system: files are moved into place, never copied."""
    if git_dir.stat().st_dev == root.stat().st_dev:
        return git_dir / STAGING
    return root / f".{STAGING}"


def _difference(
    root: Path, path: str, before: Entry | None, now: Entry | None, leaving: set[str], sound: set[str]
) -> str:
    """Why a path cannot be written, or ""."""
    if now != before:
        return "is not there any more" if now is None else "was changed or added meanwhile"
    in_the_way = obstacle(root, path, leaving, sound)
    if in_the_way:
        return in_the_way
    if before is None and os.path.lexists(f"{root}/{path}") and not _only_leaving(root, path, leaving):
        return "is there already, untracked and ignored"
    return ""


def obstacle(root: Path, path: str, leaving: set[str], sound: set[str] | None = None) -> str:
    """Why the folders above a path do not let it be written, or "": one is a symlink or a file that stays.

    Folders that do are added to `sound`, and not looked at again for the next path.
    """
    passed = set() if sound is None else sound
    if path.rpartition("/")[0] in passed:
        return ""
    parts = path.split("/")
    for count in range(1, len(parts)):
        above = "/".join(parts[:count])
        if above in passed:
            continue
        if above in leaving:
            return ""
        if not _may_be_folder(f"{root}/{above}"):
            return f"lies below {above!r}, which is not a folder"
        passed.add(above)
    return ""


def _may_be_folder(path: str) -> bool:
    """Whether a folder is at `path`, or nothing. A link to a folder is none."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True


def _only_leaving(root: Path, path: str, leaving: set[str]) -> bool:
    """Whether the folder at `path` will be empty once every file of `leaving` is gone."""
    if (root / path).is_symlink() or not (root / path).is_dir():
        return False
    inside: Mapping[str, list[str]] = {folder: files for folder, _, files in os.walk(root / path)}
    names = (os.path.relpath(os.path.join(folder, name), root) for folder in inside for name in inside[folder])  # noqa: PTH118
    return all(name in leaving for name in names)
