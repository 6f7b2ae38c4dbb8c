"""Projects in real repositories, and sandboxes over them in both ways of isolation."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laneshift.config import Tests
from laneshift.gates.sandbox import Limits, RunResult, SuiteResult
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox
from tests.repo.builders import repo_at


@dataclass(frozen=True)
class Project:
    """A tree in a repository, and how to run things on it."""

    sandbox: IsolatedSandbox
    tree: str
    mark: str
    scratch_parent: Path

    def python(self, code: str, seconds: float = 30, **limits: Any) -> RunResult:
        """Run Python code at the root of the tree."""
        return self.sandbox.run(self.tree, ["python", "-c", code], Limits(seconds, **limits))

    def suite(self, *selection: str, seconds: float = 60) -> SuiteResult:
        """Run the tests of the tree."""
        return self.sandbox.suite(self.tree, selection, Limits(seconds))

    def living(self) -> list[int]:
        """Processes that still carry this project's mark in their environment."""
        return carrying(self.mark)


class Projects:
    """Makes projects below one folder."""

    def __init__(self, folder: Path, namespaces: tuple[str, ...] | None) -> None:
        self.folder = folder
        self.namespaces = namespaces

    def __call__(self, files: Mapping[str, str | bytes], **options: Any) -> Project:
        """A project with these files; options go to the settings of tests, except those of the sandbox itself."""
        mark = secrets.token_hex(8)
        number = len(list(self.folder.iterdir()))
        repository = repo_at(self.folder / f"repo{number}", files)
        scratch_parent = options.pop("scratch_parent", self.folder / f"scratch{number}")
        scratch_parent.mkdir(exist_ok=True)
        sandbox_options = {
            name: options.pop(name) for name in ("python", "source_roots", "work_tree") if name in options
        }
        environment = {"PROJECT_MARK": mark, **options.pop("environment", {})}
        sandbox = IsolatedSandbox(
            Pool(repository, 1),
            Tests(environment=environment, **options),
            namespaces=self.namespaces,
            scratch_parent=scratch_parent,
            grace_seconds=0.5,
            **sandbox_options,
        )
        return Project(sandbox, repository.tree("HEAD").oid, mark, scratch_parent)


@pytest.fixture(params=[None, ()], ids=["namespaces", "fallback"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Projects:
    """Makes projects that run with what the machine has, and again without any namespace."""
    return Projects(tmp_path, request.param)


@pytest.fixture
def fallback(tmp_path: Path) -> Projects:
    """Makes projects that run without namespaces."""
    return Projects(tmp_path, ())


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


def wait_until(check: Any, seconds: float = 10.0) -> bool:
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
