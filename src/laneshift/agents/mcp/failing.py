"""What went wrong, as a client of the protocol is told: our code, what, why and the cure, never where in our code."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import mcp_types as types
from pydantic import ValidationError

from laneshift.agents.desk.bounds import cut, sendable
from laneshift.agents.mcp.threads import Stopped
from laneshift.agents.mcp.words import of_error
from laneshift.errors import Bug, Fault, LaneshiftError, Refused, no_room
from laneshift.evidence.redaction import redact

_LOG = logging.getLogger("laneshift.mcp")
_MOST_FAULTS = 100
_SHOWN = 300
_DEEPEST = 32


def explained(error: Exception) -> LaneshiftError:
    """The error in our words. What nobody foresaw is a bug of ours: it is logged whole, and told by its kind alone."""
    if isinstance(error, LaneshiftError):
        return error
    if isinstance(error, Stopped):
        return Refused("mcp.stopped", "this was cancelled")
    room = no_room(error)
    if room is not None:
        return room
    _LOG.error("a bug in laneshift", exc_info=error)
    return Bug("laneshift.bug", f"a bug in laneshift: {type(error).__name__}", cure="the log of the server says where")


def bad_arguments(tool: str, error: ValidationError) -> Refused:
    """All that is wrong with the arguments of a tool. What was given is not told again: it may be long, or a secret."""
    faults = [
        Fault("mcp.bad-arguments", cut(".".join(map(str, found["loc"])), 100), cut(str(found["msg"]), _SHOWN))
        for found in error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_FAULTS]
    ]
    what = f"{error.error_count()} argument(s) of {tool} are not as described"
    return Refused("mcp.bad-arguments", what, where=tool, cure="tools/list has the schema", faults=faults)


def refuse_depth(tool: str, given: Any) -> None:
    """Raise `Refused` (`mcp.bad-arguments`) for arguments that are nested deeper than anything here asks for."""
    level = [given]
    for _ in range(_DEEPEST):
        level = [each for part in level for each in _parts(part)]
        if not level:
            return
    raise Refused("mcp.bad-arguments", f"arguments of {tool} are nested too deep", where=tool, cure="tools/list")


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def as_result(error: LaneshiftError, hidden: Sequence[str] = ()) -> types.CallToolResult:
    """The error as the answer of a tool. `hidden` are folders of this machine."""
    plain: dict[str, Any] = error.as_dict()
    told = sendable(redact({**plain, "faults": plain["faults"][:_MOST_FAULTS]}), hidden)
    text = cut(sendable(of_error(error), hidden), 4 * _SHOWN)
    return types.CallToolResult(
        content=[types.TextContent(text=text)], structured_content={"error": told}, is_error=True
    )
