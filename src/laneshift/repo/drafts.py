"""New objects that have a name but are not stored: a command that only changes the work tree leaves none behind."""

from __future__ import annotations

from laneshift.errors import Bug
from laneshift.repo.kinds import Kind, object_id


class Drafts:
    """The kind and bytes of objects by their ids, for one thread."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[Kind, bytes]] = {}

    def add(self, kind: Kind, data: bytes) -> str:
        """Note an object; its id. Raises `Bug` (`repo.same-id`) for other bytes that have the same id."""
        oid = object_id(kind, data)
        if self._objects.setdefault(oid, (kind, data)) != (kind, data):
            raise Bug(
                "repo.same-id", f"two files have the id {oid}", cure="look where they come from: SHA-1 was broken"
            )
        return oid

    def get(self, oid: str) -> tuple[Kind, bytes] | None:
        """The object with this id, where it is one of these."""
        return self._objects.get(oid)
