"""What a check of lanes needs of all settings, kept by the files that they stand in: to read all takes far longer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from laneshift.lanes import answers
from laneshift.lanes.model import Lane, Rules
from laneshift.repo.objects import Tree

_KIND = "rules"
_FILES = ("laneshift.toml", "pyproject.toml")


def rules_of(tree: Tree) -> Rules:
    """The rules that a tree carries. Raises `Refused` for settings that cannot be read."""
    entries = [tree.entry(path) for path in _FILES]
    about = "".join("-" if entry is None else entry.oid for entry in entries)
    known = answers.load(tree, _KIND, "", about)
    if known is not None:
        return Rules(tuple(map(_lane, known["configured"])), known["baseline"], tuple(known["roots"]))
    found = _read(tree)
    plain = asdict(found)
    for lane in plain["configured"]:
        lane["may_import"] = None if lane["may_import"] is None else sorted(lane["may_import"])
    answers.keep(tree, _KIND, "", plain, about)
    return found


def _read(tree: Tree) -> Rules:
    own, shared = (tree.read(path) if path in tree else None for path in _FILES)
    from laneshift.runs.plain_rules import plain_rules  # noqa: PLC0415 - as what follows, not needed where rules were kept

    plain = plain_rules(own, shared)
    if plain is not None:
        return plain
    from laneshift.config import load  # noqa: PLC0415 - takes long to load, and is not needed for most rules

    return Rules.of(load({_FILES[0]: own, _FILES[1]: shared}.get))


def _lane(table: dict[str, Any]) -> Lane:
    names = {key: tuple(table[key]) for key in ("paths", "aliases", "owners", "lint")}
    may_import = table["may_import"]
    return Lane(**{**table, **names, "may_import": None if may_import is None else frozenset(may_import)})
