"""When a flow starts by itself: a line of cron in a time zone, and what becomes of times nobody was there for. Pure.

The line has cron's five fields. As in Debian's cron, the day matches by day of month and day of week when one of the
two begins with a star, and by either of them otherwise.

When clocks change
------------------
A line whose minute and hour both begin with no star names times of day, and each of them comes once a day: one that
the clocks skip comes at the first minute after the gap, together with the others of that gap; one that they show twice
comes the first time. Any other line (`*/15 * * * *`, `0 * * * *`, `* 2 * * *`) follows the clock on the wall: what it
skips does not come, and what it shows twice comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from laneshift.errors import Bug

Policy = Literal["skip", "once", "all"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
MOST = 1000
"""The most missed times that a schedule may ask to have made up."""
ON_TIME = timedelta(minutes=5)
"""How late a start may be and still count as the time that it is for."""

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_NO_ZONES = ("localtime", "posixrules", "Factory")
_SECOND = timedelta(seconds=1)
_STRIDE = timedelta(days=1)
_FIRST_WINDOW = timedelta(hours=1)
_EXPRESSION = 200
_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a flow starts. Of times that passed while nobody looked, `policy` says which are made up for.

    `skip`: none. `once`: one start, for the last of them. `all`: a start for each, for the last `most` of them.
    """

    cron: str
    zone: str = "UTC"
    policy: Policy = "once"
    most: int = 24


@dataclass(frozen=True, slots=True)
class Due:
    """The times that are to be started, oldest first, and how many others passed; of more than 500, at least those."""

    start: tuple[datetime, ...]
    passed_over: int


def schedule_faults(cron: str, zone: str, policy: str, most: int) -> list[tuple[str, str]]:
    """What is wrong with a schedule, as pairs of the field and what is wrong with it; none when it is fine."""
    faults = []
    if told := _cron_fault(cron):
        faults.append(("cron", told))
    if _zone(zone) is None:
        faults.append(("zone", f"{zone[:60]!r} is no zone of the IANA database, such as Europe/Berlin"))
    if policy not in POLICIES:
        faults.append(("policy", f"{policy[:60]!r} is none of {', '.join(POLICIES)}"))
    if not 1 <= most <= MOST:
        faults.append(("most", f"{most} is not from 1 to {MOST}"))
    return faults


def after(schedule: Schedule, instant: datetime) -> datetime | None:
    """The first time of the schedule after `instant`, in UTC; None when there is none within 50 years.

    Raises `Bug` for a schedule that has faults.
    """
    zone = _zone(schedule.zone)
    if zone is None:
        raise Bug("flow.bad-schedule", f"{schedule.zone!r} is no zone")
    at = instant.astimezone(UTC).replace(microsecond=0) + _SECOND
    of_day = names_times(schedule.cron)
    # What comes next is sought among the times not before `at`, as if clocks had always been as they are then.
    while (found := _match(schedule.cron, wall := _wall(at, zone))) is not None:
        change = _change(zone, at, found - wall)
        if change is None:
            at += found - wall
            if not (of_day and at.astimezone(zone).fold):
                return at
            at += _SECOND
        elif of_day and found < _wall(change, zone):
            return change
        else:
            at = change
    return None


def between(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every time after `since` and not after `until`, in order, in UTC."""
    at = after(schedule, since)
    while at is not None and at <= until:
        yield at
        at = after(schedule, at)


def due(schedule: Schedule, since: datetime, now: datetime) -> Due:
    """What is to be started at `now`, when everything up to `since` was seen to."""
    wanted = schedule.most if schedule.policy == "all" else 1
    found = _last(schedule, since, now, wanted)
    start = tuple(found[-wanted:])
    if schedule.policy == "skip" and start and now - start[0] > ON_TIME:
        start = ()
    return Due(start, len(found) - len(start))


def names_times(cron: str) -> bool:
    """Whether the line names times of day, which come once on days when the clocks change."""
    minute, hour = cron.split()[:2]
    return not minute.startswith("*") and not hour.startswith("*")


def _last(schedule: Schedule, since: datetime, now: datetime, wanted: int) -> list[datetime]:
    """The times since then: all of them, or the last ones where there are many. A long absence costs no more."""
    window = _FIRST_WINDOW
    while now - window > since:
        found = list(between(schedule, now - window, now))
        if len(found) > wanted + _COUNTED:
            return found
        window *= 4
    return list(between(schedule, since, now))


def _match(cron: str, wall: datetime) -> datetime | None:
    """The first time not before `wall` that the line names, where no clock is ever changed."""
    try:
        return next(CronSim(cron, wall - _SECOND), None)
    except CronSimError as error:
        raise Bug("flow.bad-schedule", f"{cron!r}: {error}") from error


def _change(zone: ZoneInfo, at: datetime, span: timedelta) -> datetime | None:
    """The first instant after `at`, and not after `at + span`, at which clocks are changed."""
    end, offset = at + span, at.astimezone(zone).utcoffset()
    before = at
    while before < end:
        then = min(before + _STRIDE, end)
        if then.astimezone(zone).utcoffset() != offset:
            return _bisected(zone, before, then)
        before = then
    return None


def _bisected(zone: ZoneInfo, before: datetime, then: datetime) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while then - before > _SECOND:
        middle = before + (then - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            then = middle
    return then


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _zone(name: str) -> ZoneInfo | None:
    """The zone; None for no zone, and for names that mean something else on every machine."""
    if not _ZONE.fullmatch(name) or name in _NO_ZONES or name.startswith(("right/", "posix/")):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None


def _cron_fault(cron: str) -> str:
    if len(cron) > _EXPRESSION or len(cron.split()) != 5:
        return "a schedule has five fields: minute, hour, day of month, month, day of week"
    try:
        comes = next(CronSim(cron, datetime(2000, 1, 1)), None)  # noqa: DTZ001 - any wall will do
    except (CronSimError, ValueError) as error:
        return f"{cron!r} is no line of cron: {error}"
    return "" if comes is not None else f"{cron!r} names a time that never comes"
