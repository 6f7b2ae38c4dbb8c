"""Projects in real repositories, and sandboxes over them in both ways of isolation."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.config import Tests
from laneshift.gates.sandbox import Limits, RunResult, SuiteResult, Whole
from laneshift.repo.pool import Checkout, Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox
from tests.repo.builders import repo_at

NO_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Loading the plugins that the tests of laneshift need takes four times as long as pytest alone."""
XDIST = ["python", "-m", "pytest", "-p", "xdist", "-n", "2"]
GOOD = "def test_good(): pass\n"
PACKAGE = {"pkg/__init__.py": "", "pkg/a.py": "VALUE = 41\n"}

EVERYTHING = """
import pytest
from pkg.a import VALUE

@pytest.mark.parametrize("word", ["a::b", "c[d]", "e f/g", "\\x1b[31m", "@", "é", "../up", "-k"])
def test_odd(word): assert VALUE == 41
def test_red(): assert VALUE == 0
@pytest.mark.xfail
def test_expected(): assert VALUE == 0
@pytest.mark.xfail
def test_surprise(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.mark.xfail(run=False)
def test_not_even_run(): pass
@pytest.mark.skip
def test_skipped(): pass
@pytest.fixture
def broken(): raise ValueError
def test_setup(broken): pass
@pytest.fixture
def leaky():
    yield
    raise ValueError
def test_teardown(leaky): pass
def test_both(leaky): assert VALUE == 0
class TestClass:
    def test_method(self): pass
"""
"""A module with a test of every kind; `pkg.a` is its subject."""


@dataclass(frozen=True)
class Project:
    """A tree in a repository, and how to run things on it."""

    sandbox: IsolatedSandbox
    tree: str
    mark: str
    scratch_parent: Path

    def python(self, code: str, seconds: float = 120, **limits: Any) -> RunResult:
        """Run Python code at the root of the tree."""
        return self.sandbox.run(self.tree, ["python", "-c", code], Limits(seconds, **limits))

    def suite(self, *selection: str, seconds: float = 300) -> SuiteResult:
        """Run the tests of the tree."""
        return self.sandbox.suite(self.tree, selection, Limits(seconds))

    def whole(self, took: Mapping[str, int] | None = None, seconds: float = 300) -> Whole:
        """Run the whole suite of the tree in its shards."""
        return self.sandbox.whole(self.tree, Limits(seconds), took or {})

    def living(self) -> list[int]:
        """Processes that still carry this project's mark in their environment."""
        return carrying(self.mark)


@dataclass(frozen=True)
class WarmPool:
    """A pool whose checkouts share compiled libraries: compiling pytest again for each project takes seconds."""

    pool: Pool
    cache_dir: Path

    @contextmanager
    def checkout(self, tree: str) -> Iterator[Checkout]:
        """A checkout of the pool, with the shared folder for bytecode."""
        with self.pool.checkout(tree) as found:
            yield replace(found, cache_dir=self.cache_dir)


class Projects:
    """Makes projects below one folder."""

    def __init__(self, folder: Path, namespaces: tuple[str, ...] | None, cache_dir: Path) -> None:
        self.folder = folder
        self.namespaces = namespaces
        self.cache_dir = cache_dir

    def __call__(self, files: Mapping[str, str | bytes], **options: Any) -> Project:
        """A project with these files; options go to the settings of tests, except those of the sandbox itself."""
        mark = secrets.token_hex(8)
        number = len(list(self.folder.iterdir()))
        repository = repo_at(self.folder / f"repo{number}", files)
        scratch_parent = options.pop("scratch_parent", self.folder / f"scratch{number}")
        scratch_parent.mkdir(exist_ok=True)
        sandbox_options = {
            name: options.pop(name)
            for name in ("python", "source_roots", "work_tree", "shards", "grace_seconds")
            if name in options
        }
        environment = {"PROJECT_MARK": mark, **NO_PLUGINS, **options.pop("environment", {})}
        sandbox = IsolatedSandbox(
            WarmPool(Pool(repository, sandbox_options.get("shards", 1)), self.cache_dir),
            Tests(environment=environment, **options),
            namespaces=self.namespaces,
            scratch_parent=scratch_parent,
            **{"grace_seconds": 0.5, **sandbox_options},
        )
        return Project(sandbox, repository.tree("HEAD").oid, mark, scratch_parent)


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for bytecode that all projects of this session share."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(params=[None, ()], ids=["namespaces", "fallback"])
def project(request: pytest.FixtureRequest, tmp_path: Path, bytecode: Path) -> Projects:
    """Makes projects that run with what the machine has, and again without any namespace."""
    return Projects(tmp_path, request.param, bytecode)


@pytest.fixture
def fallback(tmp_path: Path, bytecode: Path) -> Projects:
    """Makes projects that run without namespaces."""
    return Projects(tmp_path, (), bytecode)


@pytest.fixture(params=[["python", "-m", "pytest"], XDIST], ids=["alone", "xdist"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """The two ways in which pytest runs: in one process, and as a controller of workers."""
    found: list[str] = request.param
    return found


def carrying(mark: str) -> list[int]:
    """Ids of all processes of this machine with `mark` in the environment they started with."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            data = (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in data:
            found.append(int(folder.name))
    return found


def wait_until(check: Any, seconds: float = 120.0) -> bool:
    """Whether `check` became true in time."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
