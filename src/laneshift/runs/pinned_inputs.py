"""What a plan's pins are digests of: settings, star rules, canon and schemas in a tree, gates, tool and base."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from laneshift.config import FILE, Settings
from laneshift.errors import Fault, Refused
from laneshift.lanes.globs import first_match
from laneshift.repo.objects import Tree
from laneshift.rollout.pins import of_bytes, of_files, of_text, of_value
from laneshift.runs.gate_set import gate_set

CONFIG_FILES = (FILE, "pyproject.toml")
FILE_FIELDS = ("star_rules", "canon", "schemas")
"""The pins of files that the settings name, each by the setting of its name."""
TREE_FIELDS = ("config", *FILE_FIELDS)
"""The pins of what is in a tree."""

Read = Callable[[str], bytes | None]


def config_digest(read: Read) -> str:
    """The digest of the settings as they are written; `read` gives the bytes of a path, or None.

    Of `pyproject.toml` only the table of laneshift counts; one that cannot be read counts whole.
    """
    own, shared = read(FILE), read(CONFIG_FILES[1])
    if own is not None or shared is None:
        return of_bytes(own)
    try:
        table: Any = tomllib.loads(shared.decode("utf-8")).get("tool", {})
    except ValueError:
        return of_bytes(shared)
    mine = table.get("laneshift") if isinstance(table, dict) else None
    return of_bytes(None) if mine is None else of_text(json.dumps(mine, sort_keys=True, default=str))


def tree_digest(field: str, tree: Tree, settings: Settings) -> str:
    """The digest that pins `field` of TREE_FIELDS in `tree`; `settings` say which files the others are."""
    if field == "config":
        return config_digest(lambda path: tree.read(path) if path in tree else None)
    return of_files({path: tree.read(path) for path in _named(tree, _globs(settings, field))})


def gates_digest(settings: Settings) -> str:
    """The digest of the gates of this program, as they are set."""
    return of_value(gate_set(settings))


def values(settings: Settings, tree: Tree, tool: str, base: str, file: str) -> dict[str, str]:
    """What each pin stands for, in words for a person who reads the lock."""
    config = next((path for path in CONFIG_FILES if path in tree), "no settings")
    files = {field: ", ".join(_globs(settings, field)) or "none named" for field in FILE_FIELDS}
    gates = ", ".join(f"{gate['gate']} ({gate['version']})" for gate in gate_set(settings))
    return {"batch": file, "config": config, **files, "gates": gates, "tool": tool, "base": base}


def refuse_missing(tree: Tree, settings: Settings) -> None:
    """Raise `Refused` (`pins.no-such-file`) for settings that pin what the tree does not have."""
    faults = [
        Fault("pins.no-such-file", f"pins.{field}", f"the tree has no file that {glob!r} names")
        for field in FILE_FIELDS
        for glob in _globs(settings, field)
        if not any(_named(tree, [glob]))
    ]
    if faults:
        raise Refused("pins.no-such-file", "the settings pin files that are not there", where=FILE, faults=faults)


def _globs(settings: Settings, field: str) -> list[str]:
    """What the settings pin under a name, besides the files of stars that they use."""
    used = {"star_rules": settings.stars.rules, "canon": settings.stars.canon}.get(field, "")
    return [*getattr(settings.pins, field), *([used] if used else [])]


def _named(tree: Tree, globs: Sequence[str]) -> Iterator[str]:
    """The files of `tree` that the globs name, in git's order. Without globs the tree is not walked."""
    if globs:
        yield from (path for path, entry in tree.entries.items() if entry.is_regular and first_match(globs, path))
