"""The team's settings: `laneshift.toml`, or `[tool.laneshift]` in `pyproject.toml`, read from a tree, never from disk.

Reading them from the base commit means that a change under test cannot loosen the rules it is tested by. An unknown
key, a wrong type and a bad value are each refused by name; nothing is ignored.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from laneshift.errors import Fault, Refused

FILE = "laneshift.toml"
_PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "laneshift")


def _folder(path: str) -> str:
    """A folder of the tree, without its outer slashes; empty for the root."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or "\\" in path or not path.isprintable():
        raise ValueError(f"{path!r} is not a folder inside the repository")
    return "/".join(parts)


Folder = Annotated[str, AfterValidator(_folder)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Lane(_Section):
    """A named region of the repository, its stability and the lanes it may import."""

    paths: Annotated[list[str], Field(min_length=1)]
    level: str = Field(default="integration", pattern="^(experimental|integration|production)$")
    may_import: list[str] | None = None
    aliases: list[str] = []


class Tests(_Section):
    """How the project's own tests run. Seconds and mebibytes."""

    command: list[str] = ["python", "-m", "pytest"]
    paths: list[str] = []
    always: list[str] = []
    smoke: list[str] = []
    smoke_pass_rate: float = Field(default=0.9, ge=0.0, le=1.0)
    selection: Literal["imports", "traced"] = "imports"
    selection_limit: int = Field(default=12, ge=1)
    item_seconds: int = Field(default=300, ge=1)
    suite_seconds: int = Field(default=3600, ge=1)
    memory_mib: int = Field(default=4096, ge=64)
    environment: dict[str, str] = {}
    audit: float = Field(default=0.0, ge=0.0, le=1.0)


class Landing(_Section):
    """How what is ready reaches the target. A train is at most `train_size` items, `auto` as the bad ones allow.

    `remote` names the git remote to land on; empty, the local branch is all that moves. `attempts` is on how many bases
    a landing is tested before it gives way to others who land faster.
    """

    train_size: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    remote: str = Field(default="", max_length=200, pattern=r"^([A-Za-z0-9_][A-Za-z0-9._+/-]*)?$")
    attempts: int = Field(default=5, ge=1, le=100)


class Settings(_Section):
    """Everything a team can set. The defaults suit a repository that has no configuration at all."""

    target: str = ""
    workers: int = Field(default=0, ge=0, le=256)
    source_roots: list[Folder] = []
    characterization_dir: Annotated[Folder, Field(min_length=1)] = "tests/moves"
    commit_scopes: list[str] = []
    lanes: dict[str, Lane] = {}
    tests: Tests = Tests()
    landing: Landing = Landing()


def with_pytest(settings: Settings) -> Settings:
    """The same settings with pytest as the test command, unless it is that already."""
    if any(word == "pytest" or word.endswith("/pytest") for word in settings.tests.command):
        return settings
    plain = Tests.model_fields["command"].default
    return settings.model_copy(update={"tests": settings.tests.model_copy(update={"command": plain, "paths": []})})


def with_paths(settings: Settings, paths: list[str]) -> Settings:
    """The same settings with these paths as what the whole suite is."""
    return settings.model_copy(update={"tests": settings.tests.model_copy(update={"paths": paths})})


def load(read: Callable[[str], bytes | None]) -> Settings:
    """The settings of a tree. `read` gives the bytes of a path in it, or None.

    Raises `Refused` with every fault at once: broken TOML, unknown keys, wrong types, values out of range.
    """
    own, shared = read(FILE), read(_PYPROJECT)
    if own is not None:
        return _parse(FILE, _toml(FILE, own), "")
    if shared is None:
        return Settings()
    table: Any = _toml(_PYPROJECT, shared)
    for name in _TABLE:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return _parse(_PYPROJECT, table, ".".join(_TABLE) + ".")


def _toml(path: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused("config.not-toml", "this file is not TOML", where=path, why=str(error)) from error


def _parse(path: str, table: dict[str, Any], prefix: str) -> Settings:
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        faults = [
            Fault("config.bad-value", path, f"{prefix}{'.'.join(str(part) for part in found['loc'])}: {found['msg']}")
            for found in error.errors()
        ]
        raise Refused("config.bad-value", f"{len(faults)} setting(s) refused", where=path, faults=faults) from error
