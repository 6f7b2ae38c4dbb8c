"""When flows start by themselves: across changes of clocks, after absences, and against a walk through every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug
from laneshift.flows.schedules import Due, Schedule, after, between, due, schedule_faults
from tests.flows.cron_lines import Line, lines, walked

CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),  # at midnight: a day begins at one o'clock
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day is skipped
    ("Asia/Kolkata", datetime(2026, 3, 29, 1, tzinfo=UTC)),  # clocks are never changed
]


def _shown(cron: str, zone: str, since: datetime, hours: float) -> list[str]:
    found = between(Schedule(cron, zone), since, since + timedelta(hours=hours))
    return [each.astimezone(ZoneInfo(zone)).strftime("%d %H:%M%z") for each in found]


def test_a_time_that_clocks_skip_comes_when_they_go_on() -> None:
    berlin = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert _shown("30 2 * * *", "Europe/Berlin", berlin, 48) == ["29 03:00+0200", "30 02:30+0200"]
    # Several of one gap are one start, and one that is due at its end anyway is that start.
    assert _shown("15,45 2 * * *", "Europe/Berlin", berlin, 24) == ["29 03:00+0200"]
    assert _shown("0 2,3 * * *", "Europe/Berlin", berlin, 24) == ["29 03:00+0200"]
    york = datetime(2026, 3, 8, 0, tzinfo=UTC)
    assert _shown("30 2 * * *", "America/New_York", york, 48) == ["08 03:00-0400", "09 02:30-0400"]
    howe = datetime(2026, 10, 3, 12, tzinfo=UTC)
    assert _shown("10 2 * * *", "Australia/Lord_Howe", howe, 24) == ["04 02:30+1100"]
    assert _shown("40 2 * * *", "Australia/Lord_Howe", howe, 24) == ["04 02:40+1100"]


def test_a_time_that_clocks_show_twice_comes_the_first_time() -> None:
    berlin = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert _shown("30 2 * * *", "Europe/Berlin", berlin, 48) == ["25 02:30+0200", "26 02:30+0100"]
    york = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert _shown("30 1 * * *", "America/New_York", york, 48) == ["01 01:30-0400", "02 01:30-0500"]
    howe = datetime(2026, 4, 4, 6, tzinfo=UTC)
    assert _shown("45 1 * * *", "Australia/Lord_Howe", howe, 24) == ["05 01:45+1100"]
    # Whoever asks between the two is told of the next day, not of the time that was.
    between_both = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert after(Schedule("30 2 * * *", "Europe/Berlin"), between_both) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_what_comes_every_hour_follows_the_clock_on_the_wall() -> None:
    spring = _shown("30 * * * *", "Europe/Berlin", datetime(2026, 3, 29, 0, tzinfo=UTC), 3)
    assert spring == ["29 01:30+0100", "29 03:30+0200", "29 04:30+0200"]
    autumn = _shown("30 * * * *", "Europe/Berlin", datetime(2026, 10, 25, 0, tzinfo=UTC), 3)
    assert autumn == ["25 02:30+0200", "25 02:30+0100", "25 03:30+0100"]
    assert _shown("*/20 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), 24) == []
    assert len(_shown("*/20 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), 24)) == 6
    howe = _shown("45 * * * *", "Australia/Lord_Howe", datetime(2026, 10, 3, 15, tzinfo=UTC), 2)
    assert howe == ["04 01:45+1030", "04 02:45+1100", "04 03:45+1100"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(line=lines(), change=st.sampled_from(CHANGES), begin=st.integers(-1800, -1), length=st.integers(1, 3000))
def test_no_time_is_lost_and_none_comes_twice(
    line: Line, change: tuple[str, datetime], begin: int, length: int
) -> None:
    zone, at = change
    since = at + timedelta(minutes=begin, seconds=17)
    until = since + timedelta(minutes=length)
    found = list(between(Schedule(line.text, zone), since, until))
    assert found == list(walked(line, ZoneInfo(zone), since, until)), line.text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    line=lines(),
    change=st.sampled_from(CHANGES),
    looks=st.lists(st.integers(1, 400), min_size=1, max_size=12),
)
def test_whoever_looks_now_and_then_starts_each_time_once(
    line: Line, change: tuple[str, datetime], looks: list[int]
) -> None:
    zone, at = change
    schedule = Schedule(line.text, zone, "all", 1000)
    begin = seen = at - timedelta(hours=20)
    now, started = begin, []
    for minutes in looks:
        now += timedelta(minutes=minutes)
        found = due(schedule, seen, now)
        assert found.passed_over == 0 or len(found.start) == 1000
        started += found.start
        seen = now
    wanted = list(between(schedule, begin, now))
    assert started == wanted or len(wanted) > 1000


def test_what_was_missed_is_made_up_for_as_the_policy_says() -> None:
    since, now = datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2026, 5, 8, 12, tzinfo=UTC)
    days = [datetime(2026, 5, day, 2, tzinfo=UTC) for day in range(2, 9)]
    assert due(Schedule("0 2 * * *", policy="skip"), since, now) == Due((), 7)
    assert due(Schedule("0 2 * * *", policy="once"), since, now) == Due((days[-1],), 6)
    assert due(Schedule("0 2 * * *", policy="all"), since, now) == Due(tuple(days), 0)
    assert due(Schedule("0 2 * * *", policy="all", most=3), since, now) == Due(tuple(days[-3:]), 4)


def test_what_is_due_now_starts_by_every_policy() -> None:
    since, now = datetime(2026, 5, 8, 1, 59, tzinfo=UTC), datetime(2026, 5, 8, 2, 4, tzinfo=UTC)
    for policy in ("skip", "once", "all"):
        assert due(Schedule("0 2 * * *", policy=policy), since, now) == Due((datetime(2026, 5, 8, 2, tzinfo=UTC),), 0)
    late = now + timedelta(minutes=2)
    assert due(Schedule("0 2 * * *", policy="skip"), since, late) == Due((), 1)
    assert due(Schedule("0 2 * * *", policy="once"), since, late).start


def test_absence_over_a_change_of_clocks_makes_up_each_time_once() -> None:
    since, now = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)
    found = due(Schedule("30 2 * * *", "Europe/Berlin", "all"), since, now)
    assert found.start == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC))


def test_years_of_absence_are_bounded() -> None:
    since, now = datetime(2006, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    found = due(Schedule("* * * * *", "Europe/Berlin", "all", 10), since, now)
    assert found.start == tuple(now - timedelta(minutes=minutes) for minutes in range(9, -1, -1))
    assert found.passed_over > 0


def test_a_clock_that_was_put_back_starts_nothing_again() -> None:
    since = datetime(2026, 5, 8, 2, 30, tzinfo=UTC)
    assert due(Schedule("* * * * *", policy="all"), since, since - timedelta(hours=1)) == Due((), 0)


@pytest.mark.parametrize(
    ("cron", "zone", "policy", "most", "fields"),
    [
        ("0 2 * * *", "Europe/Berlin", "once", 24, []),
        ("0 2 * * 1-5", "UTC", "all", 1000, []),
        ("0 2 * * MON", "UTC", "skip", 1, []),
        ("0 2 * *", "UTC", "once", 24, ["cron"]),
        ("0 0 2 * * *", "UTC", "once", 24, ["cron"]),
        ("60 2 * * *", "UTC", "once", 24, ["cron"]),
        ("0 2 30 2 *", "UTC", "once", 24, ["cron"]),
        ("@daily", "UTC", "once", 24, ["cron"]),
        ("0 2 * * *" + " " * 400, "UTC", "once", 24, ["cron"]),
        ("\x00 2 * * *", "UTC", "once", 24, ["cron"]),
        ("0 2 * * *", "Europe", "once", 24, ["zone"]),
        ("0 2 * * *", "Mars/Olympus", "once", 24, ["zone"]),
        ("0 2 * * *", "../../etc/passwd", "once", 24, ["zone"]),
        ("0 2 * * *", "/etc/localtime", "once", 24, ["zone"]),
        ("0 2 * * *", "localtime", "once", 24, ["zone"]),
        ("0 2 * * *", "right/UTC", "once", 24, ["zone"]),
        ("0 2 * * *", "", "once", 24, ["zone"]),
        ("0 2 * * *", "UTC", "never", 24, ["policy"]),
        ("0 2 * * *", "UTC", "all", 0, ["most"]),
        ("", "x" * 500, "", 1001, ["cron", "zone", "policy", "most"]),
    ],
)
def test_every_fault_is_told(cron: str, zone: str, policy: str, most: int, fields: list[str]) -> None:
    assert [name for name, _ in schedule_faults(cron, zone, policy, most)] == fields


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cron=st.text("0123456789*/-,LW#MONJAN ", max_size=24) | st.text(max_size=24), zone=st.text(max_size=24))
def test_whatever_is_written_there_is_told_and_not_raised(cron: str, zone: str) -> None:
    faults = dict(schedule_faults(cron, zone, "once", 1))
    if not faults:
        assert after(Schedule(cron, zone), datetime(2026, 1, 1, tzinfo=UTC)) is not None


def test_a_schedule_with_faults_that_nobody_looked_for_is_a_bug() -> None:
    with pytest.raises(Bug):
        after(Schedule("0 0 * * x"), datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(Bug):
        after(Schedule("0 2 * * *", "Mars/Olympus"), datetime(2026, 1, 1, tzinfo=UTC))
