"""A report of how the work fares as Markdown and as a page with charts. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.reports import page
from laneshift.reports.markdown import plain, table
from laneshift.reports.monitoring.charts import charts
from laneshift.reports.monitoring.data import told
from laneshift.reports.monitoring.model import Judged, Monitoring, Row
from laneshift.reports.monitoring.wording import amount

TITLE = "How the work fares"
ALERT_HEAD = ("alert", "now", "why")
_DUTY_HEAD = ("alert", "what to do")
HEAD = ("panel", "of", "value", "p50", "p95", "p99", "samples")
_NUMBERS = (2, 3, 4, 5, 6)
_SILENT = ("panel", "of", "why there is no data")
_MARKS = {"fires": "\N{CROSS MARK} fires", "rests": "\N{WHITE HEAVY CHECK MARK} rests", "no data": "no data"}


def lead(report: Monitoring) -> str:
    """The report in one sentence."""
    states = [each.state for each in report.alerts]
    names = ", ".join(each.alert.name for each in report.firing)
    fires = f"{len(report.firing)} alert(s) would fire now: {names}" if names else "no alert would fire now"
    rests, unknown = states.count("rests"), states.count("no data")
    last = f"the last of all at {told(report.last)}" if report.last else "none of all"
    days = f"{len(report.period.names)} day(s) up to {told(report.period.until)}"
    return f"{fires}; {rests} rest, {unknown} have no data. {report.records} record(s) in {days}, {last}."


def alert_row(each: Judged) -> list[str]:
    """An alert as the cells of a table."""
    lasts = f", if it lasts {each.alert.lasting}" if each.state == "fires" and each.alert.lasting != "0m" else ""
    return [each.alert.name, f"{each.state}{lasts}", each.why]


def duties(report: Monitoring) -> list[list[str]]:
    """What each alert that would fire means and asks for, as the cells of a table."""
    return [[each.alert.name, f"{each.alert.says} {each.alert.do}"] for each in report.firing]


def row(each: Row) -> list[str]:
    """An answer as the cells of a table."""
    found = each.answer
    quantiles = ["" if value is None else amount(value, each.unit) for value in (found.p50, found.p95, found.p99)]
    value = "" if found.p50 is not None else amount(found.value, each.unit)
    return [each.panel, each.words, value, *quantiles, str(found.many)]


def silent(report: Monitoring) -> list[list[str]]:
    """What has no data, and why, as the cells of a table."""
    return [[each.panel, each.words, each.answer.why] for each in report.rows if not each.told]


def markdown(report: Monitoring) -> str:
    """A page for a repository or for the summary of a job."""
    alerts = [[plain(cell) for cell in alert_row(each)] for each in _sorted(report)]
    for cells, each in zip(alerts, _sorted(report), strict=True):
        cells[1] = cells[1].replace(each.state, _MARKS[each.state], 1)
    rows = [[plain(cell) for cell in row(each)] for each in report.rows if each.told]
    none = [[plain(cell) for cell in each] for each in silent(report)]
    parts = [f"# {TITLE}", "", plain(lead(report)), "", "## Alerts", "", *table(ALERT_HEAD, alerts), ""]
    todo = [[plain(cell) for cell in each] for each in duties(report)]
    if todo:
        parts += ["## What to do", "", *table(_DUTY_HEAD, todo), ""]
    parts += ["## Answers", "", *table(HEAD, rows, _NUMBERS), ""]
    if none:
        parts += ["## No data", "", *table(_SILENT, none), ""]
    return "\n".join(parts)


def html(report: Monitoring) -> str:
    """A page for a browser: alerts, charts of the days, all answers."""
    alerts = page.table("Alerts", ALERT_HEAD, [alert_row(each) for each in _sorted(report)])
    rows = [row(each) for each in report.rows if each.told]
    parts = [page.section("Alerts", alerts)]
    todo = duties(report)
    if todo:
        parts.append(page.section("What to do", page.table("What to do", _DUTY_HEAD, todo)))
    parts += charts(report)
    parts.append(page.section("Answers", page.table("Answers", HEAD, rows, _NUMBERS)))
    none = silent(report)
    if none:
        parts.append(page.section("No data", page.table("No data", _SILENT, none)))
    return page.page(TITLE, lead(report), parts)


def _sorted(report: Monitoring) -> list[Judged]:
    """What fires first, then what rests, then what nobody knows."""
    return sorted(report.alerts, key=lambda each: list(_MARKS).index(each.state))


def firing(report: Monitoring) -> Iterator[str]:
    """A line for each alert that would fire."""
    for each in report.firing:
        yield f"{each.alert.name} ({each.alert.severity}): {each.why}. {each.alert.do}"
