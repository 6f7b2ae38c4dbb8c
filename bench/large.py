"""A repository of nine thousand Python files: the index, a much imported module, and a hundred and forty-four moves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench import contestants
from bench.contestants import Case, working_copy
from bench.measure import Contestant, interleave, timed
from bench.section import Section, at_most
from corpus.project import project
from corpus.sdist import HOME_ASSISTANT

_MOVES = 144
_CHANGED = 20
_SRC, _DST = "homeassistant/helpers/entity_component.py", "homeassistant/util/entity_component.py"


def index(cache: Path, rounds: int) -> Section:
    """The index from nothing, against parsing the same files; and after a commit."""
    folder = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "large")
    here = Path.cwd()

    def forget() -> None:
        shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)

    cold, parsed = interleave(
        [
            Contestant("index from nothing, 2 processes", [_ours("index_build", folder, "2")], here, forget),
            Contestant("ast.parse of every file, 1 process", [_ours("parse_all", folder)], here),
        ],
        rounds,
        warm_up=False,
    )
    (refresh,) = interleave(
        [Contestant("refresh after a commit", [_ours("index_refresh", folder, str(_CHANGED))], here, figure=float)],
        rounds,
    )
    goals = [
        at_most("index from nothing against ast.parse", cold.seconds / parsed.seconds, 1.5, "times"),
        at_most(f"refresh after {_CHANGED} changed files", refresh.seconds * 1000, 100, "ms"),
    ]
    notes = [
        f"{parsed.samples[0].printed.strip()} of Home Assistant {HOME_ASSISTANT.version}.",
        "The refresh is timed inside a process that has the index open; its files are in no tree seen before.",
        "The index also reads the words of every other file of the repository.",
    ]
    return Section("index", "The index of 9,000 files", [cold, parsed, refresh], goals, notes)


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
