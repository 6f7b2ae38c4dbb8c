"""Traced selection: what the tests of a base run, recorded once and kept for every base that has the same files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from threading import Lock
from typing import Any, Protocol

from laneshift.code.index import Index
from laneshift.code.traced import Traces, traces_from
from laneshift.config import Settings
from laneshift.evidence.canonical import digest
from laneshift.gates.sandbox import Limits, Sandbox
from laneshift.repo.objects import Tree

_STEERING = frozenset({"conftest.py", "pytest.ini", ".pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"})
_TEST_NAMES = ("test_*.py", "*_test.py")


class Kept(Protocol):
    """What remembers the records: it may forget them at any time."""

    def get(self, inputs_digest: str) -> Any | None:
        """What was put, or None."""
        ...

    def put(self, inputs_digest: str, value: Any) -> None:
        """Remember `value`."""
        ...


class Recorder:
    """Knows what the tests of a tree run. Threads may share it: one records, the others wait for it."""

    def __init__(self, sandbox: Sandbox, index: Index, settings: Settings, kept: Kept) -> None:
        self._sandbox = sandbox
        self._index = index
        self._tests = settings.tests
        self._kept = kept
        self._key = digest({"traces": 1, "tests": settings.tests.model_dump_json()})
        self._known: dict[str, Traces] = {}
        self._lock = Lock()

    def of(self, tree: Tree) -> Traces:
        """The records for `tree`; test files that have none which holds are run now, traced, within `suite_seconds`.

        A run that is cut short leaves what it recorded; test files that it did not come to are asked again next time.
        """
        with self._lock:
            if tree.oid not in self._known:
                self._known[tree.oid] = self._recorded(tree)
            return self._known[tree.oid]

    def _recorded(self, tree: Tree) -> Traces:
        blobs = {path: oid.hex() for path, oid in self._index.files(tree).items()}
        steering = digest({path: blob for path, blob in blobs.items() if PurePosixPath(path).name in _STEERING})
        traces = traces_from(self._kept.get(self._key)).valid(steering, blobs)
        stale = [path for path in self._test_files(tree) if path not in traces.tests]
        if not stale:
            return traces
        limits = Limits(seconds=self._tests.suite_seconds, memory_mib=self._tests.memory_mib)
        # A narrowed run of everything would leave out what only the command's own arguments reach.
        run = self._sandbox.trace(tree.oid, stale if traces.tests else (), limits)
        ran = by_file(run.ran)
        asked = () if run.result.run.timed_out else stale
        traces = traces.with_runs(asked, ran, blobs)
        self._kept.put(self._key, traces.as_json())
        return traces

    def _test_files(self, tree: Tree) -> list[str]:
        facts = self._index.facts(tree)
        named = (path for path in facts if any(fnmatchcase(PurePosixPath(path).name, form) for form in _TEST_NAMES))
        return [path for path in named if facts[path].is_test and self._is_in_suite(path)]

    def _is_in_suite(self, path: str) -> bool:
        paths = [name.partition("::")[0].strip("/") for name in self._tests.paths]
        return not paths or any(name in ("", ".", path) or path.startswith(f"{name}/") for name in paths)


def by_file(ran: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """What each test file ran: all of its tests together."""
    found: dict[str, set[str]] = {}
    for test, files in ran.items():
        found.setdefault(test.partition("::")[0], set()).update(files)
    return found
