"""One remembered result as text: JSON, with a seal that tells when it is not what was put. Pure."""

from __future__ import annotations

import json

from laneshift.errors import Refused
from laneshift.evidence.canonical import Json, digest_of, is_digest

LIMIT = 64 << 20
"""The bytes that a cache holds by default."""


def as_json(value: Json) -> str:
    """The text of a value. Raises `Refused` (`evidence.not-json`) for what JSON cannot hold."""
    try:
        return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(
            "evidence.not-json", "this result is not JSON and cannot be remembered", why=str(error)
        ) from error


def seal_of(inputs_digest: str, text: str) -> str:
    """The digest over inputs and text together."""
    return digest_of(f"{inputs_digest}\n{text}".encode("utf-8", "surrogateescape"))


def refuse_bad(inputs_digest: str) -> None:
    """Raise `Refused` (`evidence.bad-digest`) for text that is no digest."""
    if not is_digest(inputs_digest):
        raise Refused("evidence.bad-digest", f"{inputs_digest[:80]!r} is not a digest", cure="use evidence.canonical")
