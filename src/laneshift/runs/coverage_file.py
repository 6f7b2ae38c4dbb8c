"""The measured report as it lies on the disk: found, read within bounds, and no older than what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from laneshift.errors import Refused
from laneshift.runs.input_file import read_input

USUAL = ("coverage.json", "coverage.xml")
"""What coverage.py writes when nobody names a file, at the root of the work tree."""

_CURE = "run the tests under coverage, then `coverage json` or `coverage xml`; or name the file with --from"
_HOUR = 3600
_ZONES = 14 * _HOUR
"""How far apart two clocks on the wall can be: a time without a zone is that uncertain."""


def find_report(named: Path | None, root: Path | None, configured: str) -> Path:
    """The file: the named one, else the configured one, else a usual one. Raises `Refused` (`coverage.no-report`)."""
    if named is not None:
        return named
    usual = (configured,) if configured else USUAL
    found = [root / name for name in usual if root is not None and _is_inside(root / name, root)]
    if not found:
        raise Refused("coverage.no-report", "there is no coverage report", where=" or ".join(usual), cure=_CURE)
    return found[0]


def read_report(path: Path, largest: int) -> tuple[bytes, float]:
    """The bytes of a report and when it was last written, in unix seconds. Raises as `read_input`."""
    return read_input(path, largest, "coverage", _CURE)


def refuse_old(written: float | None, *, local: bool, now: float, hours: int, where: str) -> None:
    """Raise `Refused` (`coverage.stale`) for a report that says itself that it is older than `hours`; 0 is any age."""
    slack = _ZONES if local else 0
    if hours and written is not None and now - written > hours * _HOUR + slack:
        age = int((now - written) // _HOUR)
        raise Refused(
            "coverage.stale",
            f"the coverage report is {age} hours old",
            where=where,
            why=f"coverage.hours allows {hours}",
            cure="run the tests again",
        )


def refuse_overtaken(root: Path, paths: Iterable[str], written: float, where: str) -> None:
    """Raise `Refused` (`coverage.stale`) when a file of the work tree was written after the report about it."""
    later = sorted(path for path in paths if _written(root / path) > written)
    if later:
        raise Refused(
            "coverage.stale",
            f"{len(later)} file(s) were written after the coverage report",
            where=where,
            why=f"{later[0]} is younger",
            cure="run the tests again",
        )


def _is_inside(path: Path, root: Path) -> bool:
    """Whether a file is there and no link leads out of the repository: only a person may name one that lies outside."""
    return path.is_file() and path.resolve().is_relative_to(root.resolve())


def _written(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
