"""Runs a project's own tests, and the import of each of its modules, in an environment that has what they need."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.isolation.verdict import Reach, reaches
from laneshift.errors import CheckFailed

_RED = re.compile(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", re.MULTILINE)
_PASSED = re.compile(r"(\d+) passed")
_SHOWN = 2000
_EVIDENCE = Path(__file__).with_name("evidence.py")
_IMPORT_ALL = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
bad, good = {}, []
for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=lambda name: None):
    if found.name.endswith("__main__") or ".tests" in found.name or ".benchmarks" in found.name:
        continue
    try:
        importlib.import_module(found.name)
        good.append(found.name)
    except BaseException as error:
        bad[found.name] = repr(error)[:300]
print()
print(json.dumps([good, bad]))
"""


@dataclass(frozen=True)
class Ran:
    """One run of the tests: how many passed, why each red one is red, and who reached for the lane."""

    passed: int
    red: Mapping[str, str]
    told: Sequence[Reach] = field(default_factory=tuple)


@dataclass(frozen=True)
class Place:
    """A work tree, the interpreter for it, and the lane that is watched."""

    path: Path
    python: Path
    lane: str

    def imports(self, package: str) -> tuple[list[str], dict[str, str]]:
        """Modules that import in one process, and those that do not, with the error."""
        done = self._run(["-c", _IMPORT_ALL, package], {})
        if done.returncode:
            raise CheckFailed("bench.no-imports", "the package does not import", why=done.stderr[-_SHOWN:])
        good, bad = json.loads(done.stdout.splitlines()[-1])
        return good, bad

    def tests(self, patterns: Sequence[str], registry: str = "", start: str = "") -> Ran:
        """Run the tests that are there. `registry` is watched, and started with `start`, as the program would."""
        found = sorted({str(each.relative_to(self.path)) for text in patterns for each in self.path.glob(text)})
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(_EVIDENCE, Path(folder) / "isolation_evidence.py")
            out = Path(folder) / "reaches"
            out.touch()
            told = {"ISOLATION_LANE": self.lane, "ISOLATION_OUT": str(out), "PYTHONPATH": f"{self.path}:{folder}"}
            more = {"ISOLATION_REGISTRY": registry, "ISOLATION_START": start} if registry else {}
            words = ["-m", "pytest", "-q", "-rfE", "--continue-on-collection-errors", "-p", "no:cacheprovider"]
            words += ["-p", "isolation_evidence"]
            done = self._run([*words, *found], {**told, **more})
            lines = out.read_text("utf-8").splitlines()
        passed = _PASSED.search(done.stdout)
        if passed is None:
            raise CheckFailed("bench.no-tests", "the tests did not run", why=(done.stdout + done.stderr)[-_SHOWN:])
        return Ran(int(passed[1]), {test: why or "" for test, why in _RED.findall(done.stdout)}, reaches(lines))

    def _run(self, words: Sequence[str], more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "400", "PYTHONDONTWRITEBYTECODE": "1"}
        env = {**os.environ, "PYTHONPATH": str(self.path), **quiet, **more}
        command = [str(self.python), *words]
        return subprocess.run(command, cwd=self.path, env=env, capture_output=True, text=True, check=False)
