"""Values and errors as plain data, the same on the first run of a workflow and on its replay."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Mapping

from laneshift.errors import Bug, LaneshiftError, Refused, of_machine
from laneshift.runs.engine.port import Json, StepFailed

_TRACEBACK_CHARACTERS = 20_000
_NAME_CHARACTERS = 400


def encode(value: Json) -> str:
    """The value as ASCII JSON text, so that paths with surrogate escapes survive. Raises `Bug` when it is not JSON."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise Bug("engine.not-json", "a value for the durable engine is not JSON", why=str(error)) from error


def plain(value: Json) -> Json:
    """A copy as the store would give it back: tuples become lists, keys become strings. Raises `Bug`."""
    copy: Json = json.loads(encode(value))
    return copy


def fingerprint(value: Json) -> str:
    """Twelve hexadecimal digits that differ for different JSON values, whatever the order of their keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def facts_of(error: BaseException, code: str, subject: str) -> dict[str, Json]:
    """The facts of a `StepFailed`, a `LaneshiftError` or a disk without room; for other errors a crash under `code`.

    Never raises: what is not JSON in the facts becomes text.
    """
    if isinstance(error, StepFailed):
        return _as_json(error.facts)
    told_of = error if isinstance(error, LaneshiftError) else of_machine(error)
    if told_of is not None:
        return _as_json(told_of.as_dict())
    told = traceback.TracebackException.from_exception(error)
    last = "".join(told.format_exception_only()).strip()
    crash = Bug(code, f"{subject} crashed: {last}", cure="report this with the traceback").as_dict()
    text = "".join(told.format())[-_TRACEBACK_CHARACTERS:]
    return _as_json({**crash, "type": type(error).__qualname__, "traceback": text})


def _as_json(facts: Mapping[str, object]) -> dict[str, Json]:
    copy: dict[str, Json] = json.loads(json.dumps({str(key): value for key, value in facts.items()}, default=repr))
    return copy


def check_name(name: str, what: str) -> str:
    """The key or topic itself. Raises `Refused` unless it is 1 to 400 printable characters, not all spaces."""
    if not name.strip() or len(name) > _NAME_CHARACTERS or not name.isprintable():
        raise Refused("engine.bad-name", f"{name[:80]!a} cannot be a {what}", cure="use 1 to 400 printable characters")
    return name
