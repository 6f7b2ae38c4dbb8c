"""One thing that was looked at, and what all of them come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from laneshift.errors import LaneshiftError

Status = Literal["ok", "warn", "fail"]
_ORDER: tuple[Status, ...] = ("ok", "warn", "fail")


@dataclass(frozen=True, slots=True)
class Row:
    """`what` was seen, `why` it matters, and `cure`, the command or the act that mends it; `data` is for programs.

    `command` is the one to run next where a command mends it, whole; or that shows more where only a person can.

    A warning weakens something that laneshift does, a failure stops it.
    """

    check: str
    status: Status
    what: str
    why: str = ""
    cure: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def worst(rows: Iterable[Row]) -> Status:
    """The status of the whole."""
    return max((row.status for row in rows), key=_ORDER.index, default="ok")


def failed(check: str, error: LaneshiftError) -> list[Row]:
    """One row for each fault of an error, or one for the error itself; to be run next is what explains its code."""
    if error.faults:
        return [
            Row(check, "fail", fault.what, error.what, fault.cure or error.cure, command=_explain(fault.code))
            for fault in error.faults
        ]
    what = f"{error.what}: {error.where}" if error.where else error.what
    return [Row(check, "fail", what, error.why, error.cure, command=_explain(error.code))]


def _explain(code: str) -> str:
    return f"laneshift explain {code}"
