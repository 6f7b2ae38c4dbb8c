"""Settings of checks: what runs tests, types and lint stays as it was, wherever it is written down."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator
from typing import Any

from laneshift.agents.submitting.ground import Ground, Touch, added_lines
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection

NAME = "setup"
_WHOLE = frozenset(
    {
        "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", ".coveragerc", "mypy.ini", ".mypy.ini", "ruff.toml",
        ".ruff.toml", ".flake8", ".pylintrc", "pylintrc", "pyrightconfig.json", ".bandit", "bandit.yaml", "tox.ini",
        "importlinter.ini", ".isort.cfg", ".pydocstyle", ".semgrep.yml", ".gitleaks.toml", "pytype.cfg", "ty.toml",
    }
)  # fmt: skip
_TOOLS = (
    "pytest", "coverage", "mypy", "ruff", "pyright", "basedpyright", "importlinter", "laneshift", "tox", "nox",
    "pylint", "flake8", "bandit", "black", "isort", "hatch", "poe", "taskipy", "pydocstyle", "deptry", "ty", "semgrep",
)  # fmt: skip
_SECTIONS = (
    "tool:pytest",
    "coverage:",
    "mypy",
    "flake8",
    "pylint",
    "tox",
    "testenv",
    "importlinter",
    "pycodestyle",
    "bandit",
)
_CURE = "leave the settings of checks to a person"


def check(ground: Ground) -> Iterator[Objection]:
    """Files that are settings, and the sections of others that are."""
    for touch in ground.touches:
        name = touch.path.rpartition("/")[2].casefold()
        if name in _WHOLE:
            yield _told(touch, "the file sets what is checked, and how")
        elif name == "pyproject.toml" and (section := _other(_toml(touch.old), _toml(touch.new))):
            yield _told(touch, f"{section} sets what is checked or built, and is not what it was", section)
        elif name == "setup.cfg" and (section := _other(_ini(touch.old), _ini(touch.new))):
            yield _told(touch, f"[{section}] sets what is checked, and is not what it was", section)


def _told(touch: Touch, what: str, section: str = "") -> Objection:
    line, text = _line(touch, section)
    return objection("check-setup", touch.path, what, _CURE, line, text)


def _line(touch: Touch, section: str) -> tuple[int, str]:
    """The first new line, of the section where one is meant; else where the section begins."""
    if touch.new is None:
        return 0, ""
    added = list(added_lines(touch))
    within = [(number, line) for number, line in added if not section or _within(touch.new, number, section)]
    return next(iter(within or added), (1, touch.new.partition("\n")[0]))


def _within(text: str, number: int, section: str) -> bool:
    for line in reversed(text.split("\n")[:number]):
        if line.startswith("["):
            return section.removeprefix("tool.") in line
    return False


def _other(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """The first section that is not the same; a file that cannot be read is another one altogether."""
    if before is None or after is None:
        return "the file"
    return next((name for name in sorted({*before, *after}) if before.get(name) != after.get(name)), "")


def _toml(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return {}
    try:
        read = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    tool = read.get("tool")
    told = {f"tool.{name}": value for name, value in tool.items() if name in _TOOLS} if isinstance(tool, dict) else {}
    project = read.get("project")
    if isinstance(project, dict):
        told |= {f"project.{name}": value for name, value in project.items() if name != "description"}
    return {**told, "build-system": read.get("build-system"), "dependency-groups": read.get("dependency-groups")}


def _ini(text: str | None) -> dict[str, Any] | None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text or "")
    except configparser.Error:
        return None
    chosen = [name for name in parser.sections() if name.startswith((*_SECTIONS, "options"))]
    return {name: dict(parser.items(name)) for name in chosen if name != "options.packages.find"}
