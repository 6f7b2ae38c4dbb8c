"""Answers every panel and judges every alert by what was observed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.errors import Refused
from laneshift.reports.monitoring.alerts import ALERTS, Alert
from laneshift.reports.monitoring.answering import Answer, answers
from laneshift.reports.monitoring.model import Judged, Monitoring, Row
from laneshift.reports.monitoring.observed import DAY_MS, Observed
from laneshift.reports.monitoring.panels import PANELS, Panel, Unit
from laneshift.reports.monitoring.query import Age, Count, Now, Quantile, Question, Share
from laneshift.reports.monitoring.wording import amount
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Sample

_Moment = tuple[tuple[Sample, ...], float]
"""Samples, and the time from which they are looked at, in unix seconds."""
_MINUTE_MS = 60 * 1000
_WINDOWS = {"5m": 5 * _MINUTE_MS, "15m": 15 * _MINUTE_MS, "1h": 60 * _MINUTE_MS, "1d": DAY_MS}


def report(found: Observed, panels: Sequence[Panel] = PANELS, alerts: Sequence[Alert] = ALERTS) -> Monitoring:
    """The report. Raises `Refused` (`monitoring.nothing`) where nothing happened in the period and nothing waits."""
    waits = any(sample.metric is known.QUEUE_SINCE for sample in found.now)
    if not found.points and not waits:
        lately = f"the last {found.period.count} day(s)"
        what = f"the journal tells nothing of {lately}" if found.last else "the journal is empty"
        cure = "laneshift plan, then run" if not found.last else f"--since {_enough(found)}"
        raise Refused("monitoring.nothing", what, why="nothing to report is no good report", cure=cure)
    days = _days(found)
    rows = tuple(row for panel in panels for row in _rows(panel, found, days))
    return Monitoring(found.period, found.records, found.last, rows, tuple(_judged(each, found) for each in alerts))


def _enough(found: Observed) -> int:
    """How many days reach back to the last record."""
    return 1 - (found.last - found.period.until // DAY_MS * DAY_MS) // DAY_MS


def _rows(panel: Panel, found: Observed, days: Sequence[_Moment]) -> Iterator[Row]:
    """A row for each answer; the quantiles of one metric are asked for once, since each answer has them all."""
    counted = tuple(point.sample for point in found.points)
    for name, question in panel.lines:
        if isinstance(question, Quantile) and question.q == 0.5:
            continue
        by_day = [{each.labels: each for each in answers(question, own, now)} for own, now in days]
        samples = found.now if isinstance(question, (Now, Age)) else counted
        for answer in answers(question, samples, found.period.until / 1000):
            values = tuple(_daily(each.get(answer.labels, Answer()), question) for each in by_day)
            shown = "" if isinstance(question, Quantile) else name
            yield Row(panel.title, shown, panel.form, panel.unit, answer, values)


def _daily(answer: Answer, question: Question) -> float | None:
    return answer.p50 if isinstance(question, Quantile) else answer.value


def _days(found: Observed) -> list[_Moment]:
    """What was counted on each day and how things stood at its end, and that end."""
    period = found.period
    counted: list[list[Sample]] = [[] for _ in range(period.count)]
    for point in found.points:
        counted[period.place(point.at)].append(point.sample)
    ends = [*((start + DAY_MS) / 1000 for start in period.starts[:-1]), period.until / 1000]
    stood = (*found.evenings, found.now)
    return [((*own, *gauges), end) for own, gauges, end in zip(counted, stood, ends, strict=True)]


def _judged(alert: Alert, found: Observed) -> Judged:
    asked, unit = alert.question, _unit(alert.question)
    start = found.period.until - _WINDOWS[alert.window]
    samples = (*(point.sample for point in found.points if point.at > start), *found.now)
    given = answers(asked, samples, found.period.until / 1000)
    told = [(each.value, each) for each in given if each.value is not None]
    if not told:
        lately = isinstance(asked, (Count, Share)) and not asked.metrics()[0].own
        why = f"{given[0].why} in the last {alert.window}" if lately else given[0].why
        return Judged(alert, unit, "no data", given[0], why)
    value, worst = max(told, key=lambda each: each[0])
    fires = value > alert.above
    over = "" if isinstance(asked, (Age, Now)) else f" in the last {alert.window}"
    whose = f" ({', '.join(text for _, text in worst.labels)})" if worst.labels else ""
    why = f"{amount(value, unit)}{whose}{over} is {'' if fires else 'not '}above {amount(alert.above, unit)}"
    return Judged(alert, unit, "fires" if fires else "rests", worst, why)


def _unit(asked: Question) -> Unit:
    if isinstance(asked, Share):
        return "share"
    return "seconds" if isinstance(asked, (Quantile, Age)) else "number"
