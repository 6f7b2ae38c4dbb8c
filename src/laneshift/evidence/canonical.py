"""One value, one sequence of bytes: RFC 8785 canonical JSON without floats, and digests over it.

Floats are left out on purpose: two JSON libraries may print one differently, and nothing that is proved here needs
them. Times are integers of milliseconds, ratios are two integers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import rfc8785

from laneshift.errors import Refused

Json = Any
"""None, bool, int from -(2**53 - 1) to 2**53 - 1, str, or a list or str-keyed dict of the same. Never a float."""

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LARGEST = 2**53 - 1
_DEEPEST = 64
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of `value`; tuples and mappings count as lists and objects.

    Raises `Refused` (`evidence.not-canonical`) for floats, large integers, text that is not Unicode, names that are not
    strings, other types, and more than 64 levels.
    """
    return written(plain(value))


def written(exact: Json) -> bytes:
    """The canonical bytes of what `plain` gave."""
    # For ASCII the C encoder of the standard library writes the same bytes, ten times faster; a test compares the two.
    text = _ENCODER.encode(exact)
    return text.encode("ascii") if text.isascii() else rfc8785.dumps(exact)


def digest(value: Json) -> str:
    """`sha256:` and 64 hexadecimal digits over the canonical bytes of `value`. Raises as `canonical` does."""
    return digest_of(canonical(value))


def digest_of(data: bytes) -> str:
    """`sha256:` and 64 hexadecimal digits over `data` as it is."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_digest(text: object) -> bool:
    """Whether `text` is a digest as `digest` writes it; nothing else may become part of a path."""
    return isinstance(text, str) and DIGEST.fullmatch(text) is not None


def plain(value: Json) -> Json:
    """A deep copy of `value` in exact built-in types, as `parse` would give it back. Raises as `canonical` does."""
    try:
        return _exact(value, 0)
    except _Unusual:
        return _plain(value, "$", 0)


def parse(data: bytes | str) -> Json:
    """Read JSON as strictly as `canonical` writes it.

    Raises `ValueError` for anything that is not JSON, a name that occurs twice in an object, a float, NaN or a number
    out of range, so that two readers can never take one text for two values.
    """
    text = data.decode() if isinstance(data, bytes) else data
    try:
        return plain(json.loads(text, object_pairs_hook=_no_twins, parse_float=_no_number, parse_constant=_no_number))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except Refused as error:
        raise ValueError(f"{error.where}: {error.what}") from error


class _Unusual(Exception):
    """A value that takes a closer look: of a type derived from a built-in one, not ASCII, large, or refused."""


def _exact(value: Json, depth: int) -> Json:
    """As `_plain`, for what nearly every value is made of, without keeping account of where each part stands."""
    kind = type(value)
    if kind is str:
        if value.isascii():
            return value
    elif value is None or kind is bool:
        return value
    elif kind is int:
        if -_LARGEST <= value <= _LARGEST:
            return value
    elif depth < _DEEPEST:
        if kind is list or kind is tuple:
            return [_exact(part, depth + 1) for part in value]
        if kind is dict and all(type(name) is str and name.isascii() for name in value):
            return {name: _exact(part, depth + 1) for name, part in value.items()}
    raise _Unusual


def _plain(value: Json, where: str, depth: int) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise _refused(where, f"an integer of {value.bit_length()} bits; the largest is 2**53 - 1")
        return int(value)
    if isinstance(value, str):
        return _text(value, where)
    if depth >= _DEEPEST:
        raise _refused(where, f"more than {_DEEPEST} levels")
    if isinstance(value, list | tuple):
        return [_plain(part, f"{where}[{index}]", depth + 1) for index, part in enumerate(value)]
    if isinstance(value, Mapping):
        return {_name(name, where): _plain(part, f"{where}.{name}", depth + 1) for name, part in value.items()}
    raise _refused(
        where, f"a {type(value).__name__}; only null, booleans, integers, text, lists and objects are recorded"
    )


def _text(value: str, where: str) -> str:
    exact = str.__str__(value)
    if not exact.isascii():
        try:
            exact.encode()
        except UnicodeEncodeError as error:
            raise _refused(where, "text that is not Unicode (a lone surrogate)") from error
    return exact


def _name(name: object, where: str) -> str:
    if not isinstance(name, str):
        raise _refused(where, f"an object name that is a {type(name).__name__}")
    return _text(name, where)


def _refused(where: str, what: str) -> Refused:
    cure = "give integers and text; encode other bytes as hex"
    return Refused("evidence.not-canonical", what, where=where, cure=cure)


def _no_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:32]} is not an integer")
