"""The keys that seals and attestations are signed with. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from laneshift.runs.doctor.row import Row, Status
from laneshift.runs.key_checking import KeyCheck, Standing

_STATUS: dict[Standing, Status] = {"quiet": "ok", "due": "warn", "overdue": "fail", "missing": "fail", "no-key": "ok"}
_WHY = "what lands is not signed as the team means it to be"


def key_rows(checks: Iterable[KeyCheck]) -> Iterator[Row]:
    """A row for each purpose. Not to have keys is a choice; to have had one, and none now, is a failure."""
    for each in checks:
        status = _STATUS[each.standing]
        cure = f"laneshift keys rotate --purpose {each.purpose} --reason ..."
        what = f"{each.key}: {each.what}" if each.key else each.what
        data = {"standing": each.standing, "days": each.days, "key": each.key}
        bad = status != "ok"
        yield Row(
            f"key: {each.purpose}", status, what, _WHY if bad else "", cure if bad else "", data, cure if bad else ""
        )
