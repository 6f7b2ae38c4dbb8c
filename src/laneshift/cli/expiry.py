"""When a shim expires."""

from __future__ import annotations

import datetime as dt

from laneshift.errors import Refused

_SHIM_DAYS = 90


def expiry_of(text: str) -> dt.date:
    """The date that was asked for, or the usual one. Raises `Refused` for what is not a date to come."""
    today = dt.datetime.now(dt.UTC).date()
    if not text:
        return today + dt.timedelta(days=_SHIM_DAYS)
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("usage.bad-date", f"{text!r} is not a date", cure="write it as 2027-01-31") from error
    if date <= today:
        raise Refused("usage.bad-date", f"{text} is not to come")
    return date
