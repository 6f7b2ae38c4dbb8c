"""`python -m bench.isolation [LANE]`: a row for each mode and sub-package; 1 where anything broke that should not.

After `isolate-import` the sub-package is deleted: every other module has to import, and a test may turn red only
when, in that very run, it reaches for what was deleted.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.isolation.subjects import SUBJECTS, Subject
from bench.isolation.suite import Place, Ran
from bench.isolation.verdict import Judged, judge
from corpus.environment import PROJECTS, environment
from corpus.project import clone, project
from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.fixpoint import Settled
from laneshift.code.codemods.isolate.one_file import MODES
from laneshift.code.codemods.records import Codemod
from laneshift.repo.objects import Repository

_MORE = ("docutils==0.21.2", "Sphinx==8.1.3")
"""Without them a module of pygments cannot be imported, so nothing could be said about it."""
_TESTS = "tests/isolated"
_HEAD = (
    "sub-package", "mode", "files changed", "refused", "passed before", "passed isolated", "passed deleted",
    "reach the deleted part", "broken", "modules that import",
)  # fmt: skip


def main() -> int:
    """Print the table, and below it the calls that reach the deleted parts."""
    chosen = [subject for subject in SUBJECTS if not sys.argv[1:] or subject.lane in sys.argv[1:]]
    python = environment("isolation", (*PROJECTS, *_MORE)) / "python"
    rows: list[Sequence[object]] = [_HEAD, ["---"] * len(_HEAD)]
    calls, fine = Counter[str](), bool(chosen)
    for subject in chosen:
        for cells, judged, broken in _rows(subject, python):
            rows.append(cells)
            calls.update(f"{each.file}:{each.line} in `{each.function}`" for each in judged.deleted.values())
            sys.stderr.writelines(f"{subject.lane} {cells[1]}: {line}\n" for line in broken)
            fine = fine and not broken
    sys.stdout.writelines(f"| {' | '.join(map(str, cells))} |\n" for cells in rows)
    sys.stdout.writelines(f"- {count} red test(s) by {call}\n" for call, count in calls.most_common())
    return 0 if fine else 1


def _rows(subject: Subject, python: Path) -> Iterator[tuple[list[object], Judged, list[str]]]:
    source = project(subject.sdist)
    with tempfile.TemporaryDirectory() as folder:
        first = Place(clone(source, Path(folder) / "before"), python, subject.lane)
        before, known = first.tests(subject.tests), first.imports(subject.package)[1]
        for mode in MODES:
            place = Place(clone(source, Path(folder) / mode), python, subject.lane)
            yield _row(subject, mode, place, before, known)


def _row(
    subject: Subject, mode: str, place: Place, before: Ran, known: Mapping[str, str]
) -> tuple[list[object], Judged, list[str]]:
    """The cells, the judged red tests, and everything that is not as it should be."""
    done = _isolated(subject, mode, place.path)
    registry, start = (subject.registry, f"{subject.lane}.providers") if mode == "provider" else ("", "")
    tests = (*subject.tests, f"{_TESTS}/test_*.py")
    isolated = place.tests(tests, registry, start)
    shutil.rmtree(place.path / subject.folder)
    files = (str(file.relative_to(place.path)) for file in (place.path / subject.package).rglob("*.py"))
    production = {file for file in files if "/tests/" not in file}
    deleted = place.tests(tests, registry, start)
    good, bad = place.imports(subject.package)
    judged = judge({test: why for test, why in deleted.red.items() if test not in before.red}, deleted.told, production)
    broken = [f"{name}: {why}" for name, why in bad.items() if name not in known]
    broken += [f"{test}: {why}" for test, why in judged.broken.items()]
    broken += [f"isolated alone: {test}: {why}" for test, why in isolated.red.items() if test not in before.red]
    changed = len({edit.path for edit in done.answer.edits})
    cells: list[object] = [
        f"`{subject.lane}`", mode, changed, len(done.answer.refusals), before.passed, isolated.passed, deleted.passed,
        len(judged.deleted), len(broken), len(good),
    ]  # fmt: skip
    return cells, judged, broken


def _isolated(subject: Subject, mode: str, path: Path) -> Settled:
    """Isolate the sub-package in a work tree."""
    more = {"registry": subject.registry} if mode == "provider" else {}
    codemod = Codemod.asked("isolate-import", (), {"lane": subject.lane, "mode": mode, **more})
    done = apply_codemod(Repository.open(path).tree("HEAD"), codemod, (), _TESTS)
    for name, data in done.answer.files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return done


if __name__ == "__main__":
    sys.exit(main())
