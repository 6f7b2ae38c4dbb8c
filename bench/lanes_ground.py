"""What the lanes of a project are measured on: its repository with rules, with contracts, whole and cut to one package.

import-linter reads the packages that it is told. Beside the root package it is told all others of a repository here:
each folder at the top that holds Python files, and where such a folder is no package but holds some, those, with that
folder on the path as the project's own tests have it. Files that it stops at are taken out of its copy, and counted.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.contestants import working_copy
from corpus.project import project, run
from corpus.sdist import Sdist
from laneshift.errors import CheckFailed

_PLACES = {"django": ("utils", "contrib", "db"), "homeassistant": ("util", "components", "helpers")}
_STOPPED = re.compile(r"Syntax error in\s+(\S[^,]*), line \d+")
_ANALYZED = re.compile(r"Analyzed ([\d,]+) files")
_MOST_UNREADABLE = 10
_WIDE = {**os.environ, "COLUMNS": "1000"}  # else a long path is broken into lines


@dataclass(frozen=True, slots=True)
class Ground:
    """Folders to check in, each a repository: one for each kind of rule and each size."""

    lanes: Path
    contracts: Path
    lanes_of_package: Path
    everything: Path
    linter_of_everything: tuple[str, ...]


def ground(sdist: Sdist, cache: Path) -> Ground:
    """The copies of one project, made where they are missing."""
    lanes = {"laneshift.toml": _rules(sdist.package)}
    packages, on_path = packages_of(_tracked(project(sdist, cache)))
    everything = _copy(
        sdist, cache, "everything", {".importlinter": _contract(sdist.package, packages), "setup.cfg": ""}
    )
    linter = linter_with(on_path)
    _without_unreadable(everything, linter)
    return Ground(
        lanes=_copy(sdist, cache, "lanes", lanes),
        contracts=_copy(sdist, cache, "contracts", {".importlinter": _contract(sdist.package, ()), "setup.cfg": ""}),
        lanes_of_package=_copy(sdist, cache, "package", lanes, only=sdist.package),
        everything=everything,
        linter_of_everything=linter,
    )


def packages_of(paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packages at the top of a repository with these Python files, and the folders that have to be on the path."""
    known = frozenset(paths)
    packages: set[str] = set()
    on_path = []
    for top in sorted({path.partition("/")[0] for path in known if "/" in path}):
        inside = re.compile(rf"{re.escape(top)}/(\w+)/__init__\.py")
        below = {match[1] for match in map(inside.fullmatch, known) if match is not None}
        if below and f"{top}/__init__.py" not in known:
            on_path.append(top)
            packages |= below
        else:
            packages.add(top)
    return tuple(sorted(packages)), tuple(on_path)


def linter_with(folders: Sequence[str]) -> tuple[str, ...]:
    """import-linter's command with more folders on its path. By `PYTHONPATH` a `sitecustomize` in one would run."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return (sys.executable, "-c", f"import sys; sys.path[:0] = {list(folders)!r}; {program}" if folders else program)


def files_read(printed: str) -> int:
    """How many files import-linter says that it read. Raises `CheckFailed` (`bench.no-count`) where it does not."""
    found = _ANALYZED.search(printed)
    if found is None:
        raise CheckFailed("bench.no-count", "import-linter does not say how many files it read", why=printed[-500:])
    return int(found[1].replace(",", ""))


def python_files(folder: Path) -> int:
    """How many Python files a repository has."""
    return len(_tracked(folder))


def _tracked(folder: Path) -> list[str]:
    return run(folder, "ls-files", "-z", "*.py").split("\0")[:-1]


def _rules(package: str) -> str:
    low, high, middle = _PLACES[package]
    rules = f'[lanes.low]\npaths = ["{package}/{low}/**"]\nmay_import = ["middle"]\n[lanes.middle]\n'
    return rules + f'paths = ["{package}/{middle}/**"]\n[lanes.high]\npaths = ["{package}/{high}/**"]\n'


def _contract(package: str, packages: Sequence[str]) -> str:
    low, high, _ = _PLACES[package]
    roots = "root_packages =\n" + "".join(f"    {name}\n" for name in packages) if packages else ""
    head = f"[importlinter]\n{roots or f'root_package = {package}'}\n"
    contract = "[importlinter:contract:one]\nname = one\ntype = forbidden\n"
    return head + contract + f"source_modules = {package}.{low}\nforbidden_modules = {package}.{high}\n"


def _copy(sdist: Sdist, cache: Path, kind: str, files: dict[str, str], only: str = "") -> Path:
    folder = working_copy(project(sdist, cache), cache / "bench" / f"{sdist.project.lower()}-{kind}")
    if only:
        run(folder, "rm", "-r", "--quiet", "--ignore-unmatch", "--", ".", f":!{only}", *(f":!{path}" for path in files))
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    run(folder, "add", "--all", "--force", *files)
    run(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "rules")
    return folder


def _without_unreadable(folder: Path, linter: Sequence[str]) -> None:
    """Take out what import-linter stops at, one file after the other as it names them."""
    for _ in range(_MOST_UNREADABLE):
        command = [*linter, "--no-cache"]
        done = subprocess.run(command, cwd=folder, env=_WIDE, capture_output=True, text=True, check=False)
        stopped = _STOPPED.search(done.stdout + done.stderr)
        if stopped is None:
            return
        run(folder, "rm", "--quiet", "--", stopped[1])
        run(folder, "commit", "--quiet", "--no-verify", "--message", "what import-linter cannot read is left out")
