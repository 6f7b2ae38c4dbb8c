"""Look at everything once: this machine, then the repository. Changes nothing that anybody would miss."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from laneshift.code.index.coverage import coverage
from laneshift.config import Settings, load
from laneshift.config.evidence import Keys
from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.journal import Journal
from laneshift.evidence.keys.ages import Limits
from laneshift.evidence.keys.vault import vault_of
from laneshift.gates.sandbox import SuiteResult
from laneshift.repo.checkouts import work_trees
from laneshift.repo.git import Place
from laneshift.repo.git_version import git_version
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.refs import read
from laneshift.repo.status import status
from laneshift.runs.doctor import disk
from laneshift.runs.doctor.access import access_rows
from laneshift.runs.doctor.agents import agents_row
from laneshift.runs.doctor.configured import SOURCES, reader, settings_rows, written
from laneshift.runs.doctor.hooked import hooks_rows
from laneshift.runs.doctor.isolation import Kernel, isolation_rows, read_kernel
from laneshift.runs.doctor.locks import git_locks, lock_rows
from laneshift.runs.doctor.remembered import index_row, journal_row
from laneshift.runs.doctor.row import Row, failed
from laneshift.runs.doctor.signing import key_rows
from laneshift.runs.doctor.tools import git_row, installing, python_row
from laneshift.runs.doctor.trial import CHECK, by_hand, project_python, trial_row
from laneshift.runs.doctor.work_tree import WorkTree, format_row, identity_row, target_row, tree_rows
from laneshift.runs.engine.choose import choose
from laneshift.runs.engine.reach import reach
from laneshift.runs.key_checking import judged
from laneshift.runs.key_ring import ring_of
from laneshift.runs.paths import visible
from laneshift.steps.runner.capabilities import Capability, capabilities

Check = Callable[[], Iterable[Row]]
Trials = Callable[[], Iterable[Capability]]
Suite = Callable[[Repository, Settings, Tree], SuiteResult]
"""Runs the trial of the tests on a tree, as `runs/doctor/trial` asks for it."""


def examine(
    directory: Path, environment: Mapping[str, str], trials: Trials = capabilities, suite: Suite | None = None
) -> list[Row]:
    """Every row, in the order in which things build on each other. A check that cannot be made is a failure itself.

    `trials` tells which protections hold; `suite` runs the tests on HEAD, None for not to run them.
    """
    machine: dict[str, Check] = {
        "python": lambda: [python_row(sys.version_info[:3])],
        "git": lambda: [git_row(git_version(directory), installing("git", shutil.which))],
        "isolation": lambda: _isolation(tuple(trials()), read_kernel()),
        "disk: temporary": lambda: [_free("temporary", Path(tempfile.gettempdir()))],
    }
    return [_visible(row) for row in (*_rows(machine), *_about(directory, environment, suite))]


def _about(directory: Path, environment: Mapping[str, str], suite: Suite | None) -> list[Row]:
    try:
        repository = Repository.open(directory)
    except LaneshiftError as error:
        check = "object format" if error.code == "repo.object-format" else "repository"
        return failed(check, error)
    checks: dict[str, Check] = {
        "object format": lambda: [format_row("sha1")],
        "work tree": lambda: _work_trees(repository),
        "identity": lambda: [_identity(repository)],
        "locks": lambda: lock_rows(git_locks(repository.common_dir, time.time())),
        "hooks": lambda: hooks_rows(repository),
        "settings": lambda: _settings(repository),
        "index": lambda: [_index(repository)],
        "journal": lambda: [_journal(repository)],
        "keys": lambda: _keys(repository, environment),
        "access": lambda: access_rows(repository.state_dir / "access"),
        "engine": lambda: [_engine(repository, environment)],
        "disk: used": lambda: [disk.used_row(disk.used(repository.state_dir))],
        "disk: repository": lambda: [_free("repository", repository.state_dir)],
    }
    rows = _rows(checks)
    # Settings that cannot be used have their own rows, and what they name cannot be tried.
    if suite is None or any(row.check == "settings" and row.status == "fail" for row in rows):
        return rows
    project = project_python(environment, repository.work_dir)
    return [*rows, *_tried(CHECK, lambda: [_trial(repository, suite, project)])]


def _trial(repository: Repository, suite: Suite, project: str) -> Row:
    tree = repository.tree("HEAD")
    settings = load(reader(tree))
    row = trial_row(settings.tests, suite(repository, settings, tree), project)
    return replace(row, command=by_hand(settings))


def _rows(checks: Mapping[str, Check]) -> list[Row]:
    return [row for check, rows in checks.items() for row in _tried(check, rows)]


def _isolation(found: Sequence[Capability], kernel: Kernel) -> list[Row]:
    return [*isolation_rows(found, kernel), *([agents_row(found, kernel)] if found else [])]


def _visible(row: Row) -> Row:
    """Names of files and of branches are others' words: they must not steer a terminal."""
    return replace(row, what=visible(row.what), why=visible(row.why), cure=visible(row.cure))


def _tried(check: str, rows: Check) -> list[Row]:
    try:
        return list(rows())
    except LaneshiftError as error:
        return failed(check, error)
    except OSError as error:
        then = f"ls -ld {shlex.quote(os.fsdecode(error.filename))}" if isinstance(error.filename, str | bytes) else ""
        cure = "give this user the right to read it"
        return [Row(check, "fail", f"this cannot be looked at: {error}", cure=cure, command=then)]


def _free(name: str, folder: Path) -> Row:
    return disk.free_row(name, str(folder), disk.free(folder))


def _work_trees(repository: Repository) -> Iterator[Row]:
    own = repository.work_dir
    trees = [
        WorkTree(
            path=str(tree.path),
            head=tree.head or "",
            half_done=tree.half_done,
            changed=status(Place(tree.git_dir, tree.path)).changed if tree.path == own else (),
            own=tree.path == own,
        )
        for tree in work_trees(repository)
    ]
    yield from tree_rows(trees)
    target = _target(repository)
    yield target_row(target, read(repository, target) if target else None, trees)


def _keys(repository: Repository, environment: Mapping[str, str]) -> Iterator[Row]:
    try:
        settings = load(reader(repository.tree("HEAD"))).keys
    except Refused:
        settings = Keys()  # the settings have a row of their own, which tells this
    limits = Limits(settings.warn, settings.days)
    return key_rows(judged(ring_of(repository, vault_of(environment)), limits, int(time.time()) * 1000))


def _target(repository: Repository) -> str:
    """The ref that a plan would land on: the configured one, or the branch that is checked out; empty for none."""
    try:
        configured = load(reader(repository.tree("HEAD"))).target
    except Refused:
        configured = ""  # the settings have a row of their own, which tells this
    if configured:
        return configured if configured.startswith("refs/") else f"refs/heads/{configured}"
    head = repository.handle.references.get("HEAD")
    return head.target if head is not None and isinstance(head.target, str) else ""


def _identity(repository: Repository) -> Row:
    return identity_row(_configured(repository, "user.name"), _configured(repository, "user.email"))


def _configured(repository: Repository, key: str) -> str:
    try:
        return str(repository.handle.config[key])
    except KeyError:
        return ""


def _settings(repository: Repository) -> list[Row]:
    """The settings that a plan on HEAD would take, and those that the work tree has when they are others."""
    tree = repository.tree("HEAD")
    files = [path for path in tree.entries if path.endswith(".py")]

    def there(path: str) -> bool:
        return not path.strip("./") or path in tree or tree.is_folder(path.strip("/"))

    rows = settings_rows(reader(tree), there, files)
    on_disk = None if repository.work_dir is None else written(repository.work_dir)
    if on_disk is None or all(on_disk(name) == reader(tree)(name) for name in SOURCES):
        return rows
    return [*rows, *(replace(row, check="settings, uncommitted") for row in settings_rows(on_disk, there, files))]


def _index(repository: Repository) -> Row:
    size = disk.used(repository.state_dir)["index"]
    return index_row(coverage(repository, repository.tree("HEAD")), size)


def _journal(repository: Repository) -> Row:
    path = repository.state_dir / "journal.sqlite"
    if not path.exists():
        return journal_row(None)
    journal = Journal.open(path, create=False)
    try:
        tip = journal.tip()
    finally:
        journal.close()
    return journal_row(0 if tip is None else tip.seq)


def _engine(repository: Repository, environment: Mapping[str, str]) -> Row:
    state = repository.state_dir
    choice = choose(environment)
    return Row("engine", "ok", reach(choice, state if state.is_dir() else repository.common_dir))
