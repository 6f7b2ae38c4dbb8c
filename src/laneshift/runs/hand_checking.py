"""What people commit and push by hand, checked as the items of a batch are: messages, and whose branches they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pygit2
from pygit2.enums import SortMode

from laneshift.config import Settings, load
from laneshift.errors import Fault, Refused
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.hand_written import AS_STORED, Habits, faults
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.refs import under
from laneshift.runs.doctor.configured import reader
from laneshift.runs.pushed_refs import PushedRef, branch_faults

_SCOPE = "message.scope"
_LARGEST = 1 << 20
_ITEM_BRANCHES = "refs/heads/laneshift"


def check_written(repository: Repository, file: Path, environment: Mapping[str, str]) -> list[Fault]:
    """Every fault of a message in a file, as the commit-msg hook is given it.

    `environment` is that of the hook. Raises `Refused`: `message.unreadable`, and those of the settings.
    """
    text = _text(file)
    habits = replace(_habits(repository, environment), merging=_is_of_merge(repository, text))
    return faults(text, sorted(_scopes_now(repository, environment)), habits)


def check_pushed(repository: Repository, pushed: Iterable[PushedRef], since: str = "") -> list[Fault]:
    """Every fault of the commits that a push brings to a remote, and of the refs that it moves.

    What any remote has already, and what is in the history of the commit `since`, is not looked at again. Raises
    `Refused` when the settings of what is pushed are not sound.
    """
    moved = list(pushed)
    found = list(branch_faults(moved, set(under(repository, _ITEM_BRANCHES).values())))
    tips = [commit for each in moved if each.new and (commit := _commit(repository, each.new)) is not None]
    scopes = frozenset(scope for tip in tips for scope in scopes_of(repository.tree(str(tip.id))))
    for commit in _new(repository, moved, tips, since):
        found += _commit_faults(repository, commit, scopes)
    return found


def _commit_faults(repository: Repository, commit: pygit2.Commit, scopes: frozenset[str]) -> list[Fault]:
    habits = AS_STORED if len(commit.parent_ids) < 2 else replace(AS_STORED, merging=True)
    text = _message(commit)
    place = f"commit {str(commit.id)[:12]}"
    found = faults(text, sorted(scopes), habits, place)
    if not any(each.code == _SCOPE for each in found):
        return found
    # A lane may have been there when the commit was made, or may have gone with it.
    then = frozenset().union(*(_scopes_then(repository, str(oid)) for oid in (commit.id, *commit.parent_ids)))
    return faults(text, sorted(scopes | then), habits, place)


def _scopes_then(repository: Repository, oid: str) -> frozenset[str]:
    try:
        return scopes_of(repository.tree(oid))
    except Refused:
        return frozenset()  # settings that were not sound then name no scope


def scopes_of(tree: Tree) -> frozenset[str]:
    """The scopes that a commit may name by the settings of a tree. Raises `Refused` when they are not sound."""
    settings = load(reader(tree))
    paths = () if settings.lanes else (path for path, _ in tree.below(""))
    return scopes_by(settings, paths)


def scopes_by(settings: Settings, paths: Iterable[str]) -> frozenset[str]:
    """The scopes that a commit may name by `settings`; without lanes in them, those of a tree with these `paths`."""
    lanes = Lanes.of(settings.lanes, () if settings.lanes else top_folders(paths))
    return frozenset((*lanes.names, *settings.commit_scopes))


def _scopes_now(repository: Repository, environment: Mapping[str, str]) -> frozenset[str]:
    """The scopes of the last commit and of the one being made, which may bring a lane or take one away."""
    staged = _staged_scopes(repository, environment)
    if repository.handle.head_is_unborn:
        return staged
    try:
        return staged | scopes_of(repository.tree("HEAD"))
    except Refused:
        if not staged:
            raise
        return staged  # the commit being made may be the one that mends the settings


def _staged_scopes(repository: Repository, environment: Mapping[str, str]) -> frozenset[str]:
    """Those of the index that git commits from; none where its format is not known here."""
    place = Path(environment.get("GIT_INDEX_FILE") or repository.git_dir / "index")
    try:
        index = pygit2.Index(str(place))
        entries = {entry.path: str(entry.id) for entry in index}
    except (pygit2.GitError, OSError, ValueError):
        return frozenset()
    settings = load(lambda path: repository.blob(entries[path]) if path in entries else None)
    return scopes_by(settings, entries)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise Refused("message.unreadable", "the message has more than a mebibyte", where=str(file))
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise Refused("message.unreadable", "the message cannot be read", where=str(file), why=str(error)) from error


def _habits(repository: Repository, environment: Mapping[str, str]) -> Habits:
    """How git treats the message that it is asking for. It sets the editor to `:` where no person sees the text."""
    config = repository.handle.config
    settings = {key: str(config[key]) for key in ("commit.cleanup", "core.commentchar") if key in config}
    comment = str(config["core.commentstring"]) if "core.commentstring" in config else ""
    return Habits(
        cleanup=settings.get("commit.cleanup", "default"),
        edited=environment.get("GIT_EDITOR") != ":",
        comment=comment or settings.get("core.commentchar", "#"),
    )


def _is_of_merge(repository: Repository, text: str) -> bool:
    """Whether git is merging, or amends the last commit, a merge, without a change of its first line."""
    if (repository.git_dir / "MERGE_HEAD").exists():
        return True
    if repository.handle.head_is_unborn:
        return False
    last = repository.handle[repository.handle.head.target].peel(pygit2.Commit)
    return len(last.parent_ids) > 1 and text.partition("\n")[0] == _message(last).partition("\n")[0]


def _message(commit: pygit2.Commit) -> str:
    return commit.raw_message.decode("utf-8", "surrogateescape")


def _new(
    repository: Repository, pushed: Iterable[PushedRef], tips: Iterable[pygit2.Commit], since: str
) -> Iterator[pygit2.Commit]:
    """The commits that the remote gets, oldest first."""
    walker = repository.handle.walk(None, SortMode.TOPOLOGICAL | SortMode.REVERSE)
    for tip in tips:
        walker.push(tip.id)
    known = [since, *(each.old or "" for each in pushed), *under(repository, "refs/remotes").values()]
    for oid in filter(None, dict.fromkeys(known)):
        commit = _commit(repository, oid)
        if commit is not None:
            walker.hide(commit.id)
    return iter(walker)


def _commit(repository: Repository, oid: str) -> pygit2.Commit | None:
    """The commit that an object is or names; None for one that is not here, and for a tag of anything else."""
    try:
        return repository.handle[oid].peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError):
        return None
