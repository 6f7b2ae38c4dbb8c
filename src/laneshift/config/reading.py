"""Finding the settings of a tree and reading them, with every fault at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from laneshift.config.settings import Settings
from laneshift.errors import Fault, Refused

FILE = "laneshift.toml"
_PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "laneshift")


def load(read: Callable[[str], bytes | None]) -> Settings:
    """The settings of a tree. `read` gives the bytes of a path in it, or None.

    Raises `Refused` with every fault at once: broken TOML, unknown keys, wrong types, values out of range.
    """
    own = read(FILE)
    return _settings(own, read(_PYPROJECT) if own is None else None)


# Every move of a batch asks for the settings of its tree, and nearly all of these trees have the same.
@lru_cache(maxsize=16)
def _settings(own: bytes | None, shared: bytes | None) -> Settings:
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
            Fault("config.bad-value", path, f"{_place(prefix, found['loc'])}{found['msg']}") for found in error.errors()
        ]
        raise Refused("config.bad-value", f"{len(faults)} setting(s) refused", where=path, faults=faults) from error


def _place(prefix: str, keys: Sequence[object]) -> str:
    """The name of the setting and a colon; nothing for a fault between several settings, which names them itself."""
    return f"{prefix}{'.'.join(str(key) for key in keys)}: " if keys else ""
