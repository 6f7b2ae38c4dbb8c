"""The team's settings: everything that is wrong with them at once, and what they name that the tree does not have."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from laneshift.config import FILE, Settings, load
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Tree
from laneshift.runs.doctor.row import Row, failed

SOURCES = (FILE, "pyproject.toml")
_CHECK = "settings"
_LARGEST = 1 << 20
_RUNNERS = frozenset({"pytest", "tox", "nox"})


def reader(tree: Tree) -> Callable[[str], bytes | None]:
    """What the settings of a tree are read with."""
    return lambda path: tree.read(path) if path in tree else None


def written(work_dir: Path) -> Callable[[str], bytes | None]:
    """What the settings that lie in a work tree are read with; a link, and a huge file, count as none."""

    def read(name: str) -> bytes | None:
        path = work_dir / name
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes()

    return read


def settings_rows(
    read: Callable[[str], bytes | None],
    there: Callable[[str], bool],
    files: Sequence[str],
    find: Callable[[str], str | None] = shutil.which,
    has: Callable[[str], bool] = lambda module: find_spec(module) is not None,
) -> list[Row]:
    """Judge the settings that `read` gives, against a tree: what is `there` (a file or a folder), and its `files`.

    `find` looks a program up; `has` tells whether the Python that laneshift runs on, which runs the tests as well, can
    import a module.
    """
    try:
        settings = load(read)
        lanes = Lanes.of(settings.lanes) if settings.lanes else None
    except Refused as error:
        cure = f"mend {error.where or FILE}; docs/settings.md lists every key"
        return [replace(row, cure=row.cure or cure, command=_edit(read)) for row in failed(_CHECK, error)]
    rows = [*_missing(settings, there), *_empty_lanes(lanes, files), *_command(settings, find, has)]
    rows = [row if row.command else replace(row, command=_edit(read)) for row in rows]
    return rows or [Row(_CHECK, "ok", f"{_source(read)}, {len(settings.lanes)} lane(s)")]


def _edit(read: Callable[[str], bytes | None]) -> str:
    return f"${{EDITOR:-vi}} {FILE if read(FILE) is not None else 'pyproject.toml'}"


def _source(read: Callable[[str], bytes | None]) -> str:
    return FILE if read(FILE) is not None else "pyproject.toml or the defaults"


def _missing(settings: Settings, there: Callable[[str], bool]) -> Iterator[Row]:
    tests = settings.tests
    named = {
        "source_roots": settings.source_roots,
        "tests.paths": tests.paths,
        "tests.always": tests.always,
        "tests.smoke": tests.smoke,
    }
    for key, paths in named.items():
        for path in paths:
            if not there(path.partition("::")[0]):
                what = f"{key} names {path!r}, which the tree does not have"
                yield Row(
                    _CHECK,
                    "fail",
                    what,
                    "what does not exist cannot be run or read",
                    f"mend {key}",
                    command="laneshift init",
                )


def _empty_lanes(lanes: Lanes | None, files: Sequence[str]) -> Iterator[Row]:
    if lanes is None:
        return
    used = {lane.name for path in files if (lane := lanes.lane_of(path)) is not None}
    for lane in lanes.lanes:
        if lane.name not in used:
            why = "its rules hold for nothing, perhaps because of a wrong glob"
            yield Row(_CHECK, "warn", f"lane {lane.name} has no files", why, f"mend lanes.{lane.name}.paths")


def _command(settings: Settings, find: Callable[[str], str | None], has: Callable[[str], bool]) -> Iterator[Row]:
    command = settings.tests.command
    if not command:
        yield Row(_CHECK, "fail", "tests.command is empty", "no test can be run", "set tests.command")
    elif command[0] in ("python", "python3"):
        runner = "".join(command[2:3]) if command[1:2] == ["-m"] else ""
        if runner in _RUNNERS and not has(runner):
            what = f"tests.command runs {runner}, which the Python of laneshift does not have"
            why = f"tests run with {sys.executable}, which laneshift is installed in: so must be what they need"
            cure = shlex.join([sys.executable, "-m", "pip", "install", runner])
            yield Row(_CHECK, "fail", what, why, cure, command=cure)
    elif "/" not in command[0] and find(command[0]) is None:
        what = f"tests.command starts {command[0]!r}, which is not on the path"
        yield Row(_CHECK, "fail", what, "no test can be run", "install it, or mend tests.command")
