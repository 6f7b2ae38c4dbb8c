"""Lanes: a whole repository beside import-linter, cold and warm, and the check of one change."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.answered import answered
from bench.lanes_edited import AS_COMMAND, edit
from bench.lanes_ground import files_read, ground, linter_with, python_files
from bench.measure import Contestant, Summary, interleave, timed
from bench.section import Claim, Section, at_most
from corpus.sdist import DJANGO, HOME_ASSISTANT, Sdist

_FILES = 20
_OURS = (str(Path(sys.executable).with_name("laneshift")),)
_ALONE = {"PYTHONPATH": "."}  # else it would read the folders of the same name elsewhere on the path
_NOTES = (
    "Both check that one part of a project does not reach another, directly or by way of others.",
    "Lanes: the rule in `laneshift.toml`. Contracts: a `forbidden` contract that import-linter and we read alike.",
    "From nothing: without `.git/laneshift`, and `lint-imports --no-cache`. Its cache: no file has changed.",
    "Warm: the second command on one commit, or on a work tree in which nothing was touched since the first one.",
    "Goals are held against import-linter without its cache.",
    "import-linter is given the root package alone, as projects do, and everything that it can read, as lanes are.",
    "Lanes are checked in every file of the repository; once more in a repository that holds the root package alone.",
    "A change: from the id of a tree to what it adds, in a process that has surveyed the base with its index open.",
    "As a command: a whole process, of a commit never seen whose parent was checked; its edits import `json` besides.",
)


def lanes(cache: Path, rounds: int) -> Section:
    """Django and Home Assistant: a low part may not reach a high one; and what a change adds."""
    rows: list[Summary] = []
    goals: list[Claim] = []
    notes = list(_NOTES)
    for sdist in (DJANGO, HOME_ASSISTANT):
        found, counted = _whole(sdist, cache, rounds)
        rows += found
        goals += _goals(sdist.project, found)
        notes.append(counted)
    rows += _change(cache, rounds)
    goals += [at_most(f"change of {_FILES} files, {row.name}", row.seconds * 1000, 50, "ms") for row in rows[-2:]]
    edited = _edited(cache, rounds)
    goals += [at_most(f"{row.name}", row.seconds * 1000, 50, "ms") for row in edited]
    rows += edited
    return Section("lanes", "Lanes beside import-linter 2.16", rows, goals, notes)


def _goals(name: str, rows: Sequence[Summary]) -> list[Claim]:
    package, everything, _, cold, cold_package, warm, tree, _, contracts, contracts_tree = (row.seconds for row in rows)
    return [
        at_most(f"{name}, cold, both all packages", cold / everything, 1.0, "times"),
        at_most(f"{name}, cold, both the root package alone", cold_package / package, 1.0, "times"),
        at_most(f"{name}, cold, all files against the root package alone", cold / package, 1.0, "times"),
        at_most(f"{name}, lanes warm, against all packages", warm / everything, 0.1, "times"),
        at_most(f"{name}, lanes warm, against the root package alone", warm / package, 0.1, "times"),
        at_most(f"{name}, lanes warm, work tree, against all packages", tree / everything, 0.1, "times"),
        at_most(f"{name}, lanes warm, work tree, against the root package alone", tree / package, 0.1, "times"),
        at_most(f"{name}, contracts warm, both the root package alone", contracts / package, 0.1, "times"),
        at_most(
            f"{name}, contracts warm, work tree, both the root package alone", contracts_tree / package, 0.1, "times"
        ),
    ]


def _whole(sdist: Sdist, cache: Path, rounds: int) -> tuple[list[Summary], str]:
    """The rows of a project, and how many files who has read."""
    name, here = sdist.project, ground(sdist, cache)
    ours, both, package = here.lanes, here.contracts, here.lanes_of_package
    linter, linter_of_all = linter_with(()), here.linter_of_everything
    check = answered((*_OURS, "lanes", "check", "--tree", "HEAD", "--json"))
    work_tree = answered((*_OURS, "lanes", "check", "--json"))
    rows = interleave(
        [
            Contestant(
                f"{name}: import-linter, no cache, root package",
                [answered((*linter, "--no-cache"))],
                both,
                surroundings=_ALONE,
            ),
            Contestant(
                f"{name}: import-linter, no cache, all packages",
                [answered((*linter_of_all, "--no-cache"))],
                here.everything,
                surroundings=_ALONE,
            ),
            Contestant(
                f"{name}: import-linter, its cache, root package", [answered(linter)], both, surroundings=_ALONE
            ),
            Contestant(f"{name}: lanes from nothing", [check], ours, lambda: _forget(ours)),
            Contestant(f"{name}: lanes from nothing, root package alone", [check], package, lambda: _forget(package)),
            Contestant(f"{name}: lanes warm", [check], ours),
            Contestant(f"{name}: lanes warm, work tree", [work_tree], ours, lambda: _asked_before(work_tree, ours)),
            Contestant(f"{name}: contracts from nothing", [check], both, lambda: _forget(both)),
            Contestant(f"{name}: contracts warm", [check], both),
            Contestant(f"{name}: contracts warm, work tree", [work_tree], both, lambda: _asked_before(work_tree, both)),
        ],
        rounds,
    )
    theirs, of_all = (files_read(row.samples[0].printed) for row in rows[:2])
    counted = f"{name}: {python_files(ours)} Python files, {python_files(package)} with the root package alone; "
    return rows, counted + f"import-linter reads {theirs} of the root package and {of_all} of all packages."


def _change(cache: Path, rounds: int) -> list[Summary]:
    folder = cache.absolute() / "bench" / f"{HOME_ASSISTANT.project.lower()}-lanes"
    program = (sys.executable, "-m", "bench.programs.lane_change", str(folder), str(_FILES))
    here = Path.cwd()
    return interleave(
        [
            Contestant("its files indexed before", [(*program, "indexed")], here, figure=float),
            Contestant("its files never seen", [(*program, "new")], here, figure=float),
        ],
        rounds,
    )


def _edited(cache: Path, rounds: int) -> list[Summary]:
    check = (*_OURS, "lanes", "check", "--json")
    contestants = []
    for sdist in (DJANGO, HOME_ASSISTANT):
        folder = ground(sdist, cache).lanes
        timed(answered((*check, "--tree", "HEAD")), folder)
        name = f"{sdist.project}: change of {_FILES} files as a command, never seen"
        prepare = partial(edit, folder, _FILES)
        contestants.append(Contestant(name, [("sh", "-c", AS_COMMAND, "sh", *check)], folder, prepare))
    return interleave(contestants, rounds)


def _asked_before(command: Sequence[str], folder: Path) -> None:
    timed(command, folder)


def _forget(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)
