"""Brings work trees along when the branch that they have checked out was moved by a landing.

As `git merge --ff-only` does: files that the landing touches must be as they were committed, all other local changes
survive, staged or not. In doubt nothing is changed and a person is asked. A second call finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import CheckFailed, Fault, NeedsPerson
from laneshift.repo.checkouts import WorkTree, checked_out_at
from laneshift.repo.differences import Differences, differences
from laneshift.repo.folders import MODE_FILE, MODE_SUBMODULE, MODE_SYMLINK, Entry
from laneshift.repo.git import Place, git
from laneshift.repo.index_file import copy_index, index_locked
from laneshift.repo.objects import Repository
from laneshift.repo.placing import keep, rows
from laneshift.repo.sweep import wipe
from laneshift.repo.writing import obstacle, recover, work_tree_lock, write_rows

_INDEX_COPY = "laneshift-index"


@dataclass(frozen=True, slots=True)
class Overlap:
    """A path of a work tree that a landing would change and that is not as it was committed there."""

    work_tree: Path
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class _State:
    """A work tree's index as a private copy, what it holds, and the paths whose files may differ from it."""

    place: Place
    index: dict[str, Entry]
    unmerged: frozenset[str]
    differing: frozenset[str]


def overlapping_changes(repo: Repository, ref: str, old: str, new: str) -> tuple[Overlap, ...]:
    """Local changes that would keep `fast_forward` from moving work trees of `ref` from commit `old` to `new`.

    Changes nothing. Raises `Refused` when a revision is missing.
    """
    before, after = repo.tree(old), repo.tree(new)
    found = differences(before, after)
    with work_tree_lock(repo) as lock:
        return tuple(overlap for tree in _following(repo, ref) for overlap in _overlaps(tree, found, lock))


def fast_forward(repo: Repository, ref: str, old: str, new: str) -> tuple[Path, ...]:
    """Move every work tree that has `ref` checked out from commit `old` to `new`; the folders that were looked after.

    The ref itself is not touched: swap it first. Raises `NeedsPerson` with one fault for each path (`worktree.overlap`)
    before any work tree changes, `NeedsPerson` (`worktree.locked`) while another git is at work in one, and
    `CheckFailed` when files cannot be written: that work tree is then as it was before.
    """
    before, after = repo.tree(old), repo.tree(new)
    found = differences(before, after)
    with work_tree_lock(repo) as lock:
        trees = _following(repo, ref)
        for tree in trees:
            recover(tree.path, tree.git_dir)
        if len(trees) > 1:  # one alone is judged as it is moved
            refuse_overlaps([overlap for tree in trees for overlap in _overlaps(tree, found, lock)])
        for tree in trees:
            with index_locked(tree.git_dir):
                _forward(repo, tree, found, lock)
        return tuple(tree.path for tree in trees)


def refuse_overlaps(overlaps: Iterable[Overlap]) -> None:
    """Raise `NeedsPerson` (`worktree.overlap`) when there are any."""
    faults = [Fault("worktree.overlap", str(item.work_tree / item.path), item.why) for item in overlaps]
    if faults:
        raise NeedsPerson(
            "worktree.overlap",
            f"local changes overlap with the landing in {len(faults)} place(s); no work tree was changed",
            where=faults[0].where,
            why=faults[0].what,
            cure="commit, stash or move these changes aside, then run the same command again",
            faults=faults,
        )


def _following(repo: Repository, ref: str) -> list[WorkTree]:
    return [tree for tree in checked_out_at(repo, ref) if tree.head == ref]


def _overlaps(tree: WorkTree, found: Differences, lock: int) -> list[Overlap]:
    try:
        return _judge(tree, found, lock)[0]
    finally:
        (tree.git_dir / _INDEX_COPY).unlink(missing_ok=True)


def _judge(tree: WorkTree, found: Differences, lock: int) -> tuple[list[Overlap], _State]:
    """What keeps a work tree from moving, and the state that this was read from. Leaves the copy of the index."""
    state = _state(tree, lock)
    if tree.half_done and found:
        return [Overlap(tree.path, "", f"{tree.half_done} is not finished")], state
    if found and _is_sparse(state.place):
        return [Overlap(tree.path, "", "this is a sparse checkout, which only git can move")], state
    leaving = {path for path, (_, after) in found.items() if after is None}
    reasons = ((path, _reason(state, path, before, after, leaving)) for path, (before, after) in found.items())
    return [Overlap(tree.path, path, why) for path, why in reasons if why], state


def _state(tree: WorkTree, lock: int) -> _State:
    copy = tree.git_dir / _INDEX_COPY
    copy_index(tree.git_dir, copy)
    place = Place(tree.git_dir, tree.path, copy, lock)
    git(place, "update-index", "-q", "--refresh", accept=(0, 1))
    rows = [field.partition("\t") for field in git(place, "ls-files", "--stage", "-v", "-z").fields]
    differing = set(git(place, "diff-files", "--name-only", "--ignore-submodules=dirty", "-z").fields)
    index: dict[str, Entry] = {}
    unmerged: set[str] = set()
    for facts, _, path in rows:
        tag, mode, oid, stage = facts.split(" ")
        if stage == "0":
            index[path] = Entry(int(mode, 8), oid)
        else:
            unmerged.add(path)
        if tag != "H":  # git was told not to look at this file, so its answer about it says nothing
            differing.add(path)
    return _State(place, index, frozenset(unmerged), frozenset(differing))


def _is_sparse(place: Place) -> bool:
    return git(place, "config", "--bool", "core.sparseCheckout", accept=(0, 1)).text == "true"


def _reason(state: _State, path: str, before: Entry | None, after: Entry | None, leaving: set[str]) -> str:
    """Why a path keeps the work tree from moving, or "". A file that holds the new content already never does."""
    staged = state.index.get(path)
    if path in state.unmerged:
        return "is in an unfinished merge"
    if staged == after:
        return ""
    if staged != before:
        return "has a change in the index"
    if MODE_SUBMODULE in {entry.mode for entry in (before, after) if entry is not None}:
        return ""
    root = state.place.work_tree or state.place.git_dir
    present = (root / path).is_symlink() or (root / path).is_file()
    if before is not None:
        suspect = path in state.differing and present
        changed = suspect and not any(_holds(state.place, path, entry) for entry in (after, before))
        return "was changed in the work tree" if changed else ""
    why = obstacle(root, path, leaving)
    if why:
        return why
    if present and not _holds(state.place, path, after):
        return "is there already and not known to git"
    return _untracked_folder(root, path, leaving)


def _untracked_folder(root: Path, path: str, leaving: set[str]) -> str:
    """A new file may take the place of a folder only when nothing else is left in it."""
    folder = root / path
    if folder.is_symlink() or not folder.is_dir():
        return ""
    kept = [item for item in folder.rglob("*") if not item.is_dir() or item.is_symlink()]
    others = [item for item in kept if str(item.relative_to(root)) not in leaving]
    return f"is a folder that holds {others[0].name!r}" if others else ""


def _holds(place: Place, path: str, entry: Entry | None) -> bool:
    """Whether the file on the disk is what git would write for the entry."""
    full = (place.work_tree or place.git_dir) / path
    if entry is None:
        return False
    if full.is_symlink() or entry.mode == MODE_SYMLINK:
        own = full.is_symlink() and entry.mode == MODE_SYMLINK
        return own and git(place, "cat-file", "blob", entry.oid).stdout == bytes(full.readlink())
    executable = bool(full.stat().st_mode & 0o100)
    hashed = git(place, "hash-object", f"--path={path}", "--stdin", stdin=full.read_bytes()).text
    return hashed == entry.oid and executable == (entry.mode != MODE_FILE)


def _forward(repo: Repository, tree: WorkTree, found: Differences, lock: int) -> None:
    """Move one work tree.

    What is there is noted before it is judged, so that an edit in between is seen. Killed while files are placed: they
    are put back by the next call. Killed later: every file is new and the index old, which the next call recognises.
    """
    copy = tree.git_dir / _INDEX_COPY
    wanted = ((path, pair[1] is not None) for path, pair in found.items())
    noted = {row.path: row for row in rows(tree.path, wanted)}
    try:
        overlaps, state = _judge(tree, found, lock)
        refuse_overlaps(overlaps)
        moving = {path: pair for path, pair in found.items() if state.index.get(path) != pair[1]}
        if not moving:
            return
        files = {path: pair for path, pair in moving.items() if not _is_submodule(pair)}
        staging = write_rows(repo, state.place, files, [noted[path] for path in files]).staging
        try:
            _set_index(state.place, moving)
        except CheckFailed:
            recover(tree.path, tree.git_dir)
            raise
        keep(staging)
        copy.replace(tree.git_dir / "index")
        wipe(staging)
    finally:
        copy.unlink(missing_ok=True)
    for path, (_, now) in moving.items():
        if now is not None and now.mode == MODE_SUBMODULE and not (tree.path / path).exists():
            (tree.path / path).mkdir(parents=True)


def _set_index(place: Place, moving: Differences) -> None:
    """Write the new entries into the copy of the index; everything else in it, the user's staged changes too, stays."""
    gone = [f"0 {'0' * 40}\t{path}\0" for path, (_, after) in moving.items() if after is None]
    come = [f"{after.mode:o} {after.oid}\t{path}\0" for path, (_, after) in moving.items() if after is not None]
    script = "".join([*gone, *come]).encode("utf-8", "surrogateescape")
    git(place, "update-index", "-z", "--index-info", stdin=script)
    git(place, "update-index", "-q", "--refresh", accept=(0, 1))


def _is_submodule(pair: tuple[Entry | None, Entry | None]) -> bool:
    return any(entry is not None and entry.mode == MODE_SUBMODULE for entry in pair)
