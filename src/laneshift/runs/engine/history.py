"""What the rows of the store say: states, rows of another version, and which may be forgotten. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from laneshift.errors import Refused

UNFINISHED = ("PENDING", "ENQUEUED", "DELAYED")
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

_STATES = {"SUCCESS": "done", "CANCELLED": "cancelled"} | dict.fromkeys(UNFINISHED, "running")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One workflow as stored. `parent` is the key of the workflow that started it, or None."""

    key: str
    workflow: str
    status: str
    version: str
    parent: str | None

    @property
    def state(self) -> str:
        """In the words of the port."""
        return _STATES.get(self.status, "failed")

    @property
    def ended(self) -> bool:
        """True when nothing more will happen to it."""
        return self.status not in UNFINISHED


def refuse_strangers(unfinished: Iterable[Row], version: str, workflows: Collection[str]) -> None:
    """Raise `Refused` when another version of the program would have to finish one of the rows."""
    strangers = [row for row in unfinished if row.version != version or row.workflow not in workflows]
    if not strangers:
        return
    names = ", ".join(row.key for row in strangers[:_SHOWN]) + (", ..." if len(strangers) > _SHOWN else "")
    versions = ", ".join(sorted({row.version for row in strangers}))
    raise Refused(
        "engine.other-version",
        f"{len(strangers)} unfinished workflow(s) belong to another version of the program",
        where=names,
        why=f"started by {versions}; this is {version}",
        cure="finish them with that version, or cancel them and start again with a new attempt number",
    )


def forgettable(rows: Iterable[Row], prefix: str, only: Collection[str] | None = None) -> list[str]:
    """The keys to delete: ended, under the prefix, of `only` these if given, and below nothing that has not ended."""
    by_key = {row.key: row for row in rows}
    meant = [(key, row) for key, row in by_key.items() if key.startswith(prefix) and (only is None or key in only)]
    return [key for key, row in meant if _all_ended(row, by_key)]


def _all_ended(row: Row, by_key: dict[str, Row]) -> bool:
    seen: set[str] = set()
    above: Row | None = row
    while above is not None and above.key not in seen:
        if not above.ended:
            return False
        seen.add(above.key)
        above = by_key.get(above.parent) if above.parent else None
    return True
