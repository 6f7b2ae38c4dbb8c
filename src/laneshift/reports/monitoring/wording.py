"""Amounts as people read them. Pure."""

from __future__ import annotations

from laneshift.reports.charts import percent
from laneshift.reports.monitoring.panels import Unit
from laneshift.reports.svg import number

_SCALES = ((2 * 24 * 3600, 24 * 3600, " d"), (2 * 3600, 3600, " h"), (120, 60, " min"), (1, 1, " s"), (0, 0.001, " ms"))


def amount(value: float | None, unit: Unit) -> str:
    """A value with its unit; seconds in the unit that suits them. `no data` for None."""
    if value is None:
        return "no data"
    if unit == "share":
        return percent(value, 1)
    if unit == "number":
        return number(value)
    size, name = scale(value)
    return f"{value / size:.1f}{name}" if value else "0 s"


def scale(seconds: float) -> tuple[float, str]:
    """How many seconds the unit has in which so many are told, and its name with a blank before it."""
    return next((size, name) for least, size, name in _SCALES if seconds >= least)
