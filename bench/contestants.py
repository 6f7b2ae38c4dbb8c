"""Who takes part in a move: ours with and without an index, rope, ast-grep behind ripgrep, and the floor."""

from __future__ import annotations

import re
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Contestant, timed
from corpus.project import clone, run

OURS = (sys.executable, "-m", "laneshift")
_PROGRAMS = Path(__file__).parent / "programs"
_TICK = 1.1


@dataclass(frozen=True, slots=True)
class Case:
    """One move in one repository, as the tools spell it. `src` and `dst` are paths as for `laneshift move`."""

    name: str
    repository: Path
    src: str
    dst: str

    @property
    def old(self) -> str:
        """The dotted name before."""
        return self.src.removesuffix(".py").replace("/", ".")

    @property
    def new(self) -> str:
        """The dotted name after."""
        return self.dst.removesuffix(".py").replace("/", ".")


def ours(case: Case, scratch: Path, *, warm: bool) -> Contestant:
    """`laneshift move` in a clone of its own, with the index present or removed before each run."""
    name = "laneshift, warm index" if warm else "laneshift, no index"
    folder = working_copy(case.repository, scratch / f"{case.repository.name}-{'warm' if warm else 'cold'}")
    if warm:
        timed((sys.executable, "-m", "bench.programs.index_build", str(folder), "2"), Path.cwd())

    def prepare() -> None:
        restore(folder)
        if not warm:
            shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)

    return Contestant(name, [(*OURS, "move", case.src, case.dst)], folder, prepare)


def rope(case: Case, scratch: Path, python: Path, rounds: int) -> Contestant:
    """Rope 1.15, by its own interface."""
    folder = working_copy(case.repository, scratch / f"{case.name}-rope")
    target = case.dst.rpartition("/")[0]
    command = (str(python), str(_PROGRAMS.absolute() / "rope_move.py"), ".", case.src, target)
    return Contestant("rope 1.15", [command], folder, lambda: restore(folder), rounds)


def ast_grep(case: Case, scratch: Path, bin_folder: Path) -> Contestant:
    """Ripgrep finds the files, ast-grep rewrites their import statements; strings, attributes and the file stay."""
    folder = working_copy(case.repository, scratch / f"{case.name}-ast-grep")
    rules, names = (scratch / f"{case.name}-rules.yml").absolute(), (scratch / f"{case.name}-files").absolute()
    rules.write_text(_rules(case.old, case.new), encoding="utf-8")
    word = case.old.rpartition(".")[2]
    find = (str(bin_folder / "rg"), "--files-with-matches", "--null", "--type", "py", "--fixed-strings", word, ".")
    scan = (str(bin_folder / "ast-grep"), "scan", "--rule", str(rules), "--update-all")
    collect = ("sh", "-c", 'out=$1; shift; exec "$@" > "$out"', "sh", str(names), *find)
    rewrite = ("xargs", "-0", "-a", str(names), *scan)
    return Contestant("ast-grep behind ripgrep", [collect, rewrite], folder, lambda: restore(folder))


def floor(case: Case) -> Contestant:
    """List the tree, read the blobs, parse those that mention the name."""
    word = case.old.rpartition(".")[2]
    command = (sys.executable, str(_PROGRAMS.absolute() / "floor.py"), str(case.repository.absolute()), word)
    return Contestant("floor", [command], case.repository)


def working_copy(repository: Path, folder: Path) -> Path:
    """A clone to be changed; made when it is missing."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        clone(repository, folder)
    return folder.absolute()


def restore(folder: Path) -> None:
    """Undo a move. Git's index is refreshed a tick later, or git would have to read every file again to be sure."""
    run(folder, "reset", "--hard", "--quiet", "HEAD")
    run(folder, "clean", "-fdq")
    time.sleep(_TICK)
    run(folder, "update-index", "-q", "--really-refresh")


def _rules(old: str, new: str) -> str:
    """Imports alone: by the whole name, and from the package."""
    parent, _, last = old.rpartition(".")
    new_parent = new.rpartition(".")[0]
    pattern = re.escape(old)
    return f"""\
id: whole
language: python
rule:
  all:
    - kind: dotted_name
    - regex: ^{pattern}(\\.|$)
    - pattern: $NAME
  any:
    - inside: {{kind: import_from_statement, field: module_name}}
    - inside: {{kind: import_statement, stopBy: end}}
transform:
  NEW: {{replace: {{source: $NAME, replace: '^{pattern}', by: {new}}}}}
fix: $NEW
---
id: from-parent
language: python
rule: {{pattern: from {parent} import {last}}}
fix: from {new_parent} import {last}
"""
