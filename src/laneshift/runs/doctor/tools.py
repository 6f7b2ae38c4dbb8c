"""Python and git, against what laneshift needs of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from laneshift.runs.doctor.row import Row

PYTHON = (3, 11)
GIT = (2, 27)
"""From here on `update-ref --stdin` has transactions that are prepared and committed."""
GIT_DURABLE = (2, 36)
"""From here on git can be told to write what it commits to the disk before it goes on."""

_INSTALLERS = (
    ("apt-get", "sudo apt-get install"),
    ("dnf", "sudo dnf install"),
    ("pacman", "sudo pacman -S"),
    ("apk", "sudo apk add"),
    ("brew", "brew install"),
)
_VERSION = re.compile(r"git version (\d+)\.(\d+)(\.\S+)?")


def python_row(version: Sequence[int]) -> Row:
    """`version` as in `sys.version_info`."""
    said = ".".join(str(part) for part in version[:3])
    if tuple(version[:2]) < PYTHON:
        cure = f"install Python {_dotted(PYTHON)} or later and laneshift with it"
        then = f"python{_dotted(PYTHON)} -m pip install laneshift"
        return Row("python", "fail", f"Python {said}", f"laneshift needs {_dotted(PYTHON)}", cure, command=then)
    return Row("python", "ok", f"Python {said} (at least {_dotted(PYTHON)})")


def installing(program: str, found: Callable[[str], str | None]) -> str:
    """What installs a program of this name, by the first installer that is `found`; empty where none is known."""
    return next((f"{command} {program}" for name, command in _INSTALLERS if found(name)), "")


def git_row(said: str, install: str = "") -> Row:
    """`said` as `git version` prints it; `install` is the command that installs git here, empty where none is known."""
    then = install or "git --version"
    found = _VERSION.match(said)
    cure = f"install git {_dotted(GIT_DURABLE)} or later"
    if found is None:
        return Row("git", "fail", f"git says {said[:80]!r}", "its version cannot be read", cure, command=then)
    version = (int(found[1]), int(found[2]))
    if version < GIT:
        why = f"laneshift needs {_dotted(GIT)}, whose transactions move several refs or none"
        return Row("git", "fail", said, why, cure, command=then)
    if version < GIT_DURABLE:
        why = f"before {_dotted(GIT_DURABLE)} git does not wait for the disk, so the loss of power may lose a landing"
        return Row("git", "warn", said, why, cure, command=then)
    return Row("git", "ok", f"{said} (at least {_dotted(GIT)})")


def _dotted(version: Sequence[int]) -> str:
    return ".".join(str(part) for part in version)
