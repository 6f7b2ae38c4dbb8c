"""The charts of a report of how the work fares: steps beside each other, counts, and each panel over the days. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from laneshift.reports import page
from laneshift.reports.chart_lines import lines
from laneshift.reports.charts import bars
from laneshift.reports.monitoring.model import Monitoring, Row
from laneshift.reports.monitoring.wording import amount, scale
from laneshift.reports.svg import Series

_MOST = 4
"""Lines of a chart: so many names fit into its legend."""


def charts(report: Monitoring) -> Iterator[str]:
    """Each under its heading. Panels over the days have one where at least two days have data."""
    times = list(_times(report))
    if times:
        yield page.section("How long it took", *times)
    yield from _counts(report)
    panels = list(dict.fromkeys(row.panel for row in report.rows))
    drawn = [(panel, _days([row for row in report.rows if row.panel == panel], report)) for panel in panels]
    found = [chart for _, chart in drawn if chart]
    if found:
        yield page.section("Over the days", *found)


def _times(report: Monitoring) -> Iterator[str]:
    """Quantiles of the times of steps, items and landings, as far as all bars of a group have them."""
    for panel in dict.fromkeys(row.panel for row in report.rows if row.unit == "seconds"):
        rows = [row for row in report.rows if row.panel == panel and row.answer.p50 is not None]
        series = [
            Series(name, tuple(float(value) * 1000 for value in values if value is not None))
            for name, values in (
                ("p50", [row.answer.p50 for row in rows]),
                ("p95", [row.answer.p95 for row in rows]),
                ("p99", [row.answer.p99 for row in rows]),
            )
            if rows and None not in values
        ]
        if series:
            told = "; ".join(
                f"{row.words}: median {amount(row.answer.p50, 'seconds')} of {row.answer.many}" for row in rows
            )
            yield bars(panel, f"{told}.", [row.words or panel for row in rows], series, " ms")


def _counts(report: Monitoring) -> Iterator[str]:
    """What is counted as a whole, and was measured."""
    whole = [row for row in report.rows if row.unit == "number" and row.form != "lines" and not row.answer.labels]
    told = [(row.panel, row.answer.value) for row in whole if row.answer.value is not None and row.answer.value >= 0]
    if told:
        words = ", ".join(f"{panel} {amount(value, 'number')}" for panel, value in told)
        series = Series("in the period", tuple(value for _, value in told))
        yield page.section("How many", bars("In the whole period", f"{words}.", [panel for panel, _ in told], [series]))


def _days(rows: Sequence[Row], report: Monitoring) -> str:
    """The lines of a panel, the largest first; empty where fewer than two days have data."""
    lively = [row for row in rows if any(row.days)]
    chosen = sorted(lively, key=lambda row: -sum(value or 0.0 for value in row.days))[:_MOST]
    known = {place for row in chosen for place, value in enumerate(row.days) if value is not None}
    if len(known) < 2:
        return ""
    first = chosen[0]
    size, unit = _unit(first, max(value or 0.0 for row in chosen for value in row.days))
    series = [Series(row.words or row.panel, tuple(_scaled(value, size) for value in row.days)) for row in chosen]
    kind = ", median of each day" if first.answer.p50 is not None else ""
    more = f"; {len(lively) - _MOST} more in the table" if len(lively) > _MOST else ""
    told = "; ".join(f"{row.words or row.panel} {_ends(row)}" for row in chosen)
    days = [name[5:] for name in report.period.names]
    return lines(f"{first.panel}{kind}{more}", f"{told}.", days, series, unit, gaps=True)


def _unit(row: Row, most: float) -> tuple[float, str]:
    if row.unit == "share":
        return 0.01, " %"
    return (1.0, "") if row.unit == "number" else scale(most)


def _scaled(value: float | None, size: float) -> float:
    return math.nan if value is None else value / size


def _ends(row: Row) -> str:
    told = [value for value in row.days if value is not None]
    return f"from {amount(told[0], row.unit)} to {amount(told[-1], row.unit)} on {len(told)} day(s) with data"
