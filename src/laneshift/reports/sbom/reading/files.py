"""Which files say what a project needs, and how each is read. Pure."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from laneshift.reports.sbom.reading import pipfile_lock, pylock, pyproject, requirements_txt, toml_locks
from laneshift.reports.sbom.reading.need import Contents, Unreadable

REQUIREMENTS = "requirements"
_NAMED = {
    "poetry.lock": "poetry",
    "uv.lock": "uv",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "pyproject.toml": "pyproject",
}
_PYLOCK = re.compile(r"pylock\.(?:[^.]+\.)?toml")
_TXT = re.compile(r"(?:.*/)?(?:[^/]*requirements[^/]*|requirements/[^/]+)\.(?:txt|in|lock)")


def kind_of(path: str) -> str:
    """How the file at `path` is read, by its name; empty for a file that is not read."""
    name = path.rpartition("/")[2]
    if _PYLOCK.fullmatch(name):
        return "pylock"
    return _NAMED.get(name) or (REQUIREMENTS if _TXT.fullmatch(path) else "")


def read(kind: str, data: bytes) -> Contents:
    """What a file of this kind holds. Raises `Unreadable` for one that cannot be read."""
    try:
        if kind == REQUIREMENTS:
            return requirements_txt.read(data)
        if kind == "pipenv":
            return pipfile_lock.read(data)
        document = toml_of(data)
        if kind == "pyproject":
            return pyproject.read(document)
        if kind == "pylock":
            return pylock.read(document)
        return {"poetry": toml_locks.poetry, "uv": toml_locks.uv, "pdm": toml_locks.pdm}[kind](document)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error


def toml_of(data: bytes) -> dict[str, Any]:
    """A TOML document. Raises `Unreadable` for what is none."""
    try:
        return tomllib.loads(data.decode())
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
