"""What the schema says about a manifest, by jsonschema-rs; tests compare it with the slower jsonschema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from laneshift.manifests.document import Json
from laneshift.manifests.fields import schema

_SHOWN = 160


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema())


def is_valid(value: Json) -> bool:
    """Whether a manifest keeps to the schema of this version."""
    return bool(_validator().is_valid(value))


def complaints(value: Json) -> Iterator[tuple[str, str]]:
    """Every place that breaks the schema, `module.name` or `contracts.0`, with the reason."""
    for error in _validator().iter_errors(value):
        place = ".".join(str(part) for part in error.instance_path)
        yield place or "the manifest", error.message[:_SHOWN]
