"""Look at a repository and propose settings that work at once. Reads the tree and the history, and writes nothing."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from laneshift.config import FILE, Settings, load
from laneshift.errors import Bug, Refused
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.doctor.configured import reader
from laneshift.runs.proposing.applications import app_ideas
from laneshift.runs.proposing.areas import is_beside, is_named_as_test, packages_of, test_area
from laneshift.runs.proposing.lanes import lane_ideas
from laneshift.runs.proposing.proposal import Proposal, proposal
from laneshift.runs.proposing.roots import source_roots
from laneshift.runs.proposing.scopes import used_scopes
from laneshift.runs.proposing.suite import READ, suite_idea
from laneshift.runs.proposing.toml_text import toml_text

_LARGEST = 1 << 20
_SAMPLES = 200
_COMMITS = 500


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, its text, and the Python files that it is about."""

    proposal: Proposal
    text: str
    python: tuple[str, ...]


def propose(repository: Repository, tree: Tree) -> Proposed:
    """The settings that would suit `tree`. Raises `Refused` (`init.no-python`) when there is no code to move."""
    python = tuple(path for path, entry in tree.below("") if path.endswith(".py") and entry.is_regular and _plain(path))
    if not python:
        raise Refused("init.no-python", "this repository has no Python files", where=str(repository.common_dir))
    roots = source_roots(tree, python)
    lanes = lane_ideas(python, roots)
    suite = suite_idea(python, _texts(tree, _told(tree)), _texts(tree, _samples(python)))
    used = used_scopes(_subjects(repository), {lane.name for lane in lanes})
    apps = app_ideas(tree, python, roots.listed)
    found = proposal(roots, lanes, suite, apps, used, hides_tests=_hides_tests(python))
    text = toml_text(found)
    _prove(tree, text)
    return Proposed(found, text, python)


def _hides_tests(python: Sequence[str]) -> bool:
    """Whether tests are packages called `tests`, and none lies at the top: a first file there would make it one."""
    at_top = any(path.startswith("tests/") for path in python)
    return not at_top and any(path.count("/") == 2 and path.endswith("/tests/__init__.py") for path in python)


def _prove(tree: Tree, text: str) -> None:
    """What is proposed has to be accepted. Raises `Bug` otherwise."""
    try:
        Lanes.of(_load(text).lanes)
    except Refused as error:
        what = "; ".join(str(fault) for fault in error.faults) or error.what
        raise Bug("init.bad-proposal", f"the proposal would be refused: {what}", where=tree.oid) from error


def _load(text: str) -> Settings:
    return load(lambda path: text.encode() if path == FILE else None)


def _plain(path: str) -> bool:
    return path.isprintable() and "\\" not in path


def _told(tree: Tree) -> list[str]:
    """The files at the root that tell how tests run: configuration, and lists of requirements."""
    top = tree.folder("")
    lists = [name for name in sorted(top) if "require" in name.lower() and name.endswith((".txt", ".in"))]
    return [name for name in (*READ, *lists) if name in top]


def _samples(python: Sequence[str]) -> list[str]:
    packages = packages_of(python)
    tests = [path for path in python if is_named_as_test(path) and not is_beside(path)]
    # Those in no folder of tests first: whether they are tests at all decides where the suite is.
    return sorted(tests, key=lambda path: test_area(path, packages) != "")[:_SAMPLES]


def _texts(tree: Tree, paths: Sequence[str]) -> dict[str, str]:
    """The texts of regular files that are not huge."""
    found = {}
    for path in paths:
        entry = tree.entry(path)
        if entry is not None and entry.is_regular and tree.repository.blob_size(entry.oid) <= _LARGEST:
            found[path] = tree.read(path).decode("utf-8", "replace")
    return found


def _subjects(repository: Repository) -> list[str]:
    if repository.handle.head_is_unborn:
        return []
    walker = repository.handle.walk(repository.handle.head.target)
    return [commit.message.partition("\n")[0] for commit in islice(walker, _COMMITS)]


def configured(repository: Repository, tree: Tree) -> str:
    """The file that has settings already: the one of laneshift, or pyproject.toml; empty for none.

    A `laneshift.toml` that git ignores counts as well.
    """
    at_work = repository.work_dir is not None and os.path.lexists(repository.work_dir / FILE)
    if FILE in tree or at_work:
        return FILE
    shared = reader(tree)("pyproject.toml")
    if shared is None:
        return ""
    try:
        tools = tomllib.loads(shared.decode("utf-8", "replace")).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        why = "laneshift looks there for its settings"
        raise Refused("config.not-toml", "this file is not TOML", where="pyproject.toml", why=why) from error
    return "pyproject.toml" if isinstance(tools, dict) and "laneshift" in tools else ""
