"""`python -m bench.coverage_spellings`: real projects, real reports, every module under every spelling.

Each project is measured by coverage.py and written as JSON and as XML. Then 1 % is planted in every module and package
with a hundred statements or more, and 50 % is asked of it under each way to spell its name: each has to fail, and as
measured each has to pass. 1 where one does not.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.environment import environment
from corpus.project import clone, project
from corpus.sdist import Sdist
from laneshift.config import Settings
from laneshift.repo.objects import Repository, Tree
from laneshift.reports.coverage.lines import Lines, Measured
from laneshift.reports.coverage.measuring import coverage_of
from laneshift.reports.coverage.reading import read
from laneshift.reports.coverage.resolving import resolve

_LARGE = 100
_NEEDED = ("coverage==7.17.3", "pytest==9.2.0", "hypothesis==6.170.15", "freezegun==1.5.5")
_IDNA = "a7db850025b95ded1eae8a46181a1a6c56c92c96f0e2b005d9ff8dc0210cab44"
_ITSDANGEROUS = "e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173"
_LINTER = "c5bd0d38bdef46c7251120266b3bf72662bc8cd989a8fe461499936e12e8c6fa"


@dataclass(frozen=True, slots=True)
class Case:
    """A project and the packages that its tests need besides."""

    sdist: Sdist
    needs: Sequence[str] = ()


CASES = (
    Case(Sdist("idna", "3.20", _IDNA, "idna-3.20.tar.gz", "idna")),
    Case(Sdist("itsdangerous", "2.2.0", _ITSDANGEROUS, "itsdangerous-2.2.0.tar.gz", "src/itsdangerous")),
    Case(
        Sdist("import-linter", "2.16", _LINTER, "import_linter-2.16.tar.gz", "src/importlinter"),
        ("grimp==3.19", "click", "rich", "typing_extensions", "pyyaml", "fastapi", "uvicorn"),
    ),
)


def main() -> int:
    """A row for each project and format."""
    sys.stdout.write("| project | report | modules | names tried | failed at 1 % | passed as measured |\n")
    sys.stdout.write("|---|---|---:|---:|---:|---:|\n")
    good = True
    for case in CASES:
        for kind, modules, tried, low, high in _judged(case):
            name = f"{case.sdist.project} {case.sdist.version}"
            sys.stdout.write(f"| {name} | {kind} | {modules} | {tried} | {low} | {high} |\n")
            sys.stdout.flush()
            good = good and tried == low == high > 0
    return 0 if good else 1


def spellings(place: str, package: str) -> Iterator[str]:
    """The names that people give to a module or a package at this path."""
    root = package.rpartition("/")[0]
    plain = place.removesuffix(".py")
    names = [place, f"./{place}", plain, f"{plain}/", plain.replace("/", "."), plain.replace("/", "\\"), f"{plain}/**"]
    if root:
        inside = plain.removeprefix(f"{root}/")
        names += [inside, inside.replace("/", "."), f"./{inside}/"]
    yield from dict.fromkeys(names)


def _judged(case: Case) -> Iterator[tuple[str, int, int, int, int]]:
    with tempfile.TemporaryDirectory() as folder:
        place = clone(project(case.sdist), Path(folder) / "checkout")
        _measure(case, place)
        tree = Repository.open(place).tree("HEAD")
        package = case.sdist.package
        for kind in ("json", "xml"):
            found = read((place / f"coverage.{kind}").read_bytes(), kind)
            modules = list(_places(found, tree, package))
            names = [(module, name) for module in modules for name in spellings(module, package)]
            low = sum(not _passes(tree, _planted(found, tree, module), name) for module, name in names)
            high = sum(_passes(tree, found, name) for _, name in names)
            yield kind, len(modules), len(names), low, high


def _measure(case: Case, place: Path) -> None:
    python = environment(f"coverage-{case.sdist.project}", (*_NEEDED, *case.needs)) / "python"
    package = case.sdist.package
    command = [str(python), "-m", "coverage", "run", "--branch", f"--source={package}", "-m", "pytest", "-q", "tests"]
    folders = [str(place / (package.rpartition("/")[0] or ".")), str(place), str(place / "tests")]
    # Red tests measure what they ran all the same.
    subprocess.run(command, cwd=place, env={"PYTHONPATH": ":".join(folders)}, capture_output=True, check=False)
    for kind in ("json", "xml"):
        subprocess.run([str(python), "-m", "coverage", kind, "-q", "--fail-under=0"], cwd=place, check=True)


def _places(found: Measured, tree: Tree, package: str) -> Iterator[str]:
    """Modules with many statements, and every package that one of them is in."""
    large = [path for path, (_, lines) in _by_path(found, tree).items() if len(lines.statements) >= _LARGE]
    depth = package.count("/") + 1
    folders = {"/".join(path.split("/")[:at]) for path in large for at in range(depth, path.count("/") + 1)}
    yield from sorted({*large, *folders})


def _by_path(found: Measured, tree: Tree) -> dict[str, tuple[str, Lines]]:
    """By path of the tree its name in the report, and what was measured."""
    names = resolve(found, tree.entries, str(tree.repository.work_dir)).names
    return {path: (name, found.files[name]) for path, name in names.items()}


def _planted(found: Measured, tree: Tree, place: str) -> Measured:
    """The report with 1 % of the statements of a module, or of every module of a package, run."""
    inside = [each for path, each in _by_path(found, tree).items() if f"{path}/".startswith(f"{place}/")]
    low = {name: replace(lines, run=_first_percent(lines)) for name, lines in inside}
    return replace(found, files={**found.files, **low})


def _first_percent(lines: Lines) -> frozenset[int]:
    return frozenset(sorted(lines.statements)[: len(lines.statements) // 100])


def _passes(tree: Tree, found: Measured, name: str) -> bool:
    return coverage_of(tree, _asking({"thresholds": {name: 50}}), found, "x").passes


def _asking(coverage: dict[str, object]) -> Settings:
    return Settings.model_validate({"coverage": coverage})


if __name__ == "__main__":
    sys.exit(main())
