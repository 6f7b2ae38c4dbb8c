"""Lanes: a whole repository beside import-linter, cold and warm, and the check of one change."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.contestants import working_copy
from bench.measure import Contestant, Summary, interleave, timed
from bench.section import Claim, Section, at_most
from corpus.project import project, run
from corpus.sdist import DJANGO, HOME_ASSISTANT, Sdist

_FILES = 20
_OURS = (str(Path(sys.executable).with_name("laneshift")),)
_LINTER = (sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()")
_PLACES = {"django": ("utils", "contrib", "db"), "homeassistant": ("util", "components", "helpers")}
_NOTES = (
    "Both check that one part of a project does not reach another, directly or by way of others.",
    "Lanes: the rule in `laneshift.toml`. Contracts: a `forbidden` contract that import-linter and we read alike.",
    "From nothing: without `.git/laneshift`, and `lint-imports --no-cache`. Its cache: no file has changed.",
    "Warm: the second command on one commit, or on a work tree in which nothing was touched since the first one.",
    "Goals are held against import-linter without its cache.",
    "Lanes are checked in every file of the repository, contracts in the files of the root package.",
    "A change: from the id of a tree to what it adds, in a process that has surveyed the base with its index open.",
)


def lanes(cache: Path, rounds: int) -> Section:
    """Django and Home Assistant: a low part may not reach a high one; and what a change adds."""
    rows: list[Summary] = []
    goals: list[Claim] = []
    for sdist in (DJANGO, HOME_ASSISTANT):
        found = _whole(sdist, cache, rounds)
        theirs, _, cold, warm, tree, _, contracts, contracts_tree = found
        rows += found
        name = sdist.project
        goals += [
            at_most(f"{name}, lanes from nothing against import-linter", cold.seconds / theirs.seconds, 1.0, "times"),
            at_most(f"{name}, lanes warm against import-linter", warm.seconds / theirs.seconds, 0.1, "times"),
            at_most(f"{name}, lanes warm, work tree", tree.seconds / theirs.seconds, 0.1, "times"),
            at_most(f"{name}, contracts warm against import-linter", contracts.seconds / theirs.seconds, 0.1, "times"),
            at_most(f"{name}, contracts warm, work tree", contracts_tree.seconds / theirs.seconds, 0.1, "times"),
        ]
    rows += _change(cache, rounds)
    goals += [at_most(f"change of {_FILES} files, {row.name}", row.seconds * 1000, 50, "ms") for row in rows[-2:]]
    return Section("lanes", "Lanes beside import-linter 2.16", rows, goals, _NOTES)


def _whole(sdist: Sdist, cache: Path, rounds: int) -> list[Summary]:
    name = sdist.project
    package = sdist.package
    low, high, middle = _PLACES[package]
    rules = f'[lanes.low]\npaths = ["{package}/{low}/**"]\nmay_import = ["middle"]\n[lanes.middle]\n'
    rules += f'paths = ["{package}/{middle}/**"]\n[lanes.high]\npaths = ["{package}/{high}/**"]\n'
    contract = f"[importlinter]\nroot_package = {package}\n[importlinter:contract:one]\nname = one\ntype = forbidden\n"
    contract += f"source_modules = {package}.{low}\nforbidden_modules = {package}.{high}\n"
    ours = _copy(sdist, cache, "lanes", {"laneshift.toml": rules})
    both = _copy(sdist, cache, "contracts", {".importlinter": contract, "setup.cfg": ""})
    check = _told((*_OURS, "lanes", "check", "--tree", "HEAD", "--json"))
    work_tree = _told((*_OURS, "lanes", "check", "--json"))
    return interleave(
        [
            Contestant(f"{name}: import-linter, no cache", [_told((*_LINTER, "--no-cache"))], both),
            Contestant(f"{name}: import-linter, its cache", [_told(_LINTER)], both),
            Contestant(f"{name}: lanes from nothing", [check], ours, lambda: _forget(ours)),
            Contestant(f"{name}: lanes warm", [check], ours),
            Contestant(f"{name}: lanes warm, work tree", [work_tree], ours, lambda: _asked_before(work_tree, ours)),
            Contestant(f"{name}: contracts from nothing", [check], both, lambda: _forget(both)),
            Contestant(f"{name}: contracts warm", [check], both),
            Contestant(f"{name}: contracts warm, work tree", [work_tree], both, lambda: _asked_before(work_tree, both)),
        ],
        rounds,
    )


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


def _copy(sdist: Sdist, cache: Path, kind: str, files: dict[str, str]) -> Path:
    folder = working_copy(project(sdist, cache), cache / "bench" / f"{sdist.project.lower()}-{kind}")
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    run(folder, "add", "--all", "--force", *files)
    run(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "rules")
    return folder


def _told(command: Sequence[str]) -> tuple[str, ...]:
    """A check that finds something ends with 1: that is an answer here, and anything else is not."""
    return ("sh", "-c", 'PYTHONPATH=.:$PYTHONPATH "$@"; test $? -le 1', "sh", *command)


def _asked_before(command: Sequence[str], folder: Path) -> None:
    timed(command, folder)


def _forget(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)
