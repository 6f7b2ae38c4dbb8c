"""A repository of nine thousand Python files: the index, a much imported module, and a hundred and forty-four moves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench import contestants
from bench.contestants import Case, working_copy
from bench.measure import Contestant, interleave, timed
from bench.section import Section, at_most
from corpus.narrowed import python_only
from corpus.project import project, run
from corpus.sdist import HOME_ASSISTANT

_MOVES = 144
_CHANGED = 20
_SRC, _DST = "homeassistant/helpers/entity_component.py", "homeassistant/util/entity_component.py"


def index(cache: Path, rounds: int) -> Section:
    """The index from nothing, against parsing the same files and in the repository as it ships; and after a commit."""
    same = working_copy(python_only(HOME_ASSISTANT, cache), cache / "bench" / "large-python")
    whole = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "large")
    here = Path.cwd()
    cold, parsed, shipped = interleave(
        [
            _from_nothing("(a) index of the Python files alone, 2 processes", same),
            Contestant("(a) ast.parse of the same files, 1 process", [_ours("parse_all", same)], here),
            _from_nothing("(b) index of the repository as it ships, 2 processes", whole),
        ],
        rounds,
        warm_up=False,
    )
    (refresh,) = interleave(
        [Contestant("refresh after a commit", [_ours("index_refresh", whole, str(_CHANGED))], here, figure=float)],
        rounds,
    )
    goals = [
        at_most(
            "(a) index from nothing against ast.parse of the same files", cold.seconds / parsed.seconds, 1.5, "times"
        ),
        at_most("(b) with all other files, against ast.parse of (a)", shipped.seconds / parsed.seconds, 1.5, "times"),
        at_most(f"refresh after {_CHANGED} changed files", refresh.seconds * 1000, 100, "ms"),
    ]
    notes = [
        f"Home Assistant {HOME_ASSISTANT.version}: {parsed.samples[0].printed.strip()} by this Python.",
        "The others are for a later one: `ast.parse` stops at their first error, the index reads them to the end.",
        f"(b) has {count(whole):,} files, most of them JSON and YAML, whose words the index reads as well.",
        "The refresh is timed inside a process that has the index of (b) open; its files are in no tree seen before.",
    ]
    return Section("index", "The index of 9,000 files", [cold, parsed, shipped, refresh], goals, notes)


def count(repository: Path) -> int:
    """How many files its HEAD has."""
    return run(repository, "ls-tree", "-r", "--name-only", "HEAD").count("\n")


def _from_nothing(name: str, folder: Path) -> Contestant:
    def forget() -> None:
        shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)

    return Contestant(name, [_ours("index_build", folder, "2")], Path.cwd(), forget)


def importers(cache: Path, rounds: int) -> Section:
    """A module with about ninety importers."""
    case = Case("large-importers", project(HOME_ASSISTANT, cache), _SRC, _DST)
    rows = interleave([contestants.ours(case, cache / "bench", warm=True), contestants.floor(case)], rounds)
    goals = [at_most("warm", rows[0].seconds, 0.5, "s")]
    notes = [rows[0].samples[0].printed.strip().splitlines()[-2] + "."]
    return Section("importers", f"9,000 files: `{_SRC}` to `{_DST}`", rows, goals, notes)


def many(cache: Path, rounds: int) -> Section:
    """Independent moves, each committed on the one before."""
    folder = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "large")
    here = Path.cwd()
    timed(_ours("index_build", folder, "2"), here)
    (moves,) = interleave(
        [Contestant(f"{_MOVES} moves and commits", [_ours("many_moves", folder, str(_MOVES))], here)],
        rounds,
        warm_up=False,
    )
    goals = [at_most(f"{_MOVES} moves", moves.seconds, 20, "s")]
    return Section(
        "many", f"9,000 files: {_MOVES} independent moves", [moves], goals, [moves.samples[0].printed.strip()]
    )


def _ours(program: str, folder: Path, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.programs.{program}", str(folder), *arguments)
