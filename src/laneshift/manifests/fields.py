"""The fields of a manifest: their order, and which of them the code decides.

All others belong to people. A regeneration that would change one of `PARITY` is refused outright, whatever led to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "module.manifest.json"
VERSION = "1.2.0"

Key = tuple[str, ...]

DERIVED: tuple[Key, ...] = (
    ("module", "name"),
    ("module", "path"),
    ("module", "type"),
    ("module", "lane"),
    ("dependencies", "internal"),
    ("dependencies", "external"),
    ("dependencies", "circular_dependencies"),
    ("exports", "classes"),
    ("exports", "functions"),
    ("exports", "constants"),
    ("exports", "modules"),
    ("exports", "others"),
    ("testing", "has_tests"),
    ("testing", "test_paths"),
    ("observability", "spans"),
    ("observability", "metrics"),
    ("observability", "logging", "logger_name"),
    ("observability", "events", "publishes"),
    ("observability", "events", "subscribes"),
    ("security", "secrets_used"),
    ("security", "network_calls"),
)
"""What the generator writes and nobody else: a value put there by hand is replaced by what the code says."""

SEEDED: tuple[Key, ...] = (("module", "status"), ("metadata", "owner"))
"""What the generator proposes in a new manifest, from the settings, and never looks at again."""

PARITY: tuple[Key, ...] = (("metadata", "owner"), ("testing", "quality_tier"), ("contracts",))
"""Owner, tier and contracts: the same after a regeneration as before, or the item fails."""


@cache
def schema() -> dict[str, Any]:
    """The schema of this version, as it is shipped. Do not change what you are given."""
    text = files("laneshift.manifests").joinpath("schema", "module.manifest.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _ordered() -> dict[Key, int]:
    keys: list[Key] = []

    def collect(node: dict[str, Any], above: Key) -> None:
        for name, below in node.get("properties", {}).items():
            keys.append((*above, name))
            collect(below, (*above, name))

    collect(schema(), ())
    return {key: at for at, key in enumerate(keys)}


ORDER: dict[Key, int] = _ordered()
"""Every field with its place in the schema: where a field that a file does not have yet is put."""


def only_manifests(paths: Collection[str]) -> bool:
    """Whether these are paths of manifests, and at least one."""
    return bool(paths) and all(path.rpartition("/")[2] == FILE for path in paths)
