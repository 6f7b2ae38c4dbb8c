"""A report of how the work fares: the questions of the dashboards with answers, and which alerts would fire. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laneshift.reports.monitoring.alerts import Alert
from laneshift.reports.monitoring.answering import Answer
from laneshift.reports.monitoring.observed import Period
from laneshift.reports.monitoring.panels import Form, Unit

State = Literal["fires", "rests", "no data"]


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of one panel. `days` has the value of each day, the median where the question is for a quantile."""

    panel: str
    name: str
    form: Form
    unit: Unit
    answer: Answer
    days: tuple[float | None, ...]

    @property
    def told(self) -> bool:
        """Whether there is data."""
        return self.answer.value is not None or self.answer.p50 is not None

    @property
    def words(self) -> str:
        """What it is about, besides its panel; empty where the panel has nothing else."""
        return ", ".join([*([self.name] if self.name else []), *(value for _, value in self.answer.labels)])


@dataclass(frozen=True, slots=True)
class Judged:
    """How an alert stands now, by what was measured in its window. `answer` is the worst where labels are apart."""

    alert: Alert
    unit: Unit
    state: State
    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The report. `records` are those of the period, `last` is when the last of all was made (unix milliseconds)."""

    period: Period
    records: int
    last: int
    rows: tuple[Row, ...]
    alerts: tuple[Judged, ...]

    @property
    def firing(self) -> tuple[Judged, ...]:
        """The alerts that would fire."""
        return tuple(each for each in self.alerts if each.state == "fires")

    @property
    def passes(self) -> bool:
        """Whether none would."""
        return not self.firing
