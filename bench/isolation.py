"""`python -m bench.isolation`: isolate a sub-package of a real project, delete it, and see what still works.

`pygments.filters` is declared experimental. After `isolate-import` it is deleted: every other module has to import,
and a test may turn red only because it reaches for what was deleted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.project import clone, project
from corpus.sdist import PYGMENTS
from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.isolate.one_file import MODES
from laneshift.code.codemods.records import Codemod
from laneshift.errors import CheckFailed
from laneshift.repo.objects import Repository

LANE, FOLDER = "pygments.filters", "pygments/filters"
_RED = re.compile(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", re.MULTILINE)
_PASSED = re.compile(r"(\d+) passed")
_IMPORT_ALL = """
import importlib, pkgutil, sys
import pygments
bad = []
for found in pkgutil.walk_packages(pygments.__path__, "pygments."):
    if found.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(found.name)
    except Exception as error:
        bad.append(found.name + ": " + repr(error))
count = sum(name.partition(".")[0] == "pygments" for name in sys.modules)
print(count, *bad, sep="\\n")
"""


@dataclass(frozen=True)
class Suite:
    """One run of the tests: how many passed, and the last line of the error of each red one."""

    passed: int
    red: dict[str, str]


def main() -> int:
    """Print one row for each mode; 1 where anything broke that does not reach for what was deleted."""
    source = project(PYGMENTS)
    with tempfile.TemporaryDirectory() as folder:
        before = _suite(clone(source, Path(folder) / "before"))
        known = set(_run(Path(folder) / "before", ["-c", _IMPORT_ALL]).stdout.splitlines()[1:])
        rows = [_row(mode, source, Path(folder) / mode, before, known) for mode in MODES]
    sys.stdout.write("\n".join([_HEAD, *(text for text, _ in rows)]) + "\n")
    return 0 if all(fine for _, fine in rows) else 1


_HEAD = (
    "| mode | files changed | refused | passed before | passed isolated | passed deleted | reach the deleted part "
    "| broken otherwise | modules that import |\n|---|---|---|---|---|---|---|---|---|"
)


def _row(mode: str, source: Path, place: Path, before: Suite, known: set[str]) -> tuple[str, bool]:
    clone(source, place)
    tree = Repository.open(place).tree("HEAD")
    more = {"registry": "pygments.provided"} if mode == "provider" else {}
    codemod = Codemod.asked("isolate-import", (), {"lane": LANE, "mode": mode, **more})
    done = apply_codemod(tree, codemod, (), "tests/isolated")
    for path, data in done.answer.files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    start = [f"{LANE}.providers"] if mode == "provider" else []
    isolated = _suite(place, start)
    shutil.rmtree(place / FOLDER)
    deleted = _suite(place)
    count, *bad = _run(place, ["-c", _IMPORT_ALL]).stdout.splitlines()
    bad = [line for line in bad if line not in known]
    words = ("filters", "NotProvidedError")
    new = {test: why for test, why in deleted.red.items() if test not in before.red}
    broken = {test: why for test, why in new.items() if not any(word in f"{test} {why}" for word in words)}
    changed = len({edit.path for edit in done.answer.edits})
    cells = (
        mode, changed, len(done.answer.refusals), before.passed, isolated.passed, deleted.passed,
        len(new) - len(broken), len(broken), count,
    )  # fmt: skip
    for line in (*bad, *(f"{test}: {why}" for test, why in broken.items())):
        sys.stderr.write(f"{mode}: {line}\n")
    worse = set(isolated.red) - set(before.red)
    return f"| {' | '.join(map(str, cells))} |", not (bad or broken or worse)


def _suite(place: Path, start: Sequence[str] = ()) -> Suite:
    """The unit tests. `start` are modules that the program imports first, as its own start would."""
    tests = sorted(str(path.relative_to(place)) for path in (place / "tests").glob("test_*.py"))
    isolated = ["tests/isolated"] if (place / "tests/isolated").is_dir() else []
    loaded = [word for module in start for word in ("-p", module)]
    done = _run(place, ["-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *loaded, *tests, *isolated])
    passed = _PASSED.search(done.stdout)
    if passed is None:
        raise CheckFailed("bench.no-tests", "the tests did not run", why=done.stdout[-2000:] + done.stderr[-2000:])
    return Suite(int(passed[1]), {test: why or "" for test, why in _RED.findall(done.stdout)})


def _run(place: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(place), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "400"}
    return subprocess.run([sys.executable, *words], cwd=place, env=env, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
