"""The ring as a file: canonical JSON, so that two of the same keys are the same bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import Json, canonical, parse
from laneshift.evidence.keys.key import Key, key_of

_SCHEMA = 1


def written(keys: Iterable[Key]) -> bytes:
    """The file with these keys, in the order of their making."""
    rows: list[Json] = [key.as_json() for key in sorted(keys, key=lambda key: (key.created, key.id))]
    return canonical({"schema": _SCHEMA, "keys": rows}) + b"\n"


def read_ring(data: bytes, where: str) -> tuple[Key, ...]:
    """The keys in a file. Raises `CheckFailed` (`keys.ring`) for one that cannot be read, or names a key twice."""
    try:
        return _keys(parse(data))
    except ValueError as error:
        raise CheckFailed(
            "keys.ring",
            "this ring of keys cannot be read, so no signature can be believed",
            where=where,
            why=str(error),
            cure="put it back from git or from a backup; laneshift keys export writes one",
        ) from error


def _keys(fields: Json) -> tuple[Key, ...]:
    if not isinstance(fields, dict) or fields.keys() != {"schema", "keys"} or fields["schema"] != _SCHEMA:
        raise ValueError(f"a ring has schema {_SCHEMA} and keys")
    rows = fields["keys"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("keys is a list of keys")
    keys = tuple(key_of(row) for row in rows)
    if len({key.id for key in keys}) != len(keys):
        raise ValueError("a key stands here twice")
    return keys
