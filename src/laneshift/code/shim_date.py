"""How a shim says when it goes."""

from __future__ import annotations

from laneshift.repo.plain_records import TYPE_CHECKING

if TYPE_CHECKING:  # few files have a date, and this takes long to load
    import datetime as dt

EXPIRY_NAME = "LANESHIFT_SHIM_EXPIRES"
"""The variable in a shim that records its expiry as an ISO date; searching for it finds every shim."""


def expires(data: bytes) -> dt.date | None:
    """The expiry that a shim records, or None when `data` is not a shim."""
    import datetime as dt  # noqa: PLC0415 - as above

    for line in data.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(" = ")
        if name == EXPIRY_NAME:
            try:
                return dt.date.fromisoformat(value.strip().strip('"'))
            except ValueError:
                return None
    return None
